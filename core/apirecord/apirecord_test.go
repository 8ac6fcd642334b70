package apirecord_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	_ "google.golang.org/protobuf/types/known/structpb" // the message that is made below imports it

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/query"
)

// star is a model as the layers have it.
type star struct {
	StarID     string         `bun:"star_id,pk"`
	Name       string         `bun:"name"`
	Kind       string         `bun:"kind"`
	Size       int64          `bun:"size"`
	Weight     float64        `bun:"weight"`
	Lit        bool           `bun:"lit"`
	Raw        string         `bun:"raw"`
	Tags       map[string]any `bun:"tags,type:jsonb"`
	Others     []string       `bun:"others,type:jsonb"`
	Note       any            `bun:"note,type:jsonb"`
	SeenAt     time.Time      `bun:"seen_at,nullzero"`
	DomainID   string         `bun:"domain_id"`
	CreatedAt  time.Time      `bun:"created_at"`
	unexported string         //nolint:unused // is left alone
}

// newStar makes a message that has a field of every kind.
func newStar(t *testing.T, text string) *dynamicpb.Message {
	t.Helper()
	field := func(name string, number int32, typ descriptorpb.FieldDescriptorProto_Type, of string, repeated bool) *descriptorpb.FieldDescriptorProto {
		label := descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL
		if repeated {
			label = descriptorpb.FieldDescriptorProto_LABEL_REPEATED
		}
		f := &descriptorpb.FieldDescriptorProto{Name: &name, Number: &number, Type: &typ, Label: &label}
		if of != "" {
			f.TypeName = &of
		}
		return f
	}
	const (
		textType    = descriptorpb.FieldDescriptorProto_TYPE_STRING
		messageType = descriptorpb.FieldDescriptorProto_TYPE_MESSAGE
	)
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("star.proto"), Package: proto.String("sky"), Syntax: proto.String("proto3"),
		Dependency: []string{"google/protobuf/struct.proto", "google/protobuf/timestamp.proto"},
		EnumType: []*descriptorpb.EnumDescriptorProto{{Name: proto.String("Kind"), Value: []*descriptorpb.EnumValueDescriptorProto{
			{Name: proto.String("NONE"), Number: proto.Int32(0)}, {Name: proto.String("DWARF"), Number: proto.Int32(1)},
		}}},
		MessageType: []*descriptorpb.DescriptorProto{{Name: proto.String("Star"), Field: []*descriptorpb.FieldDescriptorProto{
			field("star_id", 1, textType, "", false),
			field("name", 2, textType, "", false),
			field("kind", 3, descriptorpb.FieldDescriptorProto_TYPE_ENUM, ".sky.Kind", false),
			field("size", 4, descriptorpb.FieldDescriptorProto_TYPE_UINT64, "", false),
			field("weight", 5, descriptorpb.FieldDescriptorProto_TYPE_FLOAT, "", false),
			field("lit", 6, descriptorpb.FieldDescriptorProto_TYPE_BOOL, "", false),
			field("raw", 7, descriptorpb.FieldDescriptorProto_TYPE_BYTES, "", false),
			field("tags", 8, messageType, ".google.protobuf.Struct", false),
			field("others", 9, textType, "", true),
			field("note", 10, messageType, ".google.protobuf.Value", false),
			field("seenAt", 11, messageType, ".google.protobuf.Timestamp", false),
			field("domain_id", 12, textType, "", false),
			field("create_time", 13, messageType, ".google.protobuf.Timestamp", false),
			field("elsewhere", 14, textType, "", false),
		}}},
	}, protoregistry.GlobalFiles)
	require.NoError(t, err)
	m := dynamicpb.NewMessage(file.Messages().Get(0))
	require.NoError(t, protojson.Unmarshal([]byte(text), m))
	return m
}

const full = `{"star_id": "s1", "name": "Vega", "kind": "DWARF", "size": "7", "weight": 1.1, "lit": true, "raw": "AP8=",
	"tags": {"a": {"b": [1, "x", null]}}, "others": ["y", "z"], "note": [true], "seenAt": "2026-01-02T03:04:05.006Z",
	"domain_id": "d", "create_time": "2026-02-03T04:05:06Z"}`

