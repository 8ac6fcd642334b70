package protofile

import (
	"slices"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// Behaves reports whether google.api.field_behavior says one of several things
// of a field. The compiler leaves it as the extension or as a dynamic message's
// field of the same number.
func Behaves(f protoreflect.FieldDescriptor, as ...annotations.FieldBehavior) bool {
	options, ok := f.Options().(*descriptorpb.FieldOptions)
	if !ok || options == nil {
		return false
	}
	found := false
	options.ProtoReflect().Range(func(option protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if option.FullName() == "google.api.field_behavior" && option.IsList() {
			for i := range value.List().Len() {
				found = found || slices.Contains(as, annotations.FieldBehavior(value.List().Get(i).Enum()))
			}
		}
		return !found
	})
	return found
}
