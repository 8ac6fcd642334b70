package telemetry

import (
	"log/slog"
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

// secretWords mark names whose values are never logged.
var secretWords = []string{ //nolint:gochecknoglobals // a constant, but for Go
	"password", "passwd", "secret", "token", "credential", "authorization", "api_key", "apikey", "private_key", "cookie",
}

// Secret reports whether a value of this name is nobody's to read.
func Secret(name string) bool {
	name = strings.ToLower(name)
	for _, word := range secretWords {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// maskAttr hides secrets in what is logged, by name and at any depth.
func maskAttr(_ []string, a slog.Attr) slog.Attr {
	if Secret(a.Key) && a.Value.Kind() != slog.KindGroup {
		return slog.String(a.Key, hidden)
	}
	if a.Value.Kind() == slog.KindAny {
		switch value := a.Value.Any().(type) {
		case map[string]any, []any:
			a.Value = slog.AnyValue(mask(value, 0))
		case proto.Message:
			a.Value = Describe(value)
		}
	}
	return a
}

func mask(value any, depth int) any {
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
			if Secret(key) {
				out[key] = hidden
				continue
			}
			out[key] = mask(inner, depth+1)
		}
		return out
	case []any:
		out := make([]any, 0, min(len(value), maxValues+1))
		for _, inner := range value {
			if len(out) == maxValues {
				return append(out, "…")
			}
			out = append(out, mask(inner, depth+1))
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

// Describe gives a message for the log: its fields by name, secrets hidden,
// long texts and lists cut. It reads no more of the message than is shown.
func Describe(m proto.Message) slog.Value {
	if m == nil {
		return slog.AnyValue(nil)
	}
	return slog.AnyValue(describe(m.ProtoReflect(), 0))
}

func describe(m protoreflect.Message, depth int) any {
	if depth > maxDepth {
		return "…"
	}
	switch known := m.Interface().(type) {
	case *structpb.Struct:
		return describeStruct(known, depth)
	case *structpb.Value:
		return describeValue(known, depth)
	}
	out := map[string]any{}
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		name := string(field.Name())
		switch {
		case Secret(name):
			out[name] = hidden
		case field.IsList():
			out[name] = describeList(field, value.List(), depth)
		case field.IsMap():
			out[name] = describeMap(field, value.Map(), depth)
		default:
			out[name] = describeScalar(field, value, depth)
		}
		return true
	})
	return out
}

func describeScalar(field protoreflect.FieldDescriptor, value protoreflect.Value, depth int) any {
	switch field.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return describe(value.Message(), depth+1)
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

func describeList(field protoreflect.FieldDescriptor, list protoreflect.List, depth int) []any {
	out := make([]any, 0, min(list.Len(), maxValues+1))
	for i := range list.Len() {
		if i == maxValues {
			return append(out, "…")
		}
		out = append(out, describeScalar(field, list.Get(i), depth))
	}
	return out
}

func describeMap(field protoreflect.FieldDescriptor, values protoreflect.Map, depth int) map[string]any {
	out := map[string]any{}
	values.Range(func(key protoreflect.MapKey, value protoreflect.Value) bool {
		if Secret(key.String()) {
			out[key.String()] = hidden
		} else {
			out[key.String()] = describeScalar(field.MapValue(), value, depth)
		}
		return len(out) < maxValues
	})
	return out
}

func describeStruct(s *structpb.Struct, depth int) any {
	if depth > maxDepth {
		return "…"
	}
	out := make(map[string]any, min(len(s.GetFields()), maxValues))
	for key, value := range s.GetFields() {
		if len(out) == maxValues {
			out["…"] = len(s.GetFields()) - maxValues
			break
		}
		if Secret(key) {
			out[key] = hidden
			continue
		}
		out[key] = describeValue(value, depth+1)
	}
	return out
}

func describeValue(v *structpb.Value, depth int) any {
	switch kind := v.GetKind().(type) {
	case *structpb.Value_StructValue:
		return describeStruct(kind.StructValue, depth)
	case *structpb.Value_ListValue:
		list := kind.ListValue.GetValues()
		out := make([]any, 0, min(len(list), maxValues+1))
		for i, inner := range list {
			if i == maxValues {
				return append(out, "…")
			}
			out = append(out, describeValue(inner, depth+1))
		}
		return out
	case *structpb.Value_StringValue:
		return shorten(kind.StringValue)
	default:
		return v.AsInterface()
	}
}
