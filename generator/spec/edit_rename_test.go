package spec_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

const orders = `version: 1
name: shop
module: example.com/shop
resources:
  # what is sold
  - name: Order
    fields:
      - {name: note}
      # in cents
      - name: price_cents # not in dollars
        type: int
        aliases: [cost]
      - {name: state, type: struct}
    order: [-price_cents, "state.at", note] # the dearest first
    reserved:
      - {name: total, number: 9, type: string}
`

func TestRenameField(t *testing.T) {
	f, err := spec.Open(spec.FileName, []byte(orders))
	require.NoError(t, err)
	require.NoError(t, f.RenameField("order", "price_cents", "price", true))
	require.NoError(t, f.RenameField("Order", "state", "status", false))
	assert.Equal(t, `version: 1
name: shop
module: example.com/shop
resources:
  # what is sold
  - name: Order
    fields:
      - {name: note}
      # in cents
      - name: price # not in dollars
        number: 3
        type: int
        aliases: [cost, price_cents]
      - {name: status, type: struct, number: 4}
    order: ["-price", status.at, note] # the dearest first
    reserved:
      - {name: total, number: 9, type: string}
`, string(f.Bytes()))
	require.NoError(t, f.RenameField("Order", "price", "price_cents", false))
	assert.Equal(t, []string{"cost"}, f.Spec().Resource("Order").Field("price_cents").Aliases, "it is called so again")
	require.NoError(t, f.RenameField("Order", "price_cents", "cost", false))
	assert.Empty(t, f.Spec().Resource("Order").Field("cost").Aliases)
}

func TestRenameFieldRefused(t *testing.T) {
	for _, tt := range []struct{ resource, from, to, want string }{
		{"Ordr", "note", "text", `there is no resource "Ordr"; did you mean "Order"?`},
		{"Order", "nots", "text", `there is no field "nots"; did you mean "note"?`},
		{"Order", "note", "note", "the field note of Order is called so already"},
		{"Order", "note", "state", "Order has a field state already"},
		{"Order", "note", "total", "the name total is reserved"},
		{"Order", "note", "cost", "cost is another name of the field price_cents in queries"},
		{"Order", "note", "created_at", "the field name created_at is taken: every resource has this field"},
		{"Order", "note", "order_id", "every Order has the field order_id already"},
		{"Order", "order_id", "number", "every resource has order_id, which keeps its name"},
		{"Order", "domain_id", "number", "every resource has domain_id, which keeps its name"},
		{"Order", "note", "Note", "Note"},
		{"Order", "note", "price__cents", "price__cents"},
	} {
		f, err := spec.Open(spec.FileName, []byte(orders))
		require.NoError(t, err)
		require.ErrorContains(t, f.RenameField(tt.resource, tt.from, tt.to, false), tt.want)
		assert.Equal(t, orders, string(f.Bytes()))
	}
}

