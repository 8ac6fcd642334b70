package protofile

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each binding by which nothing can be served is named by its own place, and what it
// takes along is said.
func TestBindingsThatCannotBeServed(t *testing.T) {
	for name, c := range map[string]struct{ rule, want string }{
		"all good":     {`get: "/v1/{name}" additional_bindings { get: "/v2/{name}" }`, ""},
		"the only one": {`get: "/v1/{gone}"`, "shop/v1/shop.proto:6:15: M has no field gone"},
		"one of three": {"get: \"/v1/{name}\"\nadditional_bindings { get: \"/v2/{gone}\" }\nadditional_bindings { get: \"/v3/{name}\" }",
			"shop/v1/shop.proto:7:1: M has no field gone; mend or remove it to have the method's other bindings (2 of 3) served"},
		"two of three, in a list": {"get: \"/v1/{name}\"\nadditional_bindings: [\n{ get: \"/v2/{gone}\" },\n{ delete: \"/v3/{name}\" body: \"*\" }]",
			"shop/v1/shop.proto:8:1: M has no field gone; shop/v1/shop.proto:9:1: DELETE has no body; mend or remove it to have the method's other bindings (1 of 3) served"},
		"the first": {"get: \"/v1/{gone}\"\nadditional_bindings { get: \"/v2/{name}\" }",
			"shop/v1/shop.proto:6:15: M has no field gone; mend or remove it to have the method's other bindings (1 of 2) served"},
		"one within another": {"get: \"/v1/{name}\"\nadditional_bindings { get: \"/v2/{name}\" additional_bindings { get: \"/v3/{name}\" } }",
			"shop/v1/shop.proto:7:1: its additional_bindings have additional_bindings of their own; mend or remove it to have the method's other bindings (1 of 2) served"},
	} {
		t.Run(name, func(t *testing.T) {
			files, err := Compile(t.Context(), Sources{"shop/v1/shop.proto": []byte("syntax = \"proto3\";\npackage shop.v1;\nimport \"google/api/annotations.proto\";\n\nmessage M { string name = 1; }\nservice Shop {rpc ask(M) returns (M) { option (google.api.http) = { " + c.rule + " }; } }")})
			require.NoError(t, err)
			api := ReadAPI(files, "shop.v1", func(path string) bool { return path == "shop/v1/shop.proto" })
			assert.Equal(t, c.want, api.Services[0].Methods[0].Unrouted)
			assert.Equal(t, c.want == "", api.Services[0].Methods[0].HTTP)
		})
	}
}
