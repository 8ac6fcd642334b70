package query_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/query"
)

// message makes an empty message Query as the API has it.
func message(t testing.TB) *dynamicpb.Message {
	t.Helper()
	field := func(number int, name, of string) string {
		kind := "type: " + of
		if of[0] == '.' {
			kind = fmt.Sprintf("type: TYPE_MESSAGE type_name: %q", of)
		}
		return fmt.Sprintf("field {name: %q number: %d label: LABEL_%%s %s %%s} ", name, number, kind)
	}
	one := func(number int, name, of string) string { return fmt.Sprintf(field(number, name, of), "OPTIONAL", "") }
	many := func(number int, name, of string) string { return fmt.Sprintf(field(number, name, of), "REPEATED", "") }
	either := func(number int, name, of string, oneof int) string {
		return fmt.Sprintf(field(number, name, of), "OPTIONAL", fmt.Sprint("oneof_index: ", oneof))
	}
	const text, truth = "TYPE_STRING", "TYPE_BOOL"
	value := ".google.protobuf.Value"
	file := &descriptorpb.FileDescriptorProto{}
	require.NoError(t, prototext.Unmarshal([]byte(`name: "query.proto" package: "q" syntax: "proto3" dependency: "google/protobuf/struct.proto"
		message_type {name: "Filter" `+either(1, "key", text, 0)+either(2, "k", text, 0)+either(3, "value", value, 1)+either(4, "v", value, 1)+
		either(5, "operator", text, 2)+either(6, "o", text, 2)+`oneof_decl {name: "a"} oneof_decl {name: "b"} oneof_decl {name: "c"}}
		message_type {name: "Sort" `+one(1, "key", text)+one(2, "desc", truth)+`}
		message_type {name: "Page" `+one(1, "start", "TYPE_UINT32")+one(2, "limit", "TYPE_UINT32")+`}
		message_type {name: "Unwind" `+one(1, "path", text)+many(2, "filter", ".q.Filter")+`}
		message_type {name: "Query" `+many(1, "filter", ".q.Filter")+many(2, "filter_or", ".q.Filter")+many(3, "sort", ".q.Sort")+
		one(4, "page", ".q.Page")+one(5, "minimal", truth)+one(6, "count_only", truth)+many(7, "only", text)+one(8, "keyword", text)+
		one(9, "unwind", ".q.Unwind")+one(10, "lookup", ".google.protobuf.ListValue")+`}`), file))
	made, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
	require.NoError(t, err)
	return dynamicpb.NewMessage(made.Messages().ByName("Query"))
}

// generated has each google.protobuf.Value be of the type that is generated for it, as in
// a message of a service.
func generated(t testing.TB, m protoreflect.Message) {
	t.Helper()
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Kind() != protoreflect.MessageKind:
		case f.IsList():
			for i := range v.List().Len() {
				generated(t, v.List().Get(i).Message())
			}
		case f.Message().FullName() == "google.protobuf.Value":
			text, err := proto.Marshal(v.Message().Interface())
			require.NoError(t, err)
			value := &structpb.Value{}
			require.NoError(t, proto.Unmarshal(text, value))
			m.Set(f, protoreflect.ValueOfMessage(value.ProtoReflect()))
		default:
			generated(t, v.Message())
		}
		return true
	})
}

// What a message says is what its JSON form says, however it is read.
func FuzzFromMessage(f *testing.F) {
	for _, text := range []string{
		`{}`,
		`{"filter": [{"k": "provider", "v": "aws", "o": "eq"}], "page": {"start": 21, "limit": 20}}`,
		`{"filter": [{"key": "tags.a", "value": [1, null, {"b": true}], "operator": "in"}, {"k": "n", "v": null, "o": "not"}]}`,
		`{"filter_or": [{"k": "a", "v": 1e300, "o": "gt"}, {"k": "b", "v": -0.0, "o": "lt"}, {"k": "c", "v": {}, "o": "eq"}, {"k": "d", "v": [], "o": "in"}]}`,
		`{"filter": [{"k": "a", "v": "b"}]}`, `{"filter": [{"k": "a", "o": "exists"}]}`, `{"filter": [{"v": "b", "o": "eq"}]}`, `{"filter": [{}]}`,
		`{"filter": [{"k": "", "v": "b", "o": ""}]}`, `{"filter": [{"k": "a", "v": "b", "o": "odd"}]}`,
		`{"sort": [{"key": "a"}, {"desc": true}, {}], "only": ["a", ""], "keyword": "x y", "minimal": true, "count_only": true}`,
		`{"page": {}}`, `{"page": {"start": 4294967295}}`, `{"unwind": {"path": "a"}}`, `{"lookup": [{}]}`, `{"lookup": []}`,
	} {
		f.Add(text)
	}
	empty := message(f)
	f.Fuzz(func(t *testing.T, text string) {
		m := empty.New().Interface()
		if protojson.Unmarshal([]byte(text), m) != nil {
			return
		}
		generated(t, m.ProtoReflect())
		encoded, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(m)
		if err != nil {
			_, err = query.FromMessage(m)
			assert.Error(t, err)
			return
		}
		want, refused := query.Parse(encoded)
		got, err := query.FromMessage(m)
		assert.Equal(t, refused, err)
		assert.Equal(t, want, got)
	})
}

// What JSON cannot express is refused, as ever.
func TestFromMessageRefuses(t *testing.T) {
	t.Parallel()
	for what, value := range map[string]*structpb.Value{
		"no number":   structpb.NewNumberValue(math.NaN()),
		"infinite":    structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{structpb.NewNumberValue(math.Inf(1))}}),
		"nothing":     {},
		"not UTF-8":   structpb.NewStringValue("\xff"),
		"a key isn't": structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{"\xff": structpb.NewNullValue()}}),
	} {
		_, err := query.FromMessage(where(t, value))
		assert.ErrorContains(t, err, "that JSON cannot express", what)
	}
	q, err := query.FromMessage(where(t, structpb.NewStringValue("aws")))
	require.NoError(t, err)
	assert.Equal(t, []query.Condition{{Key: "provider", Operator: query.Eq, Value: "aws"}}, q.Filter)
}

// where is a query with one condition, of this value.
func where(t testing.TB, value *structpb.Value) proto.Message {
	t.Helper()
	m := message(t)
	require.NoError(t, protojson.Unmarshal([]byte(`{"filter": [{"k": "provider", "o": "eq"}], "page": {"start": 1, "limit": 20}}`), m))
	filter := m.Get(m.Descriptor().Fields().ByName("filter")).List().Get(0).Message()
	filter.Set(filter.Descriptor().Fields().ByName("v"), protoreflect.ValueOfMessage(value.ProtoReflect()))
	return m
}

func BenchmarkFromMessage(b *testing.B) {
	m := where(b, structpb.NewStringValue("aws"))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := query.FromMessage(m); err != nil {
			b.Fatal(err)
		}
	}
}
