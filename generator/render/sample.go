package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Sample is a Go expression for a value of the field in a create request, for
// tests; it differs from one n to the next where values must.
func (f *Field) Sample() string {
	value := f.sample()
	switch {
	case f.Repeated:
		typ := map[spec.FieldType]string{
			spec.String: "string", spec.Timestamp: "string", spec.Int: "int64", spec.Double: "float64",
			spec.Bool: "bool", spec.Enum: "api." + f.EnumGo(), spec.Struct: "*structpb.Struct",
		}[f.Type]
		return "[]" + typ + "{" + strings.TrimPrefix(value, "&structpb.Struct") + "}"
	case f.Required && f.presence():
		return map[spec.FieldType]string{spec.Int: "proto.Int64", spec.Double: "proto.Float64", spec.Bool: "proto.Bool"}[f.Type] + "(" + value + ")"
	default:
		return value
	}
}

func (f *Field) sample() string {
	switch f.Type {
	case spec.Int:
		return "int64(n + 1)"
	case spec.Double:
		return "float64(n) + 0.5"
	case spec.Bool:
		return "true"
	case spec.Enum:
		value := f.Values[0]
		if f.Snake() == "resource_group" && slices.Contains(f.Values, "WORKSPACE") {
			value = "WORKSPACE" // or it would be of all workspaces
		}
		return "api." + strings.TrimSuffix(f.EnumGo(), "_"+f.EnumName()) + "_" + value
	case spec.Struct:
		return `&structpb.Struct{Fields: map[string]*structpb.Value{"key": structpb.NewStringValue("value")}}`
	case spec.Timestamp:
		return `"2026-01-02T03:04:05.678Z"`
	default:
		return fmt.Sprintf(`fmt.Sprint("%s ", n)`, strings.ReplaceAll(f.Snake(), "_", " "))
	}
}

// Nothing is a Go expression for no value of the field in a create request.
func (f *Field) Nothing() string {
	if f.Repeated || f.presence() {
		return "nil"
	}
	return layerTypes[f.Type].unset
}

// SampleNeedsFmt reports whether samples of the resource use fmt.
func (r *Resource) SampleNeedsFmt() bool {
	return slices.ContainsFunc(r.Fields, func(f *Field) bool { return f.Type == spec.String })
}

// SampleNeedsN reports whether samples of the resource differ.
func (r *Resource) SampleNeedsN() bool {
	return slices.ContainsFunc(r.Fields, func(f *Field) bool {
		return f.Type == spec.String || f.Type == spec.Int || f.Type == spec.Double
	})
}

// SampleNeedsStruct reports whether samples of the resource hold documents.
func (r *Resource) SampleNeedsStruct() bool {
	return slices.ContainsFunc(r.Fields, func(f *Field) bool { return f.Type == spec.Struct })
}

// TextField is a field that a test can change to any text; nil if there is none.
func (r *Resource) TextField() *Field {
	for _, f := range r.Fields {
		if f.Type == spec.String && !f.Repeated {
			return f
		}
	}
	return nil
}
