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
	of       *Field   // the field whose message it is one of
	members  []*Field // of its message
}

// layerTypes says what a field's type is in each layer.
var layerTypes = map[spec.FieldType]struct{ proto, model, query, unset string }{
	spec.String:    {"string", "string", "String", `""`},
	spec.Int:       {"int64", "int64", "Int", "nil"},
	spec.Int32:     {"int32", "int32", "Int", "nil"},
	spec.Double:    {"double", "float64", "Double", "nil"},
	spec.Decimal:   {"string", "decimal.Decimal", "Decimal", `""`},
	spec.Bool:      {"bool", "bool", "Bool", "nil"},
	spec.Enum:      {"", "string", "Enum", "0"},
	spec.JSON:      {"", "any", "Struct", "nil"},
	spec.Struct:    {"google.protobuf.Struct", "map[string]any", "Struct", "nil"},
	spec.Timestamp: {"string", "time.Time", "Timestamp", `""`},
	spec.Date:      {"string", "time.Time", "Date", `""`},
	spec.Duration:  {"google.protobuf.Duration", "time.Duration", "Duration", "nil"},
	spec.Bytes:     {"bytes", "[]byte", "Bytes", "nil"},
	spec.Money:     {"Money", "money.Money", "Money", "nil"},
	spec.Message:   {"", "", "Struct", "nil"},
}

// Scalar reports whether the field holds one value that can be compared.
func (f *Field) Scalar() bool { return !f.Repeated && !f.document() && f.Type != spec.Bytes }

// document reports whether values of the field have parts.
func (f *Field) document() bool {
	return f.Type == spec.Struct || f.Type == spec.JSON || f.Type == spec.Money || f.Type == spec.Message
}

// message reports whether values of the field are messages.
func (f *Field) message() bool { return f.document() || f.Type == spec.Duration }

// Filtered reports whether a list call has a parameter for the field.
func (f *Field) Filtered() bool {
	return f.Scalar() && f.Type != spec.Timestamp && f.Type != spec.Duration
}

// Go is the field's name in the model.
func (f *Field) Go() string { return f.Pascal() }

// Local is a name for the field's value that no package or parameter has.
func (f *Field) Local() string { return naming.New(f.Snake() + "_value").Camel() }

// ProtoGo is the field's name in generated messages. It depends on the fields
// before it in the message: "name" and "get_name" would clash.
func (f *Field) ProtoGo() string {
	fields, all := []string{f.resource.IDField}, f.resource.Fields
	if f.of != nil {
		fields, all = nil, f.of.members
	}
	for _, other := range all {
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
	switch f.Type { //nolint:exhaustive // all others have a type of their own
	case spec.Enum:
		typ = enum + f.EnumName()
	case spec.Message:
		typ = enum + f.Message
	}
	if f.Repeated {
		return "repeated " + typ
	}
	return typ
}

// InfoType is the field's type in the Info message, which holds its enum.
func (f *Field) InfoType() string { return f.protoType("") }

// CreateType is its type in the create request. What is required, or has a default or
// bounds, and could be zero has presence, so that zero is told from nothing.
func (f *Field) CreateType() string {
	typ := f.protoType(f.resource.Pascal() + "Info.")
	if f.presentInCreate() {
		return "optional " + typ
	}
	return typ
}

// presentInCreate reports whether a create request tells a field that is zero from one that
// was left out, though it is no message.
func (f *Field) presentInCreate() bool {
	switch {
	case f.Repeated || f.message() || f.Type == spec.Enum:
		return false
	case f.Default != "":
		return true
	default:
		return f.presence() && (f.Required || f.Ruled())
	}
}

// UpdateType is its type in the update request: with presence, since what is
// left out stays as it is.
func (f *Field) UpdateType() string {
	typ := f.protoType(f.resource.Pascal() + "Info.")
	if !f.Repeated && !f.message() {
		return "optional " + typ
	}
	return typ
}

// presence reports whether zero is a value like any other.
func (f *Field) presence() bool {
	return !f.Repeated && (f.Type == spec.Int || f.Type == spec.Int32 || f.Type == spec.Double || f.Type == spec.Bool)
}

// ModelType is the field's type in the model.
func (f *Field) ModelType() string {
	typ := layerTypes[f.Type].model
	if f.Type == spec.Message {
		typ = f.ModelMessage()
		if !f.Repeated {
			return "*" + typ
		}
	}
	if f.Repeated {
		return "[]" + typ
	}
	return typ
}

// ModelTag is the field's bun tag.
func (f *Field) ModelTag() string {
	switch {
	case f.Repeated || f.document():
		return f.Snake() + ",type:jsonb"
	case f.Type == spec.Timestamp:
		return f.Snake() + ",nullzero"
	case f.Type == spec.Date:
		return f.Snake() + ",type:date,nullzero"
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
	case spec.Timestamp, spec.Date:
		return fmt.Sprintf(` WHERE "%s" IS NOT NULL`, column)
	default:
		return fmt.Sprintf(` WHERE "%s" <> 0`, column)
	}
}