func TestThereAndBack(t *testing.T) {
	m, item := newStar(t, full), new(star)
	require.NoError(t, apirecord.New(m, item))
	assert.Equal(t, &star{
		StarID: "s1", Name: "Vega", Kind: "DWARF", Size: 7, Weight: 1.1, Lit: true, Raw: "AP8=",
		Tags: map[string]any{"a": map[string]any{"b": []any{1.0, "x", nil}}}, Others: []string{"y", "z"}, Note: []any{true},
		SeenAt: time.Date(2026, 1, 2, 3, 4, 5, 6_000_000, time.UTC), DomainID: "d", CreatedAt: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC),
	}, item)
	back := newStar(t, `{}`)
	require.NoError(t, apirecord.Write(item, back))
	again := new(star)
	require.NoError(t, apirecord.New(back, again))
	assert.Equal(t, item, again)
	assert.Equal(t, m.ProtoReflect().Get(m.Descriptor().Fields().ByName("weight")).Float(), back.Get(back.Descriptor().Fields().ByName("weight")).Float())

	empty := newStar(t, `{}`)
	require.NoError(t, apirecord.Write(new(star), empty))
	empty.Range(func(f protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		assert.Fail(t, "what is not set is not shown", f.Name())
		return true
	})
}

func TestChange(t *testing.T) {
	item := &star{StarID: "s1", Name: "Vega", Size: 3, DomainID: "d", Tags: map[string]any{"old": 1}}
	columns, err := apirecord.Change(newStar(t, `{"star_id": "s1", "name": "Deneb", "domain_id": "d", "tags": {"new": 2}, "lit": true}`), item, "star_id", "lit")
	require.NoError(t, err)
	assert.Equal(t, []string{"name", "tags"}, columns)
	assert.Equal(t, &star{StarID: "s1", Name: "Deneb", Size: 3, DomainID: "d", Tags: map[string]any{"new": 2.0}}, item, "what was in a map goes")

	item.CreatedAt = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, fixed := range []string{`"star_id": "s2"`, `"domain_id": "e"`, `"create_time": "2026-01-02T03:04:06Z"`} {
		_, err := apirecord.Change(newStar(t, `{"name": "Atair", `+fixed+`}`), item, "star_id")
		assert.Equal(t, "ERROR_INVALID_PARAMETER", apierror.From(err).Code, fixed)
		assert.Equal(t, "Deneb", item.Name)
	}
	columns, err = apirecord.Change(newStar(t, `{"create_time": "2026-01-02T03:04:05Z"}`), item, "star_id")
	require.NoError(t, err)
	assert.Empty(t, columns)
}

func TestChangeMask(t *testing.T) {
	m := newStar(t, `{"name": "Deneb", "lit": true, "tags": {"a": {"c": 1}, "x": {"y": true}}}`)
	for name, c := range map[string]struct {
		paths []string
		want  []string
	}{
		"none":      {nil, []string{"name", "lit", "tags"}},
		"all":       {[]string{"*"}, []string{"name", "lit", "tags"}},
		"one":       {[]string{"name"}, []string{"name"}},
		"not set":   {[]string{"size", "name"}, []string{"name", "size"}},
		"part":      {[]string{"tags.a"}, []string{"tags"}},
		"part, new": {[]string{"tags.x.y", "tags.b"}, []string{"tags"}},
	} {
		t.Run(name, func(t *testing.T) {
			item := &star{StarID: "s1", Size: 3, Tags: map[string]any{"a": 1, "b": "kept"}}
			columns, err := apirecord.ChangeMask(m, item, "star_id", &fieldmaskpb.FieldMask{Paths: c.paths})
			require.NoError(t, err)
			assert.Equal(t, c.want, columns)
			if name == "not set" {
				assert.Zero(t, item.Size, "a field that the mask names and nobody set is emptied")
			}
			if name == "part" {
				assert.Equal(t, map[string]any{"a": map[string]any{"c": 1.0}, "b": "kept"}, item.Tags, "the rest stays")
			}
			if name == "part, new" {
				assert.Equal(t, map[string]any{"a": 1.0, "x": map[string]any{"y": true}}, item.Tags, "what is not set is taken out")
			}
		})
	}
	for _, path := range []string{"colour", "elsewhere", "star_id", "domain_id", "name.first", "others.0", "tags.b.c"} {
		item := &star{StarID: "s1", DomainID: "d", Tags: map[string]any{"b": "kept"}}
		_, err := apirecord.ChangeMask(m, item, "star_id", &fieldmaskpb.FieldMask{Paths: []string{path}})
		require.Error(t, err, path)
		assert.Equal(t, "ERROR_INVALID_PARAMETER", apierror.From(err).Code, path)
	}
}

