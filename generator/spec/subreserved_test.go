package spec_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

const itemized = `name: shop
resources:
- name: Order
  fields:
  - name: items
    type: message
    repeated: true
    fields: [{name: product}, {name: quantity, type: int32}]
`

// What a field of a message had is taken by no other, once it is gone.
func TestFieldsOfMessagesThatAreGone(t *testing.T) {
	old := open(t, itemized).Spec()
	f := open(t, replaced(t, itemized, ", {name: quantity, type: int32}", ""))
	require.NoError(t, f.HoldNumbers(old))
	reserved := string(f.Bytes())
	assert.Contains(t, reserved, "    reserved: [{name: quantity, number: 2, type: int32}]\n")

	f = open(t, replaced(t, reserved, "fields: [{name: product}]", "fields: [{name: product}, {name: price, type: decimal}]"))
	require.NoError(t, f.HoldNumbers(open(t, reserved).Spec()))
	assert.Equal(t, 3, f.Spec().Resources[0].Fields[0].Fields[1].Number, "2 is passed over")
	later := f.Spec()

	f = open(t, replaced(t, string(f.Bytes()), ", {name: price, type: decimal}", ""))
	require.NoError(t, f.HoldNumbers(later))
	assert.Contains(t, string(f.Bytes()), "reserved: [{name: quantity, number: 2, type: int32}, {name: price, number: 3, type: decimal}]\n")
	again := open(t, string(f.Bytes()))
	require.NoError(t, again.HoldNumbers(f.Spec()))
	assert.Equal(t, string(f.Bytes()), string(again.Bytes()))
}

// In brackets, too.
func TestFieldsOfMessagesInBrackets(t *testing.T) {
	const flow = "name: shop\nresources:\n- name: Order\n  fields:\n  - {name: items, type: message, fields: [{name: a}, {name: b}]}\n"
	f := open(t, replaced(t, flow, ", {name: b}", ""))
	require.NoError(t, f.HoldNumbers(open(t, flow).Spec()))
	assert.Contains(t, string(f.Bytes()), "{name: items, type: message, fields: [{name: a}], reserved: [{name: b, number: 2}]}\n")
}

func TestFieldsOfMessagesThatCannotBe(t *testing.T) {
	for name, tt := range map[string]struct{ old, new, want string }{
		"the number of one that goes": {"{name: quantity, type: int32}", "{name: price, type: int32}",
			"spacegen.yaml:8:31: clients know quantity of items by the number 2, and price would have the number 2; write the number down"},
		"another type": {"type: int32", "type: decimal",
			"spacegen.yaml:8:31: rows that are stored, and clients, have quantity of items as int32; leave its type as it was, and give the new one a name and a number of its own"},
		"a list": {"type: int32", "type: int32, repeated: true", "have quantity of items as int32"},
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t, replaced(t, itemized, tt.old, tt.new))
			assert.ErrorContains(t, f.HoldNumbers(open(t, itemized).Spec()), tt.want)
		})
	}
	wider := open(t, replaced(t, itemized, "type: int32", "type: int"))
	assert.NoError(t, wider.HoldNumbers(open(t, itemized).Spec()), "whatever an int32 is, an int can be")
}

func TestWhatMessagesReserve(t *testing.T) {
	with := func(reserved string) string { return itemized + "    reserved: [" + reserved + "]\n" }
	old := open(t, with("{name: price, number: 3}, {number: 4}")).Spec()
	for added, want := range map[string]string{
		"{name: cost, number: 3}":             "clients know price of items by the number 3, and cost would have the number 3",
		"{name: cost, number: 4}":             "the number 4 was that of a field of items that was removed",
		"{name: price, number: 3, type: int}": "have price of items as string",
	} {
		f := open(t, replaced(t, itemized, "type: int32}]", "type: int32}, "+added+"]"))
		assert.ErrorContains(t, f.HoldNumbers(old), want, added)
	}
	back := open(t, replaced(t, itemized, "type: int32}]", "type: int32}, {name: price, number: 3}]"))
	require.NoError(t, back.HoldNumbers(old))
	assert.Contains(t, string(back.Bytes()), "reserved: [{number: 4}]\n")
	for reserved, want := range map[string]string{
		"{name: quantity, number: 9}":        "spacegen.yaml:9:23: items has a field quantity, and reserves its name; to bring the field back, give it number: 9 and remove this line; else choose another name",
		"{name: price}":                      "0 is no number that a field can have had",
		"{name: a, number: 3}, {number: 3}":  "items reserves this twice",
		"{name: a, number: 3, type: struct}": "struct",
		"{name: a, number: 3, expand: true}": "unknown key",
	} {
		_, err := spec.Parse("spacegen.yaml", []byte(with(reserved)))
		assert.ErrorContains(t, err, want, reserved)
	}
	_, err := spec.Parse("spacegen.yaml", []byte(replaced(t, with("{name: price, number: 2}"), "type: int32", "number: 2, type: int32")))
	assert.ErrorContains(t, err, "the field quantity has the number 2, which is reserved; leave its number out; spacegen finds a free one")
	_, err = spec.Parse("spacegen.yaml", []byte("name: shop\nresources:\n- name: Order\n  fields:\n  - {name: a, reserved: [{number: 3}]}\n"))
	assert.ErrorContains(t, err, "only a message reserves what its fields had, and a is of the type string; remove reserved")
}

// Money is a message, whether a field is one or holds one.
func TestMoneyIsNoResourceBesideMoney(t *testing.T) {
	for _, field := range []string{"{name: a, type: money}", "{name: a, type: message, fields: [{name: b, type: money}]}"} {
		_, err := spec.Parse("spacegen.yaml", []byte("name: x\nresources:\n- {name: Order, fields: ["+field+"]}\n- {name: Money, fields: [{name: a}]}\n"))
		assert.ErrorContains(t, err, "the name Money is taken by the message that fields of the type money have", field)
	}
}
