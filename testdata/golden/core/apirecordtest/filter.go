package apirecordtest

import (
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// exact is the last whole number up to which doubles have all of them: what goes
// by way of one does not tell it from the next.
const exact = 1 << 53

// Enlarge gives the whole numbers that a message sets values which only 64 bits hold.
func Enlarge(m proto.Message) {
	message := m.ProtoReflect()
	message.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if f.IsMap() {
			return true
		}
		if f.IsList() {
			for i := range v.List().Len() {
				v.List().Set(i, large(f, v.List().Get(i)))
			}
			return true
		}
		message.Set(f, large(f, v))
		return true
	})
}

func large(f protoreflect.FieldDescriptor, v protoreflect.Value) protoreflect.Value {
	switch f.Kind() {
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return protoreflect.ValueOfInt64(exact)
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return protoreflect.ValueOfUint64(exact)
	default:
		return v
	}
}

// Like has a request ask for what has the value of a record in one field.
func Like[M proto.Message](req M, record proto.Message, name string) M {
	return ask(req, record, name, func(_ protoreflect.FieldDescriptor, v protoreflect.Value) protoreflect.Value { return v })
}

// Unlike has a request ask for what has another value than a record in one field.
func Unlike[M proto.Message](req M, record proto.Message, name string) M {
	return ask(req, record, name, another)
}

func ask[M proto.Message](req M, record proto.Message, name string, choose func(protoreflect.FieldDescriptor, protoreflect.Value) protoreflect.Value) M {
	from, to := record.ProtoReflect(), req.ProtoReflect()
	f, filter := from.Descriptor().Fields().ByName(protoreflect.Name(name)), to.Descriptor().Fields().ByName(protoreflect.Name(name))
	value := from.Get(f)
	if f.IsList() {
		value = value.List().Get(0)
	}
	value = choose(f, value)
	if filter.IsList() {
		to.Mutable(filter).List().Append(value)
	} else {
		to.Set(filter, value)
	}
	return req
}

// another is a value that is close to one.
func another(f protoreflect.FieldDescriptor, v protoreflect.Value) protoreflect.Value {
	switch one := v.Interface().(type) {
	case string:
		return protoreflect.ValueOfString(one + "x")
	case []byte:
		return protoreflect.ValueOfBytes(append([]byte{1}, one...))
	case bool:
		return protoreflect.ValueOfBool(!one)
	case protoreflect.EnumNumber:
		values := f.Enum().Values() // the first may be the same as none
		for i := values.Len() - 1; i > 0; i-- {
			if n := values.Get(i).Number(); n != one {
				return protoreflect.ValueOfEnum(n)
			}
		}
		return protoreflect.ValueOfEnum(values.Get(0).Number())
	case int32:
		return protoreflect.ValueOfInt32(one + 1)
	case uint32:
		return protoreflect.ValueOfUint32(one + 1)
	case int64:
		return protoreflect.ValueOfInt64(one + 1)
	case uint64:
		return protoreflect.ValueOfUint64(one + 1)
	case float32:
		return protoreflect.ValueOfFloat32(one + 1)
	case float64:
		return protoreflect.ValueOfFloat64(one + 1)
	default:
		return v
	}
}
