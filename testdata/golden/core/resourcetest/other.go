package resourcetest

import (
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/query"
)

// another gives a field a value unlike the one it has, where two samples have the same.
func another(m protoreflect.Message, f protoreflect.FieldDescriptor, typ query.Type) {
	switch value := m.Get(f); {
	case f.IsList():
		list := m.Mutable(f).List()
		list.Append(list.Get(0)) // an element more
	case f.Kind() == protoreflect.BoolKind:
		m.Set(f, protoreflect.ValueOfBool(!value.Bool()))
	case f.Kind() == protoreflect.EnumKind:
		values := f.Enum().Values()
		for i := range values.Len() {
			if n := values.Get(i).Number(); n != 0 && n != value.Enum() {
				m.Set(f, protoreflect.ValueOfEnum(n))
			}
		}
	case typ == query.Struct && f.Message() != nil && f.Message().FullName() == "google.protobuf.Struct":
		document := documentOf(value.Message())
		document.Fields["another"] = structpb.NewBoolValue(true)
		m.Set(f, protoreflect.ValueOfMessage(document.ProtoReflect()))
	case typ == query.Timestamp:
		m.Set(f, protoreflect.ValueOfString("2027-02-03T04:05:06.789Z"))
	default:
		anotherTyped(m, f, typ)
	}
}

// set gives a field a value of a field of another message. A list is copied, as it belongs
// to its message.
func set(m protoreflect.Message, f protoreflect.FieldDescriptor, value protoreflect.Value) {
	if !f.IsList() {
		m.Set(f, value)
		return
	}
	list := m.NewField(f)
	for i := range value.List().Len() {
		list.List().Append(value.List().Get(i))
	}
	m.Set(f, list)
}

// documentOf is a copy of a google.protobuf.Struct, whatever type has it in Go.
func documentOf(m protoreflect.Message) *structpb.Struct {
	document := &structpb.Struct{}
	if encoded, err := proto.Marshal(m.Interface()); err == nil {
		_ = proto.Unmarshal(encoded, document) // what is none has no fields
	}
	if document.Fields == nil {
		document.Fields = map[string]*structpb.Value{}
	}
	return document
}

// typeOf is the type of a field of the schema.
func typeOf(s query.Schema, name string) query.Type {
	for _, f := range s.Fields {
		if f.Name == name {
			return f.Type
		}
	}
	return query.String
}
