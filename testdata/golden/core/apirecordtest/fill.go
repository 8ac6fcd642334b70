// Package apirecordtest fills messages with sample values and compares them field by
// field, for tests of methods whatever their messages.
package apirecordtest

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// depth is how deep messages within messages are filled.
const depth = 3

// Fill sets every field of a message to a value unlike those of other numbers,
// but for the fields at the paths that are excepted, and those that say whose something
// is, and when it was made and changed.
func Fill[M proto.Message](m M, n uint8, except ...string) M {
	fill(m.ProtoReflect(), n, depth, func(protoreflect.FieldDescriptor) bool { return true })
	return without(m, except)
}

// Change is Fill for a change: it leaves out what nobody may change.
func Change[M proto.Message](m M, n uint8, except ...string) M {
	fill(m.ProtoReflect(), n, depth, func(f protoreflect.FieldDescriptor) bool {
		return !behaves(f, annotations.FieldBehavior_IMMUTABLE)
	})
	return without(m, except)
}

func without[M proto.Message](m M, paths []string) M {
	for _, path := range paths {
		remove(m.ProtoReflect(), strings.Split(path, "."))
	}
	return m
}

// clear takes the field at a path, which leads through messages, lists and maps of them,
// out of a message.
func remove(m protoreflect.Message, path []string) {
	f := m.Descriptor().Fields().ByName(protoreflect.Name(path[0]))
	if f == nil || !m.Has(f) {
		return
	}
	value := m.Get(f)
	switch {
	case len(path) == 1:
		m.Clear(f)
	case f.IsMap():
		value.Map().Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool {
			remove(v.Message(), path[1:])
			return true
		})
	case f.IsList():
		for i := range value.List().Len() {
			remove(value.List().Get(i).Message(), path[1:])
		}
	default:
		remove(value.Message(), path[1:])
	}
}

// With gives a message in which a field is set, as Fill sets it.
func With[M proto.Message](m M, name protoreflect.Name, n uint8) M {
	set(m.ProtoReflect(), m.ProtoReflect().Descriptor().Fields().ByName(name), n, depth, func(protoreflect.FieldDescriptor) bool { return true })
	return m
}

// Text gives a message in which a field has a text.
func Text[M proto.Message](m M, name protoreflect.Name, text string) M {
	m.ProtoReflect().Set(m.ProtoReflect().Descriptor().Fields().ByName(name), protoreflect.ValueOfString(text))
	return m
}

// Without gives a message in which a field is not set.
func Without[M proto.Message](m M, name protoreflect.Name) M {
	m.ProtoReflect().Clear(m.ProtoReflect().Descriptor().Fields().ByName(name))
	return m
}

// behaves reports whether google.api.field_behavior says one of several things.
func behaves(f protoreflect.FieldDescriptor, as ...annotations.FieldBehavior) bool {
	said, _ := proto.GetExtension(f.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	return slices.ContainsFunc(said, func(b annotations.FieldBehavior) bool { return slices.Contains(as, b) })
}

func fill(m protoreflect.Message, n uint8, left int, wanted func(protoreflect.FieldDescriptor) bool) {
	chosen := map[protoreflect.Name]bool{}
	for i := range m.Descriptor().Fields().Len() {
		f := m.Descriptor().Fields().Get(i)
		switch f.Name() {
		case "domain_id", "workspace_id":
			continue
		case "created_at", "updated_at", "create_time", "update_time":
			if !behaves(f, annotations.FieldBehavior_OUTPUT_ONLY) {
				continue
			}
		}
		if !wanted(f) {
			continue
		}
		if one := f.ContainingOneof(); one != nil && !one.IsSynthetic() {
			if chosen[one.Name()] {
				continue
			}
			chosen[one.Name()] = true
		}
		set(m, f, n, left, wanted)
	}
}

// set sets one field, if there is a value for it.
func set(m protoreflect.Message, f protoreflect.FieldDescriptor, n uint8, left int, wanted func(protoreflect.FieldDescriptor) bool) {
	switch {
	case f.IsMap():
		if f.MapKey().Kind() == protoreflect.StringKind {
			value := m.Mutable(f).Map().NewValue()
			if v, ok := sample(f.MapValue(), value, n, left, wanted); ok {
				m.Mutable(f).Map().Set(protoreflect.ValueOfString("key").MapKey(), v)
			}
		}
	case f.IsList():
		if v, ok := sample(f, m.Mutable(f).List().NewElement(), n, left, wanted); ok {
			m.Mutable(f).List().Append(v)
		}
	default:
		if v, ok := sample(f, m.NewField(f), n, left, wanted); ok {
			m.Set(f, v)
		}
	}
}

// sample gives a value for a field; ok is false where there is none.
func sample(f protoreflect.FieldDescriptor, empty protoreflect.Value, n uint8, left int, wanted func(protoreflect.FieldDescriptor) bool) (value protoreflect.Value, ok bool) {
	switch f.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(fmt.Sprint(f.Name(), " ", n)), true
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes([]byte{n, 0, 255}), true
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(true), true
	case protoreflect.EnumKind:
		values := f.Enum().Values()
		if own := values.ByName("WORKSPACE"); own != nil && f.Name() == "resource_group" {
			return protoreflect.ValueOfEnum(own.Number()), true // or it would be of all workspaces
		}
		return protoreflect.ValueOfEnum(values.Get(values.Len() - 1).Number()), true
	case protoreflect.FloatKind:
		return protoreflect.ValueOfFloat32(float32(n) + 0.5), true
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64(float64(n) + 0.25), true
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return protoreflect.ValueOfInt32(int32(n) + 1), true
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return protoreflect.ValueOfUint32(uint32(n) + 1), true
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return protoreflect.ValueOfInt64(int64(n) + 1), true
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return protoreflect.ValueOfUint64(uint64(n) + 1), true
	}
	switch name := f.Message().FullName(); name {
	case "google.protobuf.Timestamp":
		return protoreflect.ValueOfMessage((&timestamppb.Timestamp{Seconds: 1_700_000_000 + int64(n), Nanos: 5_000_000}).ProtoReflect()), true
	case "google.protobuf.Struct":
		return protoreflect.ValueOfMessage((&structpb.Struct{Fields: map[string]*structpb.Value{"key": structpb.NewNumberValue(float64(n))}}).ProtoReflect()), true
	case "google.protobuf.Value":
		return protoreflect.ValueOfMessage(structpb.NewStringValue(fmt.Sprint("value ", n)).ProtoReflect()), true
	case "google.protobuf.Duration":
		return protoreflect.ValueOfMessage((&durationpb.Duration{Seconds: int64(n) + 1}).ProtoReflect()), true
	case "google.protobuf.Any", "google.protobuf.FieldMask", "google.protobuf.Empty", "google.protobuf.ListValue":
		return protoreflect.Value{}, false
	}
	if left == 0 {
		return protoreflect.Value{}, false
	}
	fill(empty.Message(), n, left-1, wanted)
	return empty, true
}
