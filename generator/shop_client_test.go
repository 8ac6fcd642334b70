package generator_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bufbuild/protocompile/linker"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/cloudforet-io/spacegen/generator/protofile"
)

// A shopper orders in the shop by gRPC. It was built when the shop was new: it has the
// protos of then, and nothing that came since.
type shopper struct{ protos linker.Files }

func newShopper(t *testing.T, dir string) shopper {
	t.Helper()
	sources, err := protofile.ReadSources(os.DirFS(filepath.Join(dir, "proto")))
	require.NoError(t, err)
	protos, err := protofile.Compile(t.Context(), sources)
	require.NoError(t, err)
	return shopper{protos}
}

// call calls a method, such as Order.create, with JSON, and gives the answer's JSON: what
// the shopper knows of it.
func (s shopper) call(ctx context.Context, conn *grpc.ClientConn, method string, request map[string]any) (map[string]any, error) {
	found, err := s.protos.AsResolver().FindDescriptorByName(protoreflect.FullName("spaceone.api.shop.v1." + method))
	if err != nil {
		return nil, err
	}
	of := found.(protoreflect.MethodDescriptor)
	in, out := dynamicpb.NewMessage(of.Input()), dynamicpb.NewMessage(of.Output())
	text, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	if err := protojson.Unmarshal(text, in); err != nil {
		return nil, err
	}
	if err := conn.Invoke(ctx, fmt.Sprintf("/%s/%s", of.Parent().FullName(), of.Name()), in, out); err != nil {
		return nil, err
	}
	if text, err = (protojson.MarshalOptions{UseProtoNames: true}).Marshal(out); err != nil {
		return nil, err
	}
	answer := map[string]any{}
	return answer, json.Unmarshal(text, &answer)
}

// A branchOffice is a database of the shop, and what the shopper knows to be in it.
type branchOffice struct {
	shopper  shopper
	database map[string]any
	rows     map[string]map[string]map[string]any // as they were answered last, by resource and identifier
}

// visit has a version of the shop run on the database, and the shopper find what was there,
// and order more.
func (o *branchOffice) visit(t *testing.T, binary string) {
	t.Helper()
	s := service{binary: binary, global: map[string]any{"DATABASES": map[string]any{"default": o.database}}}
	conn, err := grpc.NewClient(s.run(t), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer conn.Close() //nolint:errcheck // nothing is sent any more
	call := func(method string, request map[string]any) map[string]any {
		t.Helper()
		answer, err := o.shopper.call(t.Context(), conn, method, request)
		require.NoError(t, err, method)
		return answer
	}
	refused := func(want codes.Code, method string, request map[string]any) {
		t.Helper()
		_, err := o.shopper.call(t.Context(), conn, method, request)
		assert.Equal(t, want, status.Code(err), "%s: %v", method, err)
	}
	keep := func(resource string, row map[string]any) map[string]any {
		id := strings.ToLower(resource) + "_id"
		row = call(resource+".get", map[string]any{id: row[id]})
		if o.rows[resource] == nil {
			o.rows[resource] = map[string]map[string]any{}
		}
		o.rows[resource][fmt.Sprint(row[id])] = row
		return row
	}

	// What was there is there.
	for resource, rows := range o.rows {
		id := strings.ToLower(resource) + "_id"
		for _, row := range rows {
			assert.Equal(t, row, call(resource+".get", map[string]any{id: row[id]}))
		}
		list := call(resource+".list", map[string]any{"query": map[string]any{"sort": []any{map[string]any{"key": "created_at"}}}})
		assert.EqualValues(t, len(rows), list["total_count"], resource)
		assert.ElementsMatch(t, slices.Collect(maps.Values(rows)), list["results"], resource)
	}

	// And more comes.
	n := len(o.rows["Product"]) + 1
	customer := keep("Customer", call("Customer.create", map[string]any{
		"name": "Ann", "email": fmt.Sprintf("ann%d@example.com", n), "born": "1980-02-28", "address": map[string]any{"city": "Ghent", "country": "BE"},
	}))
	product := keep("Product", call("Product.create", map[string]any{
		"sku": fmt.Sprintf("AB-%04d", n), "title": "A book", "stock": 10, "price": map[string]any{"amount": "12.35", "currency": "EUR"},
	}))
	refused(codes.AlreadyExists, "Product.create", map[string]any{"sku": product["sku"], "title": "Another", "price": product["price"]})
	product = keep("Product", call("Product.update", map[string]any{"product_id": product["product_id"], "title": "The book", "stock": 100 + n}))
	found := call("Product.list", map[string]any{"query": map[string]any{"filter": []any{map[string]any{"k": "stock", "v": 100 + n, "o": "eq"}}}})
	assert.Equal(t, []any{product}, found["results"])

	order := map[string]any{"customer_id": customer["customer_id"], "note": "For Bob", "items": []any{map[string]any{"product_id": product["product_id"], "quantity": 3}}}
	refused(codes.NotFound, "Order.create", map[string]any{"customer_id": "nobody", "items": order["items"]})
	for range 3 {
		placed := keep("Order", call("Order.create", order))
		assert.Equal(t, []any{"PENDING", map[string]any{"amount": "37.05", "currency": "EUR"}, "For Bob"}, []any{placed["state"], placed["total"], placed["note"]})
	}
	product = keep("Product", product)
	assert.EqualValues(t, 100+n-9, product["stock"])
	var pending []map[string]any
	for _, row := range o.rows["Order"] { // of all versions
		if row["state"] == "PENDING" {
			pending = append(pending, row)
		}
	}
	require.GreaterOrEqual(t, len(pending), 3)
	slices.SortFunc(pending, func(a, b map[string]any) int {
		return strings.Compare(fmt.Sprint(a["created_at"]), fmt.Sprint(b["created_at"]))
	})
	paid := keep("Order", call("Order.update", map[string]any{"order_id": pending[0]["order_id"], "state": "PAID"}))
	assert.Equal(t, "PAID", paid["state"])
	refused(codes.FailedPrecondition, "Order.update", map[string]any{"order_id": paid["order_id"], "state": "PENDING"})
	cancelled := keep("Order", call("Order.cancel", map[string]any{"order_id": pending[1]["order_id"], "reason": "by mistake"}))
	assert.Equal(t, []any{"CANCELLED", "by mistake"}, []any{cancelled["state"], cancelled["note"]})
	refused(codes.FailedPrecondition, "Order.cancel", map[string]any{"order_id": cancelled["order_id"]})
	for _, row := range cancelled["items"].([]any) { // it gave back what it had taken
		keep("Product", row.(map[string]any))
	}
	refused(codes.FailedPrecondition, "Customer.delete", map[string]any{"customer_id": customer["customer_id"]})
}
