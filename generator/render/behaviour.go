package render

import (
	"slices"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/protofile"
)

// source is the message that holds a resource's values in the request.
func (m *Method) source() protoreflect.MessageDescriptor {
	if m.Item != nil {
		return m.Item.Message()
	}
	return m.Input
}

// RequiredPaths are the fields without which the method does nothing: of the request, and
// of the resource in it.
func (m *Method) RequiredPaths() []string {
	paths := slices.Clone(m.Required)
	for _, f := range m.requiredWithin() {
		paths = append(paths, string(m.Item.Name()+"."+f.Name()))
	}
	return paths
}

// requiredWithin are the fields that the resource in the request must have.
func (m *Method) requiredWithin() []protoreflect.FieldDescriptor {
	if m.Item == nil {
		return nil
	}
	return said(m.Item.Message(), func(f protoreflect.FieldDescriptor) bool {
		return protofile.Behaves(f, annotations.FieldBehavior_REQUIRED) &&
			!protofile.Behaves(f, annotations.FieldBehavior_OUTPUT_ONLY, annotations.FieldBehavior_IDENTIFIER)
	})
}

// Kept are the fields that the resource must have and that a change by a mask must not
// empty.
func (m *Method) Kept() []string {
	if m.Mask == nil {
		return nil
	}
	return names(slices.DeleteFunc(m.requiredWithin(), func(f protoreflect.FieldDescriptor) bool { return !m.column(f) }))
}

// OutputOnly are the fields of the request that only answers have, and that are
// left out when a caller sets them.
func (m *Method) OutputOnly() []string {
	return names(said(m.source(), func(f protoreflect.FieldDescriptor) bool {
		id := m.Verb != protofile.Create && f.Name() == m.Shape.Resource.ID.Name()
		return protofile.Behaves(f, annotations.FieldBehavior_OUTPUT_ONLY) && !id &&
			m.Shape.Resource.Message.Fields().ByName(f.Name()) != nil
	}))
}

// Immutable are the fields of the request that nobody may change, but for those
// of which there is but one value for tests.
func (m *Method) Immutable() []string {
	return names(said(m.source(), func(f protoreflect.FieldDescriptor) bool {
		return protofile.Behaves(f, annotations.FieldBehavior_IMMUTABLE) && !protofile.Behaves(f, annotations.FieldBehavior_OUTPUT_ONLY) &&
			f.Kind() != protoreflect.BoolKind && f.Kind() != protoreflect.EnumKind && m.column(f)
	}))
}

// Unique are the fields of the request of which no two resources have the same
// value.
func (m *Method) Unique() []string {
	return names(said(m.source(), func(f protoreflect.FieldDescriptor) bool {
		fixed := protofile.Behaves(f, annotations.FieldBehavior_OUTPUT_ONLY) ||
			m.Verb == protofile.Update && protofile.Behaves(f, annotations.FieldBehavior_IMMUTABLE)
		return !fixed && !m.refuses(f) && !slices.Contains(m.Different, string(f.Name())) && naming.New(string(f.Name())).Snake() == string(f.Name()) &&
			slices.ContainsFunc(m.Shape.Resource.Unique, func(u protoreflect.FieldDescriptor) bool { return u.Name() == f.Name() })
	}))
}

// UniqueOf are the unique fields of a change that create sets, too: a test gives one the
// value of another.
func (m *Method) UniqueOf(create *Method) []string {
	set := create.Unique()
	return slices.DeleteFunc(m.Unique(), func(name string) bool { return !slices.Contains(set, name) })
}

// column reports whether the request's field is kept in a column of that name.
func (m *Method) column(f protoreflect.FieldDescriptor) bool {
	return !slices.Contains(m.Different, string(f.Name())) && !m.refuses(f) &&
		slices.ContainsFunc(m.Shape.Resource.Columns(), func(c protoreflect.FieldDescriptor) bool { return c.Name() == f.Name() })
}

// said are the fields of a message of which something is said, and of which tests
// have a value.
func said(message protoreflect.MessageDescriptor, is func(protoreflect.FieldDescriptor) bool) []protoreflect.FieldDescriptor {
	var fields []protoreflect.FieldDescriptor
	for i := range message.Fields().Len() {
		if f := message.Fields().Get(i); is(f) && valued(f) {
			fields = append(fields, f)
		}
	}
	return fields
}

func names(fields []protoreflect.FieldDescriptor) []string {
	var all []string
	for _, f := range fields {
		all = append(all, string(f.Name()))
	}
	return all
}

// valued reports whether apirecordtest has a value for a field that is not
// nothing at all.
func valued(f protoreflect.FieldDescriptor) bool {
	one := f.ContainingOneof()
	switch {
	case f.Name() == "domain_id" || f.Name() == "workspace_id" || one != nil && !one.IsSynthetic():
		return false
	case f.IsMap():
		return f.MapKey().Kind() == protoreflect.StringKind && valued(f.MapValue())
	case f.Enum() != nil:
		values := f.Enum().Values()
		return f.IsList() || values.Get(values.Len()-1).Number() != 0
	case f.Message() != nil:
		return !slices.Contains([]protoreflect.FullName{"google.protobuf.Any", "google.protobuf.FieldMask", "google.protobuf.Empty", "google.protobuf.ListValue"}, f.Message().FullName())
	default:
		return true
	}
}
