package apirecord

import (
	"slices"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/identity/internal/core/apierror"
)

// behaves reports whether google.api.field_behavior says something of a field
// (AIP-203).
func behaves(f protoreflect.FieldDescriptor, as annotations.FieldBehavior) bool {
	said, _ := proto.GetExtension(f.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	return slices.Contains(said, as)
}

// Require refuses a message in which one of the fields is not set, or in which a
// field is a message without what its own fields say is required.
func Require(m proto.Message, fields ...protoreflect.Name) error {
	message := m.ProtoReflect()
	for _, name := range fields {
		f := message.Descriptor().Fields().ByName(name)
		if f == nil {
			continue
		}
		if !message.Has(f) {
			return apierror.Required(string(name))
		}
		if f.Message() != nil && !f.IsList() && !f.IsMap() {
			if err := whole(message.Get(f).Message(), string(name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// whole refuses a message without a field that says it is required. What is an
// identifier, or only in answers, is not for callers to set.
func whole(message protoreflect.Message, at string) error {
	fields := message.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if behaves(f, annotations.FieldBehavior_REQUIRED) && !message.Has(f) &&
			!behaves(f, annotations.FieldBehavior_OUTPUT_ONLY) && !behaves(f, annotations.FieldBehavior_IDENTIFIER) {
			return apierror.Required(at + "." + string(f.Name()))
		}
	}
	return nil
}

// Unsupported refuses a message in which one of the fields is set: what it asks
// for would be left undone without a word.
func Unsupported(m proto.Message, fields ...protoreflect.Name) error {
	message := m.ProtoReflect()
	for _, name := range fields {
		if f := message.Descriptor().Fields().ByName(name); f != nil && message.Has(f) {
			return apierror.Invalid(string(name), "not supported")
		}
	}
	return nil
}
