package k8sschema

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const document = `{"definitions": {
  "io.k8s.api.apps.v1.Thing": {
    "description": "A thing.",
    "type": "object",
    "required": ["spec"],
    "properties": {
      "apiVersion": {"type": "string"},
      "kind": {"type": "string"},
      "spec": {"$ref": "#/definitions/io.k8s.api.apps.v1.ThingSpec"}
    },
    "x-kubernetes-group-version-kind": [{"group": "apps.k8s.io", "version": "v1", "kind": "Thing"}]
  },
  "io.k8s.api.apps.v1.ThingSpec": {
    "type": "object",
    "properties": {
      "port": {"$ref": "#/definitions/io.k8s.IntOrString"},
      "labels": {"type": "object", "additionalProperties": {"type": "string"}},
      "parts": {"type": "array", "items": {"$ref": "#/definitions/io.k8s.api.apps.v1.ThingSpec"}}
    }
  },
  "io.k8s.IntOrString": {"type": "string", "format": "int-or-string"},
  "io.k8s.Options": {"type": "object", "x-kubernetes-group-version-kind": [
    {"group": "", "version": "v1", "kind": "Options"}, {"group": "apps", "version": "v1", "kind": "Options"}]}
}}`

func TestSchemas(t *testing.T) {
	schemas, err := Schemas([]byte(document))
	require.NoError(t, err)
	require.Len(t, schemas, 1)
	var got map[string]any
	require.NoError(t, json.Unmarshal(schemas["thing-apps-v1.json"], &got))

	definitions := got["definitions"].(map[string]any)
	assert.Len(t, definitions, 3, "itself and what it refers to, itself included")
	thing := definitions["io.k8s.api.apps.v1.Thing"].(map[string]any)
	assert.Equal(t, false, thing["additionalProperties"])
	assert.NotContains(t, thing, "description")
	spec := definitions["io.k8s.api.apps.v1.ThingSpec"].(map[string]any)
	assert.Equal(t, false, spec["additionalProperties"])
	labels := spec["properties"].(map[string]any)["labels"].(map[string]any)
	assert.Equal(t, map[string]any{"type": "string"}, labels["additionalProperties"])
	assert.Equal(t, map[string]any{"type": []any{"string", "integer"}}, definitions["io.k8s.IntOrString"])
	assert.Contains(t, string(schemas["thing-apps-v1.json"]), `"const":"apps.k8s.io/v1"`)
}

func TestSchemasOfNothing(t *testing.T) {
	for name, text := range map[string]string{"no JSON": "{", "no kinds": "{}"} {
		t.Run(name, func(t *testing.T) {
			_, err := Schemas([]byte(text))
			require.Error(t, err)
		})
	}
}
