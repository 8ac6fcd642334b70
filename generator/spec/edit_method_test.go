package spec

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseRequest(t *testing.T) {
	fields, err := ParseRequest("name!, amount:int,notes:[]string,at:timestamp,n:int32,price:decimal,day:date,wait:duration,seal:bytes,paid:money,data:struct,why:enum(LATE|LOST)")
	require.NoError(t, err)
	assert.True(t, fields[0].Required)
	assert.True(t, fields[2].Repeated)
	assert.Equal(t, []string{"LATE", "LOST"}, fields[len(fields)-1].Values)
	var types []string
	for _, f := range fields {
		typ, _ := RequestType(f)
		types = append(types, typ)
	}
	assert.Equal(t, []string{
		"string", "int64", "string", "string", "int32", "string", "string", "google.protobuf.Duration", "bytes", "Money",
		"google.protobuf.Struct", "Why",
	}, types)
	for _, form := range []string{"a:unique", "a:max_bytes=5", "a:number=3", "a:keyword", "a:enum", "a:enum(x)", "a:enum(X|X)", "a:enum(A_NONE)", "a:json", "a:ref=Order", "a:index", "a:immutable", "a:output_only", "a:default=x", "a:enum(X|Y):default=X:transitions=X>Y", "a:message(b)", "a:min=1", "a:pattern=(", "a:aliases=b", "a,a", "", "A B"} {
		_, err := ParseRequest(form)
		assert.Error(t, err, form)
	}
}

// Fields of requests take rules, and refuse by name what makes no sense in a request.
func TestParseRequestRules(t *testing.T) {
	fields, err := ParseRequest(`card!:max_length=19:pattern="^[0-9, ]+$",amount:decimal:min=0:max=10,mail:format=email:description="Where, if not to the customer, it goes."`)
	require.NoError(t, err)
	require.Len(t, fields, 3)
	assert.Equal(t, "^[0-9, ]+$", fields[0].Pattern)
	assert.Equal(t, 19, fields[0].MaxLength)
	assert.Equal(t, Literal("10"), fields[1].Max)
	assert.Equal(t, "Where, if not to the customer, it goes.", fields[2].Description)
	for form, want := range map[string]string{
		"a:unique":    `"a:unique": the field a of a request cannot have unique: it is said of what is stored, and a request is not; leave it out`,
		"a:default=x": "cannot have default: what a request leaves out is for the method to decide; leave it out, and set it in the method",
		"a:ref=Order": "cannot have ref: nobody looks for what it names; leave it out, and have the method get it: its manager says ERROR_NOT_FOUND",
		"a:number=3":  "cannot have number: spacegen numbers them",
		"a:min=1":     "a field of the type string has no min; remove min",
	} {
		_, err := ParseRequest(form)
		assert.ErrorContains(t, err, want, form)
	}
}

// What is said of a method is added and removed again, wherever methods stand.
func TestMethodRules(t *testing.T) {
	const head = "name: shop\nmodule: example.com/shop\n"
	for name, text := range map[string]string{
		"none":   head,
		"others": head + "methods:\n  Order.list: {roles: [USER]}\nci: none\n",
		"empty":  head + "methods:\n",
	} {
		f, err := Open("spacegen.yaml", []byte(text))
		require.NoError(t, err, name)
		rule := MethodRule{Roles: []string{"USER"}, Permission: "shop:Order.cancel"}
		require.NoError(t, AddMethodRule("Order.cancel", rule)(f), name)
		assert.Equal(t, rule, f.Spec().Methods["Order.cancel"], name)
		assert.ErrorContains(t, AddMethodRule("Order.cancel", rule)(f), "it is said already", name)
		require.NoError(t, RemoveMethodRule("Order.cancel")(f), name)
		if name != "empty" {
			assert.Equal(t, text, string(f.Bytes()), name)
		}
		require.NoError(t, RemoveMethodRule("Order.ship")(f), "of which nothing is said")
	}
}
