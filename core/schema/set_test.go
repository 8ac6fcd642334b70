package schema_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/schema"
)

// set is schemas that allow nothing but a whole number a.
func set(t *testing.T, names ...string) schema.Set {
	t.Helper()
	const closed = `{"type": "object", "additionalProperties": false, "required": ["a"], "properties": {"a": {"type": "integer"}}}`
	files := fstest.MapFS{"schemas/README.md": {Data: []byte("no schema")}}
	for _, name := range names {
		files["schemas/"+name+".json"] = &fstest.MapFile{Data: []byte(closed)}
	}
	s, err := schema.ParseSet(files, "schemas")
	require.NoError(t, err)
	require.Len(t, s, len(names))
	return s
}

// TestSetCheck takes a Value for a request: it has an object, a list and texts,
// each in a field of its own.
func TestSetCheck(t *testing.T) {
	told := func(fields map[string]any) *structpb.Value { return structpb.NewStructValue(object(t, fields)) }
	held := set(t, "struct_value", "list_value", "string_value", "options")
	assert.NoError(t, held.Check(told(map[string]any{"a": 1})))
	assert.Equal(t, apierror.Invalid("struct_value.b", "it is not known"), held.Check(told(map[string]any{"a": 1, "b": "hunter2"})))
	assert.Equal(t, apierror.Invalid("struct_value.a", "it is missing"), held.Check(structpb.NewStringValue("x")), "what is not said is nothing said")
	assert.NoError(t, set(t, "options").Check(told(map[string]any{"b": 1})), "no schema is about it")
}

func TestSetRead(t *testing.T) {
	var said struct {
		A int `json:"a"`
	}
	s := set(t, "options", "secret_data")
	require.NoError(t, s.Read("options", object(t, map[string]any{"a": 7}), &said))
	assert.Equal(t, 7, said.A)
	assert.Equal(t, apierror.Invalid("secret_data.a", "it is missing"), s.Read("secret_data", nil, &said))
}

func TestSetMetadata(t *testing.T) {
	s := set(t, "options", "secret_data", "filter")
	published := s.Metadata().GetFields()
	require.Len(t, published, 3)
	for _, name := range []string{"options_schema", "secret_schema", "filter_schema"} {
		assert.Equal(t, s["options"].Document().AsMap(), published[name].GetStructValue().AsMap(), name)
	}
}

func TestParseSet(t *testing.T) {
	broken := fstest.MapFS{"schemas/options.json": {Data: []byte(`{"type": "objekt"}`)}}
	_, err := schema.ParseSet(broken, "schemas")
	assert.ErrorContains(t, err, "schemas/options.json: read the schema: ")
	assert.Panics(t, func() { schema.MustParseSet(broken, "schemas") })
	assert.Empty(t, schema.MustParseSet(broken, "elsewhere"))
}
