package spec_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// shop has a field of every type and every property.
const shop = `name: shop
resources:
  - name: Customer
    fields:
      - {name: email, required: true, unique: true, format: email, max_length: 200}
      - {name: phone, pattern: "^[0-9, :+-]{3,}$"}
      - {name: born, type: date, min: 1900-01-01}
  - name: Order
    fields:
      - {name: customer_id, ref: Customer, required: true, immutable: true}
      - {name: agent_id, ref: Customer, on_delete: keep, expand: true}
      - {name: state, type: enum, values: [PENDING, PAID, CANCELLED], default: PENDING, transitions: {PENDING: [PAID, CANCELLED], PAID: [CANCELLED]}}
      - {name: count, type: int32, default: 1, min: 1, max: 100}
      - {name: price, type: decimal, min: 0, default: 0.00, index: true}
      - {name: total, type: money, output_only: true}
      - {name: urgent, type: bool, default: true}
      - {name: patience, type: duration, min: 1s, max: 720h, default: 24h}
      - {name: seal, type: bytes, max_bytes: 64}
      - {name: items, type: message, repeated: true, fields: [{name: product, required: true, pattern: "^(a|b);,$"}, {name: quantity, type: int32, min: 1}, {name: price, type: decimal, number: 7, description: "Of one, without tax."}]}
      - {name: address, type: message, message: Place, fields: [{name: city}]}
`

func TestProperties(t *testing.T) {
	s, err := spec.Parse("spacegen.yaml", []byte(shop))
	require.NoError(t, err)
	order := s.Resource("Order")
	assert.Equal(t, spec.Restrict, order.Field("customer_id").OnDelete)
	assert.Equal(t, []string{"PAID", "CANCELLED"}, order.Field("state").Transitions.From("PENDING"))
	assert.Empty(t, order.Field("state").Transitions.From("CANCELLED"))
	assert.Equal(t, spec.Literal("0.00"), order.Field("price").Default)

	again, err := spec.Parse("spacegen.yaml", spec.Emit(s))
	require.NoError(t, err)
	assert.Equal(t, s, again)
	for _, r := range s.Resources {
		var fields []spec.Field
		for _, f := range r.Fields {
			got, err := spec.ParseField(f.Form())
			require.NoError(t, err, f.Form())
			fields = append(fields, got)
		}
		for _, f := range r.Fields { // descriptions have no place in a flag
			for i := range f.Fields {
				f.Fields[i].Description = ""
			}
		}
		assert.Equal(t, r.Fields, fields)
	}
	f, err := spec.ParseField(`note:pattern="^a,b:\"c$":transitions=`)
	assert.ErrorContains(t, err, "has no value", f)
}

