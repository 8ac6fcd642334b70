package schema_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/schema"
)

const text = `{
  "type": "object",
  "additionalProperties": false,
  "required": ["name"],
  "properties": {
    "name": {"type": "string", "minLength": 2, "maxLength": 20, "pattern": "^[a-z-]+$"},
    "level": {"enum": ["low", "high"], "default": "low"},
    "url": {"type": "string", "format": "uri"},
    "count": {"type": "integer", "minimum": 1, "maximum": 100, "default": 10},
    "ratio": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    "kinds": {"type": "array", "minItems": 1, "maxItems": 3, "uniqueItems": true, "items": {"type": "string"}},
    "proxy": {
      "type": "object",
      "additionalProperties": false,
      "required": ["host", "port"],
      "properties": {"host": {"type": "string"}, "port": {"type": "integer", "multipleOf": 10}, "scheme": {"type": "string", "default": "http"}}
    },
    "either": {"anyOf": [{"type": "string", "const": "on"}, {"type": "boolean"}]},
    "version": {"const": "v1"}
  }
}`

type options struct {
	Name  string `json:"name"`
	Level string `json:"level"`
	Count int    `json:"count"`
	Proxy *struct {
		Host   string `json:"host"`
		Port   int    `json:"port"`
		Scheme string `json:"scheme"`
	} `json:"proxy"`
}

func object(t *testing.T, fields map[string]any) *structpb.Struct {
	t.Helper()
	s, err := structpb.NewStruct(fields)
	require.NoError(t, err)
	return s
}

func TestCheck(t *testing.T) {
	s, err := schema.Parse([]byte(text))
	require.NoError(t, err)
	for name, test := range map[string]struct {
		fields map[string]any
		key    string // of the fault; empty: there is none
		reason string
	}{
		"as it should be":   {fields: map[string]any{"name": "ok", "count": 5, "kinds": []any{"a"}, "url": "https://example.org", "either": true}},
		"nothing":           {nil, "options.name", "it is missing"},
		"missing":           {map[string]any{"level": "low"}, "options.name", "it is missing"},
		"unknown":           {map[string]any{"name": "ok", "nom": "x", "zzz": 1}, "options.nom", "it is not known"},
		"type":              {map[string]any{"name": 7}, "options.name", "it must be of the type string"},
		"null":              {map[string]any{"name": nil}, "options.name", "it must be of the type string"},
		"too short":         {map[string]any{"name": "s"}, "options.name", "it must have at least 2 characters"},
		"too long":          {map[string]any{"name": strings.Repeat("hunter", 10)}, "options.name", "it must have at most 20 characters"},
		"pattern":           {map[string]any{"name": "HUNTER2"}, "options.name", "it must match ^[a-z-]+$"},
		"enum":              {map[string]any{"name": "ok", "level": "hunter2"}, "options.level", "it must be one of low, high"},
		"const":             {map[string]any{"name": "ok", "version": "hunter2"}, "options.version", "it must be v1"},
		"format":            {map[string]any{"name": "ok", "url": "hunter2"}, "options.url", "it must be in the format uri"},
		"fraction":          {map[string]any{"name": "ok", "count": 1.5}, "options.count", "it must be of the type integer"},
		"minimum":           {map[string]any{"name": "ok", "count": -31337}, "options.count", "it must be at least 1"},
		"maximum":           {map[string]any{"name": "ok", "count": 31337}, "options.count", "it must be at most 100"},
		"exclusive minimum": {map[string]any{"name": "ok", "ratio": 0}, "options.ratio", "it must be more than 0"},
		"exclusive maximum": {map[string]any{"name": "ok", "ratio": 1}, "options.ratio", "it must be less than 1"},
		"not a number":      {map[string]any{"name": "ok", "ratio": math.NaN()}, "options.ratio", "it must be a finite number"},
		"infinite, deep":    {map[string]any{"name": "ok", "kinds": []any{"a", math.Inf(1)}}, "options.kinds.1", "it must be a finite number"},
		"item":              {map[string]any{"name": "ok", "kinds": []any{"a", 31337}}, "options.kinds.1", "it must be of the type string"},
		"no items":          {map[string]any{"name": "ok", "kinds": []any{}}, "options.kinds", "it must have at least 1 items"},
		"items":             {map[string]any{"name": "ok", "kinds": []any{"a", "b", "c", "d"}}, "options.kinds", "it must have at most 3 items"},
		"twice":             {map[string]any{"name": "ok", "kinds": []any{"a", "a"}}, "options.kinds", "no item may stand in it twice"},
		"deep":              {map[string]any{"name": "ok", "proxy": map[string]any{"host": "h", "port": "hunter2"}}, "options.proxy.port", "it must be of the type integer"},
		"deep, missing":     {map[string]any{"name": "ok", "proxy": map[string]any{}}, "options.proxy.host", "it is missing"},
		"another keyword":   {map[string]any{"name": "ok", "proxy": map[string]any{"host": "h", "port": 31337}}, "options.proxy.port", "the schema does not allow it: multipleOf"},
		"alternatives":      {map[string]any{"name": "ok", "either": "hunter2"}, "options.either", "it has none of the forms that the schema allows"},
		"the first of two":  {map[string]any{"name": 7, "level": "x"}, "options.level", "it must be one of low, high"},
		"a long name":       {map[string]any{"name": "ok", strings.Repeat("ä", 1000): 1}, "options." + strings.Repeat("ä", 124) + "…", "it is not known"},
	} {
		t.Run(name, func(t *testing.T) {
			err := s.Check("options", object(t, test.fields))
			if test.key == "" {
				assert.NoError(t, err)
				return
			}
			assert.Equal(t, apierror.Invalid(test.key, test.reason), err)
			assert.NotContains(t, strings.ToLower(err.Error()), "hunter")
			assert.NotContains(t, err.Error(), "31337")
		})
	}
}

