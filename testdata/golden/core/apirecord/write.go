package apirecord

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/shopspring/decimal"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"
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
	case f.IsList() || f.IsMap():
		return fromJSON(message, f, value.Interface())
	case f.Message() != nil:
		if d, ok := value.Interface().(time.Duration); ok && f.Message().FullName() == durationMessage {
			message.Set(f, protoreflect.ValueOfMessage(durationpb.New(d).ProtoReflect()))
			return nil
		}
		return fromJSON(message, f, value.Interface())
	}
	switch v := value.Interface().(type) {
	case []byte:
		if f.Kind() == protoreflect.BytesKind {
			message.Set(f, protoreflect.ValueOfBytes(v))
			return nil
		}
	case decimal.Decimal:
		value = reflect.ValueOf(apivalue.FromDecimal(v))
	}
	if !holds(f, value) {
		return fmt.Errorf("a %s holds no %s", f.Kind(), value.Type())
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

const durationMessage protoreflect.FullName = "google.protobuf.Duration"

// holds reports whether a field can be set from a value of a model: reflect would panic
// otherwise, or name the type instead of giving the value.
func holds(f protoreflect.FieldDescriptor, value reflect.Value) bool {
	switch f.Kind() {
	case protoreflect.StringKind, protoreflect.BytesKind, protoreflect.EnumKind:
		return value.Kind() == reflect.String
	case protoreflect.BoolKind:
		return value.Kind() == reflect.Bool
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		return value.CanFloat()
	default:
		return value.CanInt()
	}
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
