package naming_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// The plugin's own library is the authority on the names that it makes.
func TestProtoGoFieldsAsProtocGenGo(t *testing.T) {
	messages := [][]string{
		{"name", "region_id", "url", "ip_v4", "line_2", "a2b", "x2_y", "_hidden", "trailing_", "two__lines", "camelCase", "Upper", "region_ID"},
		{"string", "reset", "proto_message", "marshal", "unmarshal", "descriptor", "extension_map", "extension_range_array", "proto_reflect"},
		{"name", "get_name"},
		{"get_name", "name"},
		{"get_string", "string", "get_get_name", "Name", "name"},
	}
	for _, fields := range messages {
		message := &descriptorpb.DescriptorProto{Name: proto.String("M")}
		for i, f := range fields {
			message.Field = append(message.Field, &descriptorpb.FieldDescriptorProto{
				Name: proto.String(f), Number: proto.Int32(int32(i + 1)),
				Type: descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum(), Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
			})
		}
		plugin, err := protogen.Options{}.New(&pluginpb.CodeGeneratorRequest{
			FileToGenerate: []string{"m.proto"},
			ProtoFile: []*descriptorpb.FileDescriptorProto{{
				Name: proto.String("m.proto"), Syntax: proto.String("proto3"),
				Options:     &descriptorpb.FileOptions{GoPackage: proto.String("example.com/m")},
				MessageType: []*descriptorpb.DescriptorProto{message},
			}},
		})
		require.NoError(t, err)
		var want []string
		for _, f := range plugin.Files[0].Messages[0].Fields {
			want = append(want, f.GoName)
		}
		assert.Equal(t, want, naming.ProtoGoFields(fields...))
	}
}

func TestProtoGo(t *testing.T) {
	assert.Equal(t, "RegionId", naming.New("RegionID").ProtoGo())
	assert.Equal(t, "String_", naming.New("string").ProtoGo())
	assert.Equal(t, "HTTPProxyInfo", naming.ProtoGoType("HTTPProxyInfo"))
	assert.Equal(t, "Outer_Inner", naming.ProtoGoType("Outer.Inner"))
	assert.Equal(t, "OuterInner", naming.ProtoGoType("Outer.inner"))
}