func TestRead(t *testing.T) {
	s, err := schema.Parse([]byte(text))
	require.NoError(t, err)

	var o options
	require.NoError(t, s.Read("options", object(t, map[string]any{"name": "ok", "proxy": map[string]any{"host": "h", "port": 80}}), &o))
	assert.Equal(t, "low", o.Level, "the schema's default")
	assert.Equal(t, 10, o.Count, "the schema's default")
	assert.Equal(t, "http", o.Proxy.Scheme, "the default of what is within")

	var said options
	require.NoError(t, s.Read("options", object(t, map[string]any{"name": "ok", "level": "high", "count": 3}), &said))
	assert.Equal(t, options{Name: "ok", Level: "high", Count: 3}, said)

	assert.ErrorContains(t, s.Read("options", nil, &o), "key = options.name")
	var other struct {
		Name int `json:"name"`
	}
	assert.Equal(t, apierror.Invalid("options.name", "it must be of the type int"),
		s.Read("options", object(t, map[string]any{"name": "hunter"}), &other), "a struct that the schema does not fit")
}

func TestDocument(t *testing.T) {
	s, err := schema.Parse([]byte(text))
	require.NoError(t, err)
	published := s.Document()
	assert.JSONEq(t, text, string(must(published.MarshalJSON())))
	published.Fields["type"] = structpb.NewStringValue("array")
	assert.Equal(t, "object", s.Document().GetFields()["type"].GetStringValue(), "what is given away is the caller's")
}

func TestParse(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":          `{`,
		"no object":        `[]`,
		"no schema":        `{"type": "objekt"}`,
		"another document": `{"$ref": "file:///etc/hostname"}`,
		"a bad pattern":    `{"properties": {"a": {"pattern": "("}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := schema.Parse([]byte(text))
			assert.ErrorContains(t, err, "read the schema: ")
			assert.Panics(t, func() { schema.MustParse([]byte(text)) })
		})
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
