package render

import (
	"slices"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/generator/protofile"
)

// Filters are the fields of a list's or a statistic's request that select by a value of the
// resource, as far as create sets that value: a test asks by each.
func (m *Method) Filters(create *Method) []string {
	var names []string
	for i := range m.Input.Fields().Len() {
		f := m.Input.Fields().Get(i)
		of := m.Shape.Resource.Message.Fields().ByName(f.Name())
		if of == nil || of.Kind() != f.Kind() || f.Message() != nil || f.Enum() != nil && f.Enum().FullName() != of.Enum().FullName() || !toldApart(f) ||
			slices.Contains([]protoreflect.Name{"domain_id", "workspace_id", "created_at", "updated_at", "create_time", "update_time"}, f.Name()) {
			continue
		}
		if f.Name() != m.Shape.Resource.ID.Name() && !sets(create.source(), of) || m.refuses(f) || create.refuses(of) {
			continue
		}
		names = append(names, string(f.Name()))
	}
	return names
}

// sets reports whether a new resource gets a field from a message.
func sets(source protoreflect.MessageDescriptor, of protoreflect.FieldDescriptor) bool {
	f := source.Fields().ByName(of.Name())
	one := of.ContainingOneof()
	return f != nil && f.Kind() == of.Kind() && f.Cardinality() == of.Cardinality() && (one == nil || one.IsSynthetic()) &&
		!protofile.Behaves(of, annotations.FieldBehavior_OUTPUT_ONLY, annotations.FieldBehavior_INPUT_ONLY)
}

// toldApart reports whether a field can ask for more than one value: without
// presence, the first of a type is the same as none.
func toldApart(f protoreflect.FieldDescriptor) bool {
	values := 3
	switch {
	case f.Kind() == protoreflect.BoolKind:
		values = 2
	case f.Enum() != nil:
		values = f.Enum().Values().Len()
	}
	if f.IsList() || f.HasPresence() {
		return values > 1
	}
	return values > 2
}
