package render

import (
	"fmt"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/schema"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A Field is one field of a resource, with its type in every layer.
type Field struct {
	spec.Field
	naming.Name
	resource *Resource
	column   *schema.Column
}

// layerTypes says what a field's type is in each layer.
var layerTypes = map[spec.FieldType]struct{ proto, model, query, unset string }{
	spec.String:    {"string", "string", "String", `""`},
	spec.Int:       {"int64", "int64", "Int", "nil"},
	spec.Double:    {"double", "float64", "Double", "nil"},
	spec.Bool:      {"bool", "bool", "Bool", "nil"},
	spec.Enum:      {"", "string", "Enum", "0"},
	spec.JSON:      {"", "any", "Struct", "nil"},
	spec.Struct:    {"google.protobuf.Struct", "map[string]any", "Struct", "nil"},
	spec.Timestamp: {"string", "time.Time", "Timestamp", `""`},
}

// Scalar reports whether the field holds one value that can be compared.
func (f *Field) Scalar() bool { return !f.Repeated && f.Type != spec.Struct && f.Type != spec.JSON }

// Go is the field's name in the model.
func (f *Field) Go() string { return f.Pascal() }

// Local is a name for the field's value that no package or parameter has.
func (f *Field) Local() string { return naming.New(f.Snake() + "_value").Camel() }

// ProtoGo is the field's name in generated messages. It depends on the fields
// before it in the message: "name" and "get_name" would clash.
func (f *Field) ProtoGo() string {
	fields := []string{f.resource.IDField}
	for _, other := range f.resource.Fields {
		fields = append(fields, other.Snake())
		if other == f {
			break
		}
	}
	names := naming.ProtoGoFields(fields...)
	return names[len(names)-1]
}

// DocLines is the field's description, by lines.
func (f *Field) DocLines() []string {
	if f.Description == "" {
		return nil
	}
	return strings.Split(strings.TrimSpace(f.Description), "\n")
}

func (f *Field) protoType(enum string) string {
	typ := layerTypes[f.Type].proto
	if f.Type == spec.Enum {
		typ = enum + f.EnumName()
	}
	if f.Repeated {
		return "repeated " + typ
	}
	return typ
}

// InfoType is the field's type in the Info message, which holds its enum.
func (f *Field) InfoType() string { return f.protoType("") }

// CreateType is its type in the create request. What is required and could be
// zero has presence, so that zero is told from nothing.
func (f *Field) CreateType() string {
	typ := f.protoType(f.resource.Pascal() + "Info.")
	if f.Required && f.presence() {
		return "optional " + typ
	}
	return typ
}

// UpdateType is its type in the update request: with presence, since what is
// left out stays as it is.
func (f *Field) UpdateType() string {
	typ := f.protoType(f.resource.Pascal() + "Info.")
	if f.Scalar() {
		return "optional " + typ
	}
	return typ
}

// presence reports whether zero is a value like any other.
func (f *Field) presence() bool {
	return !f.Repeated && (f.Type == spec.Int || f.Type == spec.Double || f.Type == spec.Bool)
}

// ModelType is the field's type in the model.
func (f *Field) ModelType() string {
	typ := layerTypes[f.Type].model
	if f.Repeated {
		return "[]" + typ
	}
	return typ
}

// ModelTag is the field's bun tag.
func (f *Field) ModelTag() string {
	switch {
	case f.Repeated || f.Type == spec.Struct || f.Type == spec.JSON:
		return f.Snake() + ",type:jsonb"
	case f.Type == spec.Timestamp:
		return f.Snake() + ",nullzero"
	default:
		return f.Snake()
	}
}

// Since is the number of the migration that brings the field's column.
func (f *Field) Since() int { return f.column.Since }

// SQLType is the field's column definition, understood by every engine.
func (f *Field) SQLType() string { return schema.Definition(f.Field) }

// QueryType is the field's type in the query language.
func (f *Field) QueryType() string { return layerTypes[f.Type].query }

// uniqueWhere confines a unique index to the rows in which the field's column is
// set. It isn't in those that are written once the field is gone, even if it had to
// be until then.
func (f *Field) uniqueWhere(column string) string {
	switch f.Type { //nolint:exhaustive // all others are numbers
	case spec.String, spec.Enum:
		return fmt.Sprintf(` WHERE "%s" <> ''`, column)
	case spec.Timestamp:
		return fmt.Sprintf(` WHERE "%s" IS NOT NULL`, column)
	default:
		return fmt.Sprintf(` WHERE "%s" <> 0`, column)
	}
}

// MissingInCreate is the Go condition under which a create request lacks it.
func (f *Field) MissingInCreate() string {
	switch {
	case f.Repeated:
		return fmt.Sprintf("len(req.Get%s()) == 0", f.ProtoGo())
	case f.presence():
		return fmt.Sprintf("req.%s == nil", f.ProtoGo())
	default:
		return fmt.Sprintf("req.Get%s() == %s", f.ProtoGo(), layerTypes[f.Type].unset)
	}
}

// SetInUpdate is the Go condition under which an update request names it.
func (f *Field) SetInUpdate() string {
	if f.Repeated {
		return fmt.Sprintf("len(req.Get%s()) > 0", f.ProtoGo())
	}
	return fmt.Sprintf("req.%s != nil", f.ProtoGo())
}

// KeptInUpdate reports whether an update request can name it and leave it empty,
// though it is required.
func (f *Field) KeptInUpdate() bool { return f.Required && f.Scalar() && !f.presence() }

// ToModelFails reports whether a request can hold a value that no model takes.
func (f *Field) ToModelFails() bool { return f.Type == spec.Enum || f.Type == spec.Timestamp }

// FromModelFails reports whether a model can hold a value that no message takes.
func (f *Field) FromModelFails() bool { return f.Type == spec.Struct }

// EnumGo is the Go name of the field's enum in generated code.
func (f *Field) EnumGo() string {
	return naming.ProtoGoType(f.resource.Pascal()+"Info") + "_" + naming.ProtoGoType(f.EnumName())
}

// ToModel is the Go expression that turns a request's value into the model's.
func (f *Field) ToModel() string {
	value := fmt.Sprintf("req.Get%s()", f.ProtoGo())
	plural := ""
	if f.Repeated {
		plural = "s"
	}
	switch f.Type {
	case spec.Enum:
		return fmt.Sprintf("apivalue.EnumName%s(%q, api.%s_name, %s)", plural, f.Snake(), f.EnumGo(), value)
	case spec.Timestamp:
		return fmt.Sprintf("apivalue.Time%s(%q, %s)", plural, f.Snake(), value)
	case spec.Struct:
		return fmt.Sprintf("apivalue.Struct%s(%s)", plural, value)
	default:
		return value
	}
}

// FromModel is the Go expression that turns the model's value into a message's.
func (f *Field) FromModel() string {
	value := "item." + f.Go()
	plural := ""
	if f.Repeated {
		plural = "s"
	}
	switch f.Type {
	case spec.Enum:
		return fmt.Sprintf("apivalue.EnumValue%s[api.%s](api.%s_value, %s)", plural, f.EnumGo(), f.EnumGo(), value)
	case spec.Timestamp:
		return fmt.Sprintf("apivalue.FromTime%s(%s)", plural, value)
	case spec.Struct:
		return fmt.Sprintf("apivalue.FromStruct%s(%s)", plural, value)
	default:
		return value
	}
}
