package resourcetest

import (
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	_ "google.golang.org/protobuf/types/known/durationpb" // imports of the APIs below
	_ "google.golang.org/protobuf/types/known/fieldmaskpb"
	_ "google.golang.org/protobuf/types/known/structpb"
	_ "google.golang.org/protobuf/types/known/timestamppb"
)

// apiMessages are those of an API: by their names, their fields, as name:type. A type with
// a question mark may be absent, one with a star is a list of them; what comes after an
// exclamation mark is the field's behaviour.
func apiMessages(pkg string, messages map[string]string) protoreflect.MessageDescriptors {
	file := &descriptorpb.FileDescriptorProto{
		Name: proto.String(pkg + ".proto"), Package: &pkg, Syntax: proto.String("proto3"),
		Dependency: []string{"google/protobuf/duration.proto", "google/protobuf/field_mask.proto", "google/protobuf/struct.proto", "google/protobuf/timestamp.proto"},
		EnumType: []*descriptorpb.EnumDescriptorProto{{Name: proto.String("State"), Value: []*descriptorpb.EnumValueDescriptorProto{
			{Name: proto.String("NONE"), Number: proto.Int32(0)},
			{Name: proto.String("ENABLED"), Number: proto.Int32(1)},
			{Name: proto.String("DISABLED"), Number: proto.Int32(2)},
		}}},
	}
	for name, fields := range messages {
		file.MessageType = append(file.MessageType, apiMessage(pkg, name, strings.Fields(fields)))
	}
	made, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
	if err != nil {
		panic(err)
	}
	return made.Messages()
}

func apiMessage(pkg, name string, fields []string) *descriptorpb.DescriptorProto {
	m := &descriptorpb.DescriptorProto{Name: &name}
	for i, text := range fields {
		name, typ, _ := strings.Cut(text, ":")
		typ, behaviour, _ := strings.Cut(typ, "!")
		f := &descriptorpb.FieldDescriptorProto{Name: &name, Number: proto.Int32(int32(i) + 1)}
		switch kind := strings.TrimRight(typ, "?*"); kind {
		case "string":
			f.Type = descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum()
		case "int64":
			f.Type = descriptorpb.FieldDescriptorProto_TYPE_INT64.Enum()
		case "int32":
			f.Type = descriptorpb.FieldDescriptorProto_TYPE_INT32.Enum()
		case "bool":
			f.Type = descriptorpb.FieldDescriptorProto_TYPE_BOOL.Enum()
		case "State":
			f.Type, f.TypeName = descriptorpb.FieldDescriptorProto_TYPE_ENUM.Enum(), proto.String("."+pkg+"."+kind)
		case "bytes":
			f.Type = descriptorpb.FieldDescriptorProto_TYPE_BYTES.Enum()
		case "Book", "Money", "Item":
			f.Type, f.TypeName = descriptorpb.FieldDescriptorProto_TYPE_MESSAGE.Enum(), proto.String("."+pkg+"."+kind)
		default:
			f.Type, f.TypeName = descriptorpb.FieldDescriptorProto_TYPE_MESSAGE.Enum(), proto.String(".google.protobuf."+kind)
		}
		if strings.HasSuffix(typ, "*") {
			f.Label = descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum()
		}
		if strings.HasSuffix(typ, "?") {
			f.Proto3Optional, f.OneofIndex = proto.Bool(true), proto.Int32(int32(len(m.OneofDecl)))
			m.OneofDecl = append(m.OneofDecl, &descriptorpb.OneofDescriptorProto{Name: proto.String("_" + name)})
		}
		if behaviour != "" {
			f.Options = &descriptorpb.FieldOptions{}
			proto.SetExtension(f.Options, annotations.E_FieldBehavior,
				[]annotations.FieldBehavior{annotations.FieldBehavior(annotations.FieldBehavior_value[behaviour])})
		}
		m.Field = append(m.Field, f)
	}
	return m
}
