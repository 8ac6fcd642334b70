package protofile

import (
	"slices"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"
)

// withoutRules gives a request in which some methods have no REST annotation, and some
// services are not there: what exclude_types of buf makes of it for plugins that write of
// REST.
func withoutRules(request *pluginpb.CodeGeneratorRequest, excluded []protoreflect.FullName) *pluginpb.CodeGeneratorRequest {
	if len(excluded) == 0 {
		return request
	}
	request = proto.CloneOf(request)
	for _, file := range request.ProtoFile {
		for i := len(file.GetService()) - 1; i >= 0; i-- {
			s := file.Service[i]
			service := protoreflect.FullName(file.GetPackage()).Append(protoreflect.Name(s.GetName()))
			if slices.Contains(excluded, service) {
				removeService(file, i)
				continue
			}
			for _, m := range s.GetMethod() {
				if !slices.Contains(excluded, service.Append(protoreflect.Name(m.GetName()))) {
					continue
				}
				options := m.GetOptions().ProtoReflect()
				options.Range(func(f protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
					if f.FullName() == httpOption {
						options.Clear(f)
					}
					return true
				})
			}
		}
	}
	return request
}

// removeService takes a service out of a file, with its comments.
func removeService(file *descriptorpb.FileDescriptorProto, at int) {
	const services = 6 // field of FileDescriptorProto
	file.Service = slices.Delete(file.Service, at, at+1)
	info := file.GetSourceCodeInfo()
	if info == nil {
		return
	}
	info.Location = slices.DeleteFunc(info.Location, func(l *descriptorpb.SourceCodeInfo_Location) bool {
		return len(l.Path) > 1 && l.Path[0] == services && l.Path[1] == int32(at) //nolint:gosec // no file has 2^31 services
	})
	for _, l := range info.Location {
		if len(l.Path) > 1 && l.Path[0] == services && l.Path[1] > int32(at) { //nolint:gosec // as above
			l.Path[1]--
		}
	}
}
