package spec_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// TestSchemaJudgesAsParseDoes holds the schema against files that an editor
// would check with it.
func TestSchemaJudgesAsParseDoes(t *testing.T) {
	text, err := spec.Schema(nil, nil)
	require.NoError(t, err)
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("spacegen.json", document))
	schema, err := compiler.Compile("spacegen.json")
	require.NoError(t, err)

	for yml, valid := range map[string]bool{
		"name: inventory": true,
		"{}":              false,
		"name: inventory\nservers: [grpc, rest]\ncache: redis\nimage: {registry: ghcr.io/x}": true,
		"name: inventory\nservers: [soap]":                                                   false,
		"name: inventory\ncolour: blue":                                                      false,
		"name: 7":                                                                            false,
		"name: inventory\nresources: [{name: Region, fields: [{name: tags, type: struct}]}]":            true,
		"name: inventory\nresources: [{name: Region, fields: [{name: tags, type: map}]}]":               false,
		"name: inventory\nresources: [{fields: []}]":                                                    false,
		"name: inventory\nservers: [scheduler]\nschedulers: [{name: a, kind: cron, rule: '* * * * *'}]": true,
	} {
		var value any
		require.NoError(t, yaml.Unmarshal([]byte(yml), &value))
		plain, err := json.Marshal(value)
		require.NoError(t, err)
		value, err = jsonschema.UnmarshalJSON(bytes.NewReader(plain))
		require.NoError(t, err)
		assert.Equal(t, valid, schema.Validate(value) == nil, yml)
		_, err = spec.Parse("spacegen.yaml", []byte(yml))
		assert.Equal(t, valid, err == nil, "%s: %v", yml, err)
	}
}