func TestRefused(t *testing.T) {
	m := newStar(t, `{"kind": 9}`)
	assert.ErrorContains(t, apirecord.New(m, new(star)), "kind")
	m = newStar(t, `{}`)
	m.Set(m.Descriptor().Fields().ByName("size"), protoreflect.ValueOfUint64(math.MaxUint64))
	assert.ErrorContains(t, apirecord.New(m, new(star)), "size")
	m = newStar(t, `{"weight": "NaN"}`)
	assert.ErrorContains(t, apirecord.New(m, new(star)), "weight")
	err := apirecord.Require(newStar(t, `{"name": "x"}`), "name", "tags")
	assert.ErrorContains(t, err, "tags")
	assert.NoError(t, apirecord.Require(newStar(t, `{"name": "x"}`), "name"))
}

func TestAValueThatTheAPIHasNoMore(t *testing.T) {
	m := newStar(t, `{}`)
	require.NoError(t, apirecord.Write(&star{Kind: "SUPERNOVA", Name: "x"}, m))
	assert.False(t, m.Has(m.Descriptor().Fields().ByName("kind")))
	assert.True(t, m.Has(m.Descriptor().Fields().ByName("name")))
}

func TestFilters(t *testing.T) {
	schema := query.Schema{Fields: []query.Field{
		{Name: "name"}, {Name: "kind"}, {Name: "others", Repeated: true}, {Name: "tags", Type: query.Struct},
		{Name: "size", Type: query.Int}, {Name: "weight", Type: query.Double},
	}}
	got, err := apirecord.Filters(newStar(t, full), schema)
	require.NoError(t, err)
	assert.Equal(t, []query.Condition{
		{Key: "name", Operator: query.Eq, Value: "Vega"},
		{Key: "kind", Operator: query.Eq, Value: "DWARF"},
		{Key: "size", Operator: query.Eq, Value: int64(7)},
		{Key: "weight", Operator: query.Eq, Value: 1.1},
		{Key: "others", Operator: query.In, Value: []any{"y", "z"}},
	}, got)
}

func TestPages(t *testing.T) {
	page, err := apirecord.PageOf(2, "")
	require.NoError(t, err)
	assert.Equal(t, query.Page{Start: 1, Limit: 2}, page)
	token := apirecord.NextToken(page, 2, 5)
	page, err = apirecord.PageOf(2, token)
	require.NoError(t, err)
	assert.Equal(t, query.Page{Start: 3, Limit: 2}, page)
	assert.NotEmpty(t, apirecord.NextToken(page, 2, 5))
	assert.Empty(t, apirecord.NextToken(page, 2, 4), "it was the last")
	assert.Equal(t, token, apirecord.NextToken(query.Page{Start: 1, Limit: 1000}, 2, 5), "the database gave fewer")
	assert.Empty(t, apirecord.NextToken(query.Page{Start: 9, Limit: 2}, 0, 10), "the others are gone")
	for _, bad := range []string{"x", "LTE", "!"} {
		_, err = apirecord.PageOf(2, bad)
		assert.Error(t, err, bad)
	}
	_, err = apirecord.PageOf(-1, "")
	assert.Error(t, err)
	page, err = apirecord.PageOf(1_000_000, "")
	require.NoError(t, err)
	assert.Equal(t, 1000, page.Limit)
}
