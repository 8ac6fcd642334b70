package apirecord

import (
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/core/apierror"
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

// Unwritten refuses a message that sets one of the fields, which are named by their
// paths: what they say would be lost without a word. It says in which file somebody
// has to write what they do.
func Unwritten(m proto.Message, file string, paths ...string) error {
	for _, path := range paths {
		if says(m.ProtoReflect(), strings.Split(path, ".")) {
			return apierror.FieldNotImplemented(path, file)
		}
	}
	return nil
}

// says reports whether a message sets the field at a path, which leads through messages,
// lists and maps of them.
func says(message protoreflect.Message, path []string) bool {
	f := message.Descriptor().Fields().ByName(protoreflect.Name(path[0]))
	if f == nil || !message.Has(f) {
		return false
	}
	if len(path) == 1 {
		return true
	}
	value, found := message.Get(f), false
	switch {
	case f.IsMap():
		value.Map().Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool {
			found = says(v.Message(), path[1:])
			return !found
		})
	case f.IsList():
		for i := 0; i < value.List().Len() && !found; i++ {
			found = says(value.List().Get(i).Message(), path[1:])
		}
	default:
		found = says(value.Message(), path[1:])
	}
	return found
}