func TestRenameResource(t *testing.T) {
	const text = `version: 1
name: shop
module: example.com/shop
servers: [grpc, scheduler, worker]
resources:
  - name: Order # what is sold
    fields:
      - {name: note}
  - name: LineItem
    fields:
      - {name: order_id, ref: Order} # of an order
methods:
  Order.create: {roles: [DOMAIN_ADMIN], permission: "shop:Order.write"} # by admins
  LineItem.create: {permission: "shop:Order.write"}
schedulers:
  - {name: nightly, kind: cron, rule: 0 3 * * *, task: Order.expire}
`
	f, err := spec.Open(spec.FileName, []byte(text))
	require.NoError(t, err)
	require.NoError(t, f.RenameResource("order", "PurchaseOrder", false))
	assert.Equal(t, `version: 1
name: shop
module: example.com/shop
servers: [grpc, scheduler, worker]
resources:
  - name: PurchaseOrder # what is sold
    fields:
      - {name: note}
  - name: LineItem
    fields:
      - {name: order_id, ref: PurchaseOrder} # of an order
methods:
  PurchaseOrder.create: {roles: [DOMAIN_ADMIN], permission: shop:PurchaseOrder.write} # by admins
  LineItem.create: {permission: shop:PurchaseOrder.write}
schedulers:
  - {name: nightly, kind: cron, rule: 0 3 * * *, task: PurchaseOrder.expire}
`, string(f.Bytes()))
	for _, tt := range []struct{ from, to, want string }{
		{"Ordr", "Purchase", `there is no resource "Ordr"`},
		{"PurchaseOrder", "LineItem", "there is a resource LineItem already; choose another name"},
		{"PurchaseOrder", "line_item", "there is a resource LineItem already; choose another name"},
		{"PurchaseOrder", "PurchaseOrder", "the resource PurchaseOrder is called so already"},
		{"PurchaseOrder", "purchase_order", "is called purchase_order but for its casing"},
		{"PurchaseOrder", "Scope", "the name Scope is taken"},
		{"PurchaseOrder", "Domain", "would have the field domain_id twice"},
	} {
		before := string(f.Bytes())
		require.ErrorContains(t, f.RenameResource(tt.from, tt.to, false), tt.want)
		assert.Equal(t, before, string(f.Bytes()))
	}
}

// A resource keeps the names that it had, for clients of gRPC, unless it has one of them again.
func TestAliasesOfResources(t *testing.T) {
	const head = "version: 1\nname: shop\nmodule: example.com/shop\nresources:\n"
	f, err := spec.Open(spec.FileName, []byte(head+"  - name: Order\n    fields:\n      - {name: note}\n"))
	require.NoError(t, err)
	require.NoError(t, f.RenameResource("Order", "Purchase", true))
	require.NoError(t, f.RenameResource("Purchase", "Sale", true))
	assert.Equal(t, head+"  - name: Sale\n    aliases: [Order, Purchase]\n    fields:\n      - {name: note}\n", string(f.Bytes()))
	require.NoError(t, f.RenameResource("Sale", "Order", false))
	assert.Equal(t, []string{"Purchase"}, f.Spec().Resources[0].Aliases)
	require.ErrorContains(t, f.AddResource(spec.Resource{Name: "Purchase"}), "clients of gRPC that call Purchase get the resource Purchase already")
	require.NoError(t, f.RenameResource("Order", "Purchase", false))
	assert.Equal(t, head+"  - name: Purchase\n    fields:\n      - {name: note}\n", string(f.Bytes()))

	for aliases, want := range map[string]string{
		"[Order, order]": "spacegen.yaml:6:22: clients of gRPC that call order get the resource Sale already; take it out",
		"[Bill]":         "spacegen.yaml:6:15: clients of gRPC that call Bill get the resource Bill already; take it out",
		"[9]":            "spacegen.yaml:6:15: ",
		"Order":          "spacegen.yaml:6:14: ",
	} {
		_, err := spec.Parse(spec.FileName, []byte(head+"  - name: Sale\n    aliases: "+aliases+"\n  - name: Bill\n"))
		assert.ErrorContains(t, err, want)
	}
}

// A field that one branch renames is no new field with a number that is taken.
func TestRenamedIsNotTaken(t *testing.T) {
	of := func(fields ...spec.Field) *spec.Spec {
		return &spec.Spec{Resources: []spec.Resource{{Name: "Order", Fields: fields}}}
	}
	cents, price, added := spec.Field{Name: "price_cents", Number: 2}, spec.Field{Name: "price", Number: 2}, spec.Field{Name: "note", Number: 3}
	base := of(cents)
	assert.Empty(t, spec.Taken(base, of(cents, added), of(price)), "the other branch renames it")
	assert.Empty(t, spec.Taken(base, of(price, added), of(cents)), "this one does")
	assert.Len(t, spec.Taken(base, of(price, added), of(cents, spec.Field{Name: "zone", Number: 3})), 1)
	assert.Len(t, spec.Taken(nil, of(price), of(cents)), 1, "nobody knows")
}
