package telemetry

import (
	"log/slog"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"
)

const (
	hidden    = "********"
	maxText   = 1024 // bytes of a text that are logged
	maxValues = 32   // elements of a list or fields of a map that are logged
	maxDepth  = 8
)

// A masker hides secrets in what is logged: values whose names hold one of its
// words, in small letters.
type masker []string

func newMasker(more []string) masker {
	m := masker{
		"password", "passwd", "passphrase", "secret", "token", "credential", "authorization",
		"api_key", "apikey", "private_key", "cookie",
	}
	for _, word := range more {
		m = append(m, strings.ToLower(word))
	}
	return m
}

// secret reports whether a value of this name is nobody's to read.
func (m masker) secret(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(m, func(word string) bool { return word != "" && strings.Contains(name, word) })
}

// attr hides secrets by name and at any depth.
func (m masker) attr(_ []string, a slog.Attr) slog.Attr {
	if m.secret(a.Key) && a.Value.Kind() != slog.KindGroup {
		return slog.String(a.Key, hidden)
	}
	if a.Value.Kind() == slog.KindAny {
		switch value := a.Value.Any().(type) {
		case map[string]any, []any:
			a.Value = slog.AnyValue(m.mask(value, 0))
		case proto.Message:
			a.Value = m.describe(value)
		}
	}
	return a
}

func (m masker) mask(value any, depth int) any {
	if depth > maxDepth {
		return "…"
	}
	switch value := value.(type) {
	case map[string]any:
		out := make(map[string]any, min(len(value), maxValues))
		for key, inner := range value {
			if len(out) == maxValues {
				out["…"] = len(value) - maxValues
				break
			}
			if m.secret(key) {
				out[key] = hidden
				continue
			}
			out[key] = m.mask(inner, depth+1)
		}
		return out
	case []any:
		out := make([]any, 0, min(len(value), maxValues+1))
		for _, inner := range value {
			if len(out) == maxValues {
				return append(out, "…")
			}
			out = append(out, m.mask(inner, depth+1))
		}
		return out
	case string:
		return shorten(value)
	default:
		return value
	}
}

func shorten(text string) string {
	if len(text) <= maxText {
		return text
	}
	return strings.ToValidUTF8(text[:maxText], "") + "…"
}

// masked are values that hold no secrets any more.
type masked map[string]any

// describe gives a message for the log: its fields by name, secrets hidden,
// long texts and lists cut. It reads no more of the message than is shown.
func (m masker) describe(message proto.Message) slog.Value {
	if message == nil {
		return slog.AnyValue(nil)
	}
	if fields, ok := m.message(message.ProtoReflect(), 0).(map[string]any); ok {
		return slog.AnyValue(masked(fields))
	}
	return slog.AnyValue(m.message(message.ProtoReflect(), 0))
}

func (m masker) message(message protoreflect.Message, depth int) any {
	if depth > maxDepth {
		return "…"
	}
	switch known := message.Interface().(type) {
	case *structpb.Struct:
		return m.structure(known, depth)
	case *structpb.Value:
		return m.value(known, depth)
	}
	out := map[string]any{}
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		name := string(field.Name())
		switch {
		case m.secret(name):
			out[name] = hidden
		case field.IsList():
			out[name] = m.list(field, value.List(), depth)
		case field.IsMap():
			out[name] = m.values(field, value.Map(), depth)
		default:
			out[name] = m.scalar(field, value, depth)
		}
		return true
	})
	return out
}

func (m masker) scalar(field protoreflect.FieldDescriptor, value protoreflect.Value, depth int) any {
	switch field.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return m.message(value.Message(), depth+1)
	case protoreflect.EnumKind:
		if named := field.Enum().Values().ByNumber(value.Enum()); named != nil {
			return string(named.Name())
		}
		return int32(value.Enum())
	case protoreflect.StringKind:
		return shorten(value.String())
	case protoreflect.BytesKind:
		return len(value.Bytes())
	default:
		return value.Interface()
	}
}

func (m masker) list(field protoreflect.FieldDescriptor, list protoreflect.List, depth int) []any {
	out := make([]any, 0, min(list.Len(), maxValues+1))
	for i := range list.Len() {
		if i == maxValues {
			return append(out, "…")
		}
		out = append(out, m.scalar(field, list.Get(i), depth))
	}
	return out
}

func (m masker) values(field protoreflect.FieldDescriptor, values protoreflect.Map, depth int) map[string]any {
	out := map[string]any{}
	values.Range(func(key protoreflect.MapKey, value protoreflect.Value) bool {
		if m.secret(key.String()) {
			out[key.String()] = hidden
		} else {
			out[key.String()] = m.scalar(field.MapValue(), value, depth)
		}
		return len(out) < maxValues
	})
	return out
}

func (m masker) structure(s *structpb.Struct, depth int) any {
	if depth > maxDepth {
		return "…"
	}
	out := make(map[string]any, min(len(s.GetFields()), maxValues))
	for key, value := range s.GetFields() {
		if len(out) == maxValues {
			out["…"] = len(s.GetFields()) - maxValues
			break
		}
		if m.secret(key) {
			out[key] = hidden
			continue
		}
		out[key] = m.value(value, depth+1)
	}
	return out
}

func (m masker) value(v *structpb.Value, depth int) any {
	switch kind := v.GetKind().(type) {
	case *structpb.Value_StructValue:
		return m.structure(kind.StructValue, depth)
	case *structpb.Value_ListValue:
		list := kind.ListValue.GetValues()
		out := make([]any, 0, min(len(list), maxValues+1))
		for i, inner := range list {
			if i == maxValues {
				return append(out, "…")
			}
			out = append(out, m.value(inner, depth+1))
		}
		return out
	case *structpb.Value_StringValue:
		return shorten(kind.StringValue)
	default:
		return v.AsInterface()
	}
}