// Whatever is wrong with a property is said with its place and a cure.
func TestPropertiesThatCannotBe(t *testing.T) {
	for field, want := range map[string]string{
		"{name: a, default: 3, required: true}":                              `spacegen.yaml:4:33: a is required, so its default would never be used; remove default or required`,
		"{name: a, type: int, default: x}":                                   `spacegen.yaml:4:44: "x" is no value of the type int; write one, as in 10`,
		"{name: a, type: int32, default: 3000000000}":                        `"3000000000" is no value of the type int32`,
		"{name: a, type: decimal, default: 1e3}":                             `"1e3" is no value of the type decimal`,
		"{name: a, type: bool, default: 'yes'}":                              `"yes" is no value of the type bool`,
		"{name: a, type: enum, values: [X, Y], default: Z}":                  `Z is no value of the enum a; write one of X, Y`,
		"{name: a, type: struct, default: x}":                                `a field of the type struct has no default`,
		"{name: a, repeated: true, default: x}":                              `a field of the type list of string has no default`,
		"{name: a, unique: true, default: x}":                                `a is unique, so only one could have the default`,
		"{name: a, type: int, min: 5, default: 3}":                           `the default of a is not within its min and max`,
		"{name: a, max_length: 2, default: abc}":                             `the default of a is longer than its max_length`,
		"{name: a, type: int, min: 9, max: 8}":                               `max of a is less than its min`,
		"{name: a, min: 9}":                                                  `a field of the type string has no min`,
		"{name: a, type: date, max: 2026-13-01}":                             `"2026-13-01" is no value of the type date`,
		"{name: a, type: duration, min: 5}":                                  `"5" is no value of the type duration; write one, as in 1h30m`,
		"{name: a, type: struct, index: true}":                               `a field of the type struct has no order to index it by`,
		"{name: a, unique: true, index: true}":                               `a is unique, and so has an index already`,
		"{name: a, type: int, max_length: 3}":                                `a field of the type int has no characters to count`,
		"{name: a, max_length: -1}":                                          `no text has room for -1 characters`,
		"{name: a, pattern: '('}":                                            `the pattern of a cannot be read: missing closing ): `,
		"{name: a, pattern: '(?=x)'}":                                        `write it in the syntax of RE2`,
		"{name: a, type: int, pattern: x}":                                   `a field of the type int has no text to match`,
		"{name: a, format: emial}":                                           `there is no format "emial"; did you mean "email"?`,
		"{name: a, type: int, format: ip}":                                   `a field of the type int has no text of a format`,
		"{name: a, output_only: true, required: true}":                       `callers cannot give a, which is output only`,
		"{name: a, output_only: true, immutable: true}":                      `callers never set a, which is output only`,
		"{name: a, output_only: true, max_length: 3}":                        `a is output only, so there is no request to check by its rules`,
		"{name: a, ref: Custmer}":                                            `there is no resource Custmer that a could refer to; did you mean "Customer"?`,
		"{name: a, ref: Customer, type: int}":                                `a reference is one string, and a is of the type int`,
		"{name: a, ref: Customer, on_delete: drop}":                          `there is no choice for on_delete "drop"; write restrict, cascade or keep`,
		"{name: a, on_delete: keep}":                                         `a refers to nothing that could be deleted`,
		"{name: a, ref: Customer, max_length: 3}":                            `the reference a holds an identifier, which has no rules of its own`,
		"{name: a_id, expand: true}":                                         `spacegen.yaml:4:35: a_id refers to nothing that could be shown; name a resource, as in ref: Customer, or remove expand`,
		"{name: a, ref: Customer, expand: true}":                             `spacegen.yaml:4:47: what a refers to would be shown as a, which is the reference itself; call the field a_id, or remove expand`,
		"{name: a_id, ref: Customer, expand: true, repeated: true}":          `a reference is one string, and a_id is of the type list of string`,
		"{name: a_id, ref: Custmer, expand: true}":                           `there is no resource Custmer that a_id could refer to; did you mean "Customer"?`,
		"{name: query_id, ref: Customer, expand: true}":                      `what query_id refers to would be shown as query, a name that is taken; choose another name for the field, or remove expand`,
		"{name: a_id, ref: Customer, expand: true}, {name: a}":               `what a_id refers to has the same name as a: a`,
		"{name: a_id, ref: Customer, expand: true}, {name: b, number: 1002}": `what a_id refers to has the same number as b: 1002`,
		"{name: a_id, ref: Customer, expand: true}, {name: expand}":          `the field name expand is taken: under expand requests name what Orders are to show; choose another name, or remove expand from all fields`,
		"{name: a_id, ref: Customer, expand: true, number: 18500}":           `protobuf keeps the number 19500 for itself`,
		"{name: a_id, ref: Customer, expand: true}, {name: b, type: message, message: CustomerInfo, fields: [{name: c}]}": `Order has a message or an enum called CustomerInfo, as is what a_id shows`,
		"{name: a_id, ref: Customer, expand: maybe}":                                      `true or false`,
		"{name: a, pattern: 'a$b'}":                                                       `no text could be made up that the pattern of a matches, and the tests need one; write it in a plainer way, or check it in the rules`,
		"{name: a, pattern: '^a{9}$', max_length: 8}":                                     `no text could be made up that the pattern of a matches`,
		"{name: a, ref: Customer, default: x}":                                            `a field of the type reference to Customer has no default`,
		"{name: a, type: enum, values: [X, Y], transitions: {X: [Y]}}":                    `nothing says in which state a begins; name it under default, as in default: X`,
		"{name: a, type: enum, values: [X, Y], default: X, transitions: {X: [Z]}}":        `spacegen.yaml:4:82: Z is no value of the enum a; known: X, Y`,
		"{name: a, type: enum, values: [X, Y], default: X, transitions: {Q: [Y]}}":        `Q is no value of the enum a`,
		"{name: a, type: enum, values: [X, Y], default: X, transitions: {X: [X]}}":        `X needs no transition to itself`,
		"{name: a, type: enum, values: [X, Y], default: X, transitions: {X: Y}}":          `a list of states is wanted here, not text; write it as in [PAID, CANCELLED]`,
		"{name: a, type: enum, values: [X, Y], default: X, transitions: [X]}":             `states, each with a list of those that may follow it, are wanted here, not a list`,
		"{name: a, type: enum, values: [X, Y], default: X, transitions: {X: [Y], X: []}}": `key "X" is given twice`,
		"{name: a, type: int, transitions: {X: [Y]}}":                                     `only an enum has transitions, and a is of the type int`,
		"{name: a, type: message}":                                                        `the message a has no fields; list them under fields`,
		"{name: a, type: message, fields: [{name: b, type: enum}]}":                       `spacegen.yaml:4:64: there is no type for a field of a message "enum"`,
		"{name: a, type: message, fields: [{name: b}, {name: b}]}":                        `b and b are one name in JSON`,
		"{name: a, type: message, fields: [{name: b, number: 2}, {name: c, number: 2}]}":  `the field c has the number of b: 2`,
		"{name: a, type: message, fields: [{name: b, type: int, max_length: 3}]}":         `a field of the type int has no characters to count`,
		"{name: a, type: message, message: item, fields: [{name: b}]}":                    `item is no name of a message; write Item`,
		"{name: a, type: message, fields: [{name: b, unique: true}]}":                     `spacegen.yaml:4:58: only fields of resources have unique, and those of a message have no column; remove unique`,
		"{name: a, type: message, fields: [{name: b, ref: Order}]}":                       `spacegen.yaml:4:58: a field of a message refers to nothing that spacegen looks for; keep it as a string, and look for it in BeforeCreate and BeforeUpdate of the resource's rules (internal/service/…_rules.go), or make the message a resource of its own, whose fields refer`,
		"{name: a, type: message, fields: [{name: b, default: x}]}":                       `a field of a message has no default; set it in the rules`,
		"{name: a, type: message, fields: [{name: b, patern: x}]}":                        `unknown key "patern"; did you mean "pattern"?`,
		"{name: a, fields: [{name: b}]}":                                                  `only a message has fields, and a is of the type string`,
		"{name: a, dfault: 3}":                                                            `unknown key "dfault"; did you mean "default"?`,
	} {
		_, err := spec.Parse("spacegen.yaml", []byte("name: shop\nresources:\n  - name: Order\n    fields: ["+field+"]\n  - name: Customer\n"))
		assert.ErrorContains(t, err, want, field)
	}
	for form, want := range map[string]string{
		"a:max_length=x":                      `"x" in the field a is no number of 1 or more`,
		"a:patern=x":                          `"patern=x" in the field a is unknown, did you mean "pattern"?`,
		`a:pattern="x`:                        `the value of pattern in the field a does not end: close its quotes`,
		"a:enum(X|Y):default=X:transitions=X": `"X" is no transition; write it as in PENDING>PAID|CANCELLED`,
		"a:message(b:ref=Order)":              `the field b has ref: a field of a message refers to nothing that spacegen looks for; keep it as a string`,
		"a:message(b:unique)":                 `the field b has unique: only fields of resources have unique, and those of a message have no column; remove unique, or make the message a resource of its own`,
		"a:message(b":                         `the message a has no closing bracket`,
		"a:message":                           `the message a has no fields; write them as in message(`,
		"a:min=1:min=2:int":                   `"min=2" in the field a is one too many, or unknown`,
	} {
		_, err := spec.ParseField(form)
		assert.ErrorContains(t, err, want, form)
	}
}
