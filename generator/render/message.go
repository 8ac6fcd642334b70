package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

func newField(f spec.Field, r *Resource) *Field {
	field := &Field{Field: f, Name: f.Naming(), resource: r}
	for _, m := range f.Fields {
		one := m.Field()
		field.members = append(field.members, &Field{Field: one, Name: one.Naming(), resource: r, of: field})
	}
	return field
}

// ruled reports whether requests are checked by rules of a field, or of one of its message.
func ruled(f spec.Field) bool {
	return f.Ruled() || slices.ContainsFunc(f.Fields, func(m spec.SubField) bool { return m.Field().Ruled() })
}

// Messages are the fields that need a message of their own.
func (r *Resource) Messages() []*Field {
	return r.selected(func(f *Field) bool { return f.Type == spec.Message })
}

// Members are the fields of the field's message.
func (f *Field) Members() []*Field { return f.members }

// ModelMessage is the message's type in the model: OrderItem.
func (f *Field) ModelMessage() string { return f.resource.Pascal() + f.Message }

// MessageGo is the message's type in generated code: OrderInfo_Item.
func (f *Field) MessageGo() string {
	return naming.ProtoGoType(f.resource.Pascal()+"Info") + "_" + naming.ProtoGoType(f.Message)
}

// AMessageTitle is the message in running text: "an item of an order".
func (f *Field) AMessageTitle() string {
	return withArticle(strings.ReplaceAll(naming.New(f.Message).Snake(), "_", " ")) + " of " + f.resource.ATitle()
}

// MemberType is the type of a field of a message, in the proto.
func (f *Field) MemberType() string { return f.protoType("") }

// MemberOptions are the options of a field of a message, in the proto.
func (f *Field) MemberOptions() string {
	var all []string
	if f.Required {
		all = append(all, behaves("REQUIRED"))
		if f.resource.ruled {
			all = append(all, "(buf.validate.field).required = true")
		}
	}
	return indented(options(append(all, f.rules(!f.Required)...)))
}

// MemberTag is the tag of a field of a message, in the model.
func (f *Field) MemberTag() string {
	if f.Type == spec.Timestamp || f.Type == spec.Date || f.Type == spec.Money {
		return f.Snake() + ",omitzero"
	}
	return f.Snake()
}

// MissingInMessage is the Go condition under which a message lacks a field that it needs;
// empty if none is told from zero.
func (f *Field) MissingInMessage() string {
	switch {
	case f.Repeated:
		return fmt.Sprintf("len(m.Get%s()) == 0", f.ProtoGo())
	case f.presence():
		return ""
	default:
		return fmt.Sprintf("m.Get%s() == %s", f.ProtoGo(), layerTypes[f.Type].unset)
	}
}

// messageImports notes the packages of others that conversions of messages need.
func (r *Resource) messageImports(core string, found map[string]bool) {
	for _, f := range r.Messages() {
		if f.Repeated {
			found["fmt"] = true
		}
		if slices.ContainsFunc(f.members, func(m *Field) bool { return m.Required && m.MissingInMessage() != "" }) {
			found[core+"/apierror"] = true
		}
	}
}

// ModelUses reports whether the resource's model has values of a type, in a message even.
func (r *Resource) ModelUses(typ string) bool {
	return slices.ContainsFunc(r.withMembers(), func(f *Field) bool { return string(f.Type) == typ })
}

// withMembers are the resource's fields, and those of their messages.
func (r *Resource) withMembers() []*Field {
	all := slices.Clone(r.Fields)
	for _, f := range r.Fields {
		all = append(all, f.members...)
	}
	return all
}
