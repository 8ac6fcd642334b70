// Package apirecordtest makes messages for tests.
package apirecordtest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// depth is how deep messages within messages are filled.
const depth = 3

// Fill sets every field of a message to a value unlike those of other numbers,
// but for the fields that say whose something is.
func Fill[M proto.Message](m M, n uint8) M {
	fill(m.ProtoReflect(), n, depth)
	return m
}

func fill(m protoreflect.Message, n uint8, left int) {
	chosen := map[protoreflect.Name]bool{}
	for i := range m.Descriptor().Fields().Len() {
		f := m.Descriptor().Fields().Get(i)
		if name := f.Name(); name == "domain_id" || name == "workspace_id" {
			continue
		}
		if one := f.ContainingOneof(); one != nil && !one.IsSynthetic() {
			if chosen[one.Name()] {
				continue
			}
			chosen[one.Name()] = true
		}
		switch {
		case f.IsMap():
			if f.MapKey().Kind() == protoreflect.StringKind {
				value := m.Mutable(f).Map().NewValue()
				if v, ok := sample(f.MapValue(), value, n, left); ok {
					m.Mutable(f).Map().Set(protoreflect.ValueOfString("key").MapKey(), v)
				}
			}
		case f.IsList():
			if v, ok := sample(f, m.Mutable(f).List().NewElement(), n, left); ok {
				m.Mutable(f).List().Append(v)
			}
		default:
			if v, ok := sample(f, m.NewField(f), n, left); ok {
				m.Set(f, v)
			}
		}
	}
}

// sample gives a value for a field; ok is false where there is none.
func sample(f protoreflect.FieldDescriptor, empty protoreflect.Value, n uint8, left int) (value protoreflect.Value, ok bool) {
	switch f.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(fmt.Sprint(f.Name(), " ", n)), true
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes([]byte{n, 0, 255}), true
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(true), true
	case protoreflect.EnumKind:
		values := f.Enum().Values()
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
	case "google.protobuf.Any", "google.protobuf.FieldMask", "google.protobuf.Empty", "google.protobuf.ListValue", "google.protobuf.Duration":
		return protoreflect.Value{}, false
	}
	if left == 0 {
		return protoreflect.Value{}, false
	}
	fill(empty.Message(), n, left-1)
	return empty, true
}

// AssertHolds fails unless an answer holds every value that the request set in a
// field of the same name and type.
func AssertHolds(t *testing.T, answer, request proto.Message, except ...protoreflect.Name) {
	t.Helper()
	req, res := request.ProtoReflect(), answer.ProtoReflect()
	skip := map[protoreflect.Name]bool{}
	for _, name := range except {
		skip[name] = true
	}
	req.Range(func(f protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		other := res.Descriptor().Fields().ByName(f.Name())
		if other == nil || skip[f.Name()] || other.Kind() != f.Kind() || other.Cardinality() != f.Cardinality() || f.Message() != nil && f.Message().FullName() != other.Message().FullName() ||
			f.Enum() != nil && f.Enum().FullName() != other.Enum().FullName() {
			return true
		}
		assert.True(t, value.Equal(res.Get(other)), "%s: asked for %v, got %v", f.Name(), value.String(), res.Get(other).String())
		return true
	})
}
