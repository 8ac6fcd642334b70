package apirecord

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/cloudforet-io/spacegen/core/apivalue"
)

// Write puts an item into a message.
func Write(item any, m proto.Message) error {
	message, columns := m.ProtoReflect(), columnsOf(item)
	for i := range message.Descriptor().Fields().Len() {
		f := message.Descriptor().Fields().Get(i)
		c, known := columns[fieldKey(f)]
		if !known || c.value.IsZero() && f.Cardinality() != protoreflect.Required {
			continue
		}
		if err := writeField(message, f, c.value); err != nil {
			return fmt.Errorf("show the field %s: %w", f.Name(), err)
		}
	}
	return nil
}

func writeField(message protoreflect.Message, f protoreflect.FieldDescriptor, value reflect.Value) error {
	switch {
	case value.Type() == reflect.TypeFor[time.Time]():
		return writeTime(message, f, value.Interface().(time.Time))
	case f.IsList() || f.IsMap() || f.Message() != nil:
		return fromJSON(message, f, value.Interface())
	}
	v, err := fromPlain(f, value)
	if err == nil && v.IsValid() {
		message.Set(f, v)
	}
	return err
}

func writeTime(message protoreflect.Message, f protoreflect.FieldDescriptor, t time.Time) error {
	switch {
	case f.Message() != nil:
		message.Set(f, protoreflect.ValueOfMessage(timestamppb.New(t).ProtoReflect()))
	case f.Kind() == protoreflect.StringKind:
		message.Set(f, protoreflect.ValueOfString(apivalue.FromTime(t)))
	case f.Kind() == protoreflect.Int64Kind: // seconds since 1970
		message.Set(f, protoreflect.ValueOfInt64(t.Unix()))
	default:
		return fmt.Errorf("a %s holds no time", f.Kind())
	}
	return nil
}

// fromPlain gives a model's plain value as a field has it. A value that the API
// has no more, such as an old enum's, is none.
func fromPlain(f protoreflect.FieldDescriptor, value reflect.Value) (protoreflect.Value, error) {
	switch f.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(value.String()), nil
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(value.Bool()), nil
	case protoreflect.BytesKind:
		body, err := base64.StdEncoding.DecodeString(value.String())
		return protoreflect.ValueOfBytes(body), err
	case protoreflect.EnumKind:
		if known := f.Enum().Values().ByName(protoreflect.Name(value.String())); known != nil {
			return protoreflect.ValueOfEnum(known.Number()), nil
		}
		return protoreflect.Value{}, nil
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return protoreflect.ValueOfInt32(int32(value.Int())), nil //nolint:gosec // it came out of such a field
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return protoreflect.ValueOfUint32(uint32(value.Int())), nil //nolint:gosec // as above
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return protoreflect.ValueOfInt64(value.Int()), nil
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return protoreflect.ValueOfUint64(uint64(value.Int())), nil //nolint:gosec // as above
	case protoreflect.FloatKind:
		return protoreflect.ValueOfFloat32(float32(value.Float())), nil
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64(value.Float()), nil
	default:
		return protoreflect.Value{}, fmt.Errorf("a %s is no plain value", f.Kind())
	}
}

// fromJSON sets a field from its value in JSON's form.
func fromJSON(message protoreflect.Message, f protoreflect.FieldDescriptor, value any) error {
	text, err := json.Marshal(map[string]any{string(f.Name()): value})
	if err != nil {
		return err
	}
	alone := message.New()
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true, AllowPartial: true}).Unmarshal(text, alone.Interface()); err != nil {
		return err
	}
	if alone.Has(f) {
		message.Set(f, alone.Get(f))
	}
	return nil
}
