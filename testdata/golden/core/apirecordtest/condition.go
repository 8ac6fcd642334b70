package apirecordtest

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Conditions are conditions of the query language that hold for a record, by
// each of its values: its own, those of its lists, and those that lie deeper, by
// their paths (tags.continent). Whose it is and when something was is left out.
func Conditions(t *testing.T, record proto.Message) []string {
	t.Helper()
	var all []string
	add := func(key, operator string, value any) {
		text, err := json.Marshal(map[string]any{"k": key, "o": operator, "v": value})
		require.NoError(t, err)
		all = append(all, string(text))
	}
	record.ProtoReflect().Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		name := string(f.Name())
		switch {
		case slices.Contains([]string{"domain_id", "workspace_id", "created_at", "updated_at"}, name), name != strings.ToLower(name),
			f.Message() != nil && !f.IsMap() && strings.HasPrefix(string(f.Message().FullName()), "google.protobuf.") && f.Message().Name() != "Struct":
		case f.Message() == nil && f.IsList():
			for i := range v.List().Len() {
				add(name, "eq", scalar(f, v.List().Get(i)))
			}
		case f.Message() == nil:
			add(name, "eq", scalar(f, v))
		default:
			below(name, document(t, record.ProtoReflect(), f), add)
		}
		return true
	})
	slices.Sort(all)
	return all
}

// below adds conditions on what a document holds; an element of a list of
// documents is found by all its plain values.
func below(key string, value any, add func(key, operator string, value any)) {
	switch value := value.(type) {
	case map[string]any:
		for name, v := range value {
			below(key+"."+name, v, add)
		}
	case []any:
		for _, element := range value {
			object, ok := element.(map[string]any)
			if !ok {
				add(key, "eq", element)
				continue
			}
			wanted := map[string]any{}
			for name, v := range object {
				switch v.(type) {
				case string, float64, bool:
					wanted[name] = v
				}
			}
			if len(wanted) > 0 {
				add(key, "match", wanted)
			}
		}
	default:
		add(key, "eq", value)
	}
}

// document is a field's value as JSON has it.
func document(t *testing.T, m protoreflect.Message, f protoreflect.FieldDescriptor) any {
	t.Helper()
	alone := m.New()
	alone.Set(f, m.Get(f))
	text, err := protojson.MarshalOptions{UseProtoNames: true, AllowPartial: true}.Marshal(alone.Interface())
	require.NoError(t, err)
	fields := map[string]any{}
	require.NoError(t, json.Unmarshal(text, &fields))
	return fields[string(f.Name())]
}

// scalar is a plain value as the query language has it.
func scalar(f protoreflect.FieldDescriptor, v protoreflect.Value) any {
	switch f.Kind() {
	case protoreflect.BytesKind:
		return base64.StdEncoding.EncodeToString(v.Bytes())
	case protoreflect.EnumKind:
		return string(f.Enum().Values().ByNumber(v.Enum()).Name())
	default:
		return v.Interface()
	}
}
