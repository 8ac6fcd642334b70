package render

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// docs/service.md says of each field all that holds for it.
func TestFieldRows(t *testing.T) {
	s, err := spec.Parse("spacegen.yaml", []byte(`name: shop
resources:
  - name: Customer
    fields: [{name: name, keyword: true}]
  - name: Order
    fields:
      - {name: customer_id, ref: Customer, required: true, immutable: true}
      - {name: agent_id, ref: Customer, on_delete: cascade}
      - {name: bill_to, ref: Customer, on_delete: keep}
      - {name: number, unique: true, pattern: "^[A|B]$", max_length: 9, max_bytes: 90}
      - {name: mail, format: email, description: "Where the *bill* goes"}
      - {name: tags, repeated: true, max_length: 5}
      - {name: state, type: enum, values: [NEW, PAID, DONE, LOST], default: NEW, transitions: {NEW: [PAID, LOST, DONE], PAID: [DONE]}}
      - {name: kinds, type: enum, repeated: true, values: [A, B]}
      - {name: total, type: money, output_only: true}
      - {name: share, type: decimal, min: 0, max: 1.5}
      - {name: stock, type: int32, default: 3, min: 1}
      - {name: wait, type: duration, max: 90m}
      - {name: free, type: struct}
      - name: items
        type: message
        repeated: true
        required: true
        fields: [{name: sku, required: true, description: Of the product.}, {name: sizes, type: int, repeated: true, min: 1}]
`))
	require.NoError(t, err)
	v, err := newView(s)
	require.NoError(t, err)
	assert.Equal(t, []FieldRow{{"`name`", "string", "Searched by keyword."}}, v.Declared()[0].FieldRows())
	assert.Equal(t, []FieldRow{
		{"`customer_id`", "string", "Required; set by create, never changed; refers to a customer; a customer that is referred to cannot be deleted."},
		{"`agent_id`", "string", "Refers to a customer; deleted with the customer."},
		{"`bill_to`", "string", "Refers to a customer; stays when the customer is deleted."},
		{"`number`", "string", "Unique in a workspace; at most 9 characters; matches `^[A\\|B]$`; at most 90 bytes."},
		{"`mail`", "string", "Where the \\*bill\\* goes. An email address."},
		{"`tags`", "list of string", "Each at most 5 characters."},
		{"`state`", "enum", "Default `NEW`; one of `NEW`, `PAID`, `DONE`, `LOST`. `NEW` → `PAID`, `LOST` or `DONE`; `PAID` → `DONE`; final: `DONE`, `LOST`."},
		{"`kinds`", "list of enum", "Each one of `A`, `B`."},
		{"`total`", "money", "Read-only."},
		{"`share`", "decimal", "From 0 to 1.5."},
		{"`stock`", "int32", "Default `3`; at least 1."},
		{"`wait`", "duration", "At most 90m."},
		{"`free`", "struct", ""},
		{"`items`", "list of message `Item`", "Required."},
		{"`items.sku`", "string", "Of the product. Required."},
		{"`items.sizes`", "list of int", "Each at least 1."},
	}, v.Declared()[1].FieldRows())
}

func TestCode(t *testing.T) {
	for text, want := range map[string]string{
		"a": "`a`", "a`b": "``a`b``", "`": "`` ` ``", "a|b": "`a\\|b`", "a\nb": "`a\\nb`",
	} {
		assert.Equal(t, want, code(text))
	}
}
