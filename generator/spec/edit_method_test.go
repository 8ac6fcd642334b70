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
	for _, form := range []string{"a:unique", "a:max_bytes=5", "a:number=3", "a:keyword", "a:enum", "a:enum(x)", "a:enum(X|X)", "a:enum(A_NONE)", "a:decimal:min=0", "a:json", "a:ref=Order", "a,a", "", "A B"} {
		_, err := ParseRequest(form)
		assert.Error(t, err, form)
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
