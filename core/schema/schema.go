// Package schema validates values against JSON Schemas. A plugin publishes a schema of
// the options that it takes, so that a console can ask for them, and validates what it
// is given by the same schema.
package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// A Schema is a JSON Schema of an object.
type Schema struct {
	document *structpb.Struct
	compiled *jsonschema.Schema
}

// Parse reads a schema: draft 2020-12, unless its $schema names another. Its
// formats are checked. It stands for itself: it can't refer to other documents.
func Parse(text []byte) (*Schema, error) {
	document := new(structpb.Struct)
	if err := document.UnmarshalJSON(text); err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	const address = "plugin:schema"
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(jsonschema.SchemeURLLoader{})
	compiler.AssertFormat()
	if err := compiler.AddResource(address, parsed); err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	compiled, err := compiler.Compile(address)
	if err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	return &Schema{document, compiled}, nil
}

// MustParse is Parse for a schema that is compiled into the program.
func MustParse(text []byte) *Schema {
	s, err := Parse(text)
	if err != nil {
		panic(err)
	}
	return s
}

// Document is the schema as it is published; the caller's own copy.
func (s *Schema) Document() *structpb.Struct {
	return proto.CloneOf(s.document)
}

// Check refuses a value that the schema does not allow with
// ERROR_INVALID_PARAMETER. name is the value's own, such as options; the error
// says where in it the fault lies and what is wanted there, and nothing of
// what was found: it may be a secret.
func (s *Schema) Check(name string, value *structpb.Struct) error {
	if path := infinite(structpb.NewStructValue(value)); path != nil {
		return apierror.Invalid(join(name, path), "it must be a finite number")
	}
	err := s.compiled.Validate(value.AsMap())
	if fault, ok := errors.AsType[*jsonschema.ValidationError](err); ok {
		path, reason := first(fault)
		return apierror.Invalid(join(name, path), reason)
	}
	if err != nil {
		return apierror.Invalid(name, "it can't be checked")
	}
	return nil
}

// Read checks a value and puts it into a struct, by the names that the struct's
// json tags say. What the value leaves out is what the schema has as default.
func (s *Schema) Read(name string, value *structpb.Struct, into any) error {
	if err := s.Check(name, value); err != nil {
		return err
	}
	complete := value.AsMap()
	fill(s.document.AsMap(), complete)
	text, err := json.Marshal(complete)
	if err != nil {
		return apierror.Invalid(name, "it can't be read")
	}
	if err := json.Unmarshal(text, into); err != nil {
		if fault, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return apierror.Invalid(name+"."+fault.Field, "it must be of the type "+fault.Type.String())
		}
		return apierror.Invalid(name, "it can't be read")
	}
	return nil
}

// fill puts the defaults of an object's schema into the object, and into those
// within it that are there.
func fill(schema, object map[string]any) {
	properties, _ := schema["properties"].(map[string]any)
	for name, property := range properties {
		property, ok := property.(map[string]any)
		if !ok {
			continue
		}
		if value, said := property["default"]; said {
			if _, is := object[name]; !is {
				object[name] = value
			}
		}
		if inner, ok := object[name].(map[string]any); ok {
			fill(property, inner)
		}
	}
}

// infinite finds a number that JSON does not have, and says where; nil if there
// is none.
func infinite(value *structpb.Value) []string {
	switch kind := value.GetKind().(type) {
	case *structpb.Value_NumberValue:
		if math.IsNaN(kind.NumberValue) || math.IsInf(kind.NumberValue, 0) {
			return []string{}
		}
	case *structpb.Value_StructValue:
		for name, inner := range kind.StructValue.GetFields() {
			if path := infinite(inner); path != nil {
				return append([]string{name}, path...)
			}
		}
	case *structpb.Value_ListValue:
		for i, inner := range kind.ListValue.GetValues() {
			if path := infinite(inner); path != nil {
				return append([]string{fmt.Sprint(i)}, path...)
			}
		}
	}
	return nil
}
