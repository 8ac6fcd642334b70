package apirecord_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/query"
)

// moon is a model of a message whose fields say how they behave.
type moon struct {
	Name  string `bun:"name,pk"`
	Title string `bun:"title"`
	Orbit string `bun:"orbit"`
	Seen  int64  `bun:"seen"`
}

// newMoon makes a request that holds a moon.
func newMoon(t *testing.T, text string) (request, held *dynamicpb.Message) {
	t.Helper()
	field := func(name string, number int32, typ descriptorpb.FieldDescriptorProto_Type, as ...annotations.FieldBehavior) *descriptorpb.FieldDescriptorProto {
		f := &descriptorpb.FieldDescriptorProto{Name: &name, Number: &number, Type: &typ, Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum()}
		if len(as) > 0 {
			f.Options = &descriptorpb.FieldOptions{}
			proto.SetExtension(f.Options, annotations.E_FieldBehavior, as)
		}
		return f
	}
	const textType = descriptorpb.FieldDescriptorProto_TYPE_STRING
	of := field("moon", 1, descriptorpb.FieldDescriptorProto_TYPE_MESSAGE)
	of.TypeName = proto.String(".sky.Moon")
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("moon.proto"), Package: proto.String("sky"), Syntax: proto.String("proto3"),
		MessageType: []*descriptorpb.DescriptorProto{
			{Name: proto.String("Moon"), Field: []*descriptorpb.FieldDescriptorProto{
				field("name", 1, textType, annotations.FieldBehavior_REQUIRED, annotations.FieldBehavior_IDENTIFIER),
				field("title", 2, textType, annotations.FieldBehavior_REQUIRED),
				field("orbit", 3, textType, annotations.FieldBehavior_IMMUTABLE),
				field("seen", 4, descriptorpb.FieldDescriptorProto_TYPE_INT64, annotations.FieldBehavior_OUTPUT_ONLY),
			}},
			{Name: proto.String("Request"), Field: []*descriptorpb.FieldDescriptorProto{of, field("filter", 2, textType)}},
		},
	}, protoregistry.GlobalFiles)
	require.NoError(t, err)
	request = dynamicpb.NewMessage(file.Messages().Get(1))
	require.NoError(t, protojson.Unmarshal([]byte(text), request))
	return request, request.Get(request.Descriptor().Fields().ByName("moon")).Message().Interface().(*dynamicpb.Message)
}

func TestRequiredWithin(t *testing.T) {
	request, _ := newMoon(t, `{"moon": {"title": "Io"}}`)
	assert.NoError(t, apirecord.Require(request, "moon"), "nobody sets an identifier")
	request, _ = newMoon(t, `{"moon": {"orbit": "Jupiter"}}`)
	err := apirecord.Require(request, "moon")
	assert.Equal(t, "ERROR_REQUIRED_PARAMETER", apierror.From(err).Code)
	assert.ErrorContains(t, err, "moon.title")
}

func TestOnlyAnswersHaveIt(t *testing.T) {
	_, m := newMoon(t, `{"moon": {"title": "Io", "seen": 7}}`)
	item := &moon{}
	require.NoError(t, apirecord.New(m, item))
	assert.Equal(t, &moon{Title: "Io"}, item)
	columns, err := apirecord.ChangeMask(m, item, "name", &fieldmaskpb.FieldMask{Paths: []string{"seen"}})
	require.NoError(t, err)
	assert.Empty(t, columns)
	assert.Zero(t, item.Seen)
}

func TestImmutable(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		mask []string
		want string // what the error names
	}{
		"the same":            {`{"moon": {"orbit": "Jupiter", "title": "Io"}}`, nil, ""},
		"the same, masked":    {`{"moon": {"orbit": "Jupiter"}}`, []string{"orbit"}, ""},
		"another":             {`{"moon": {"orbit": "Mars"}}`, nil, "orbit"},
		"another, masked":     {`{"moon": {"orbit": "Mars"}}`, []string{"orbit"}, "orbit"},
		"another, not masked": {`{"moon": {"orbit": "Mars", "title": "Io"}}`, []string{"title"}, ""},
		"emptied":             {`{"moon": {}}`, []string{"orbit"}, "orbit"},
		"required, emptied":   {`{"moon": {}}`, []string{"title"}, "title"},
	} {
		t.Run(name, func(t *testing.T) {
			_, m := newMoon(t, c.text)
			_, err := apirecord.ChangeMask(m, &moon{Orbit: "Jupiter", Title: "I"}, "name", &fieldmaskpb.FieldMask{Paths: c.mask})
			if c.want == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestUnwritten(t *testing.T) {
	request, m := newMoon(t, `{"filter": "title = Io", "moon": {"orbit": "Jupiter"}}`)
	for path, refused := range map[string]bool{"filter": true, "moon": true, "moon.orbit": true, "moon.title": false, "show_deleted": false, "moon.gone": false} {
		err := apirecord.Unwritten(request, "internal/service/moon.go", "moon.seen", path)
		assert.Equal(t, refused, err != nil, path)
		if refused {
			assert.Equal(t, "ERROR_NOT_IMPLEMENTED: Field is not implemented. (field = "+path+", write it in internal/service/moon.go)", err.Error())
		}
	}
	assert.NoError(t, apirecord.Unwritten(m, "internal/service/moon.go", "title"))
}

func TestUnwrittenWithin(t *testing.T) {
	rows, err := structpb.NewStruct(map[string]any{"a": map[string]any{"b": []any{nil, 1}}})
	require.NoError(t, err)
	assert.Error(t, apirecord.Unwritten(rows, "x.go", "fields.struct_value.fields.list_value.values.number_value"))
	assert.NoError(t, apirecord.Unwritten(rows, "x.go", "fields.struct_value.fields.list_value.values.bool_value"))
}

func TestOrder(t *testing.T) {
	schema := query.Schema{Fields: []query.Field{{Name: "title"}, {Name: "created_at"}}}
	got, err := apirecord.Order("title desc, create_time", schema)
	require.NoError(t, err)
	assert.Equal(t, []query.Sort{{Key: "title", Desc: true}, {Key: "created_at"}}, got)
	got, err = apirecord.Order("", schema)
	require.NoError(t, err)
	assert.Empty(t, got)
	for _, bad := range []string{"colour", "title down", "title,,", "title desc please"} {
		_, err = apirecord.Order(bad, schema)
		assert.ErrorContains(t, err, "order_by", bad)
	}
}
