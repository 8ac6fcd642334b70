package protofile

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// findUnique finds the fields of each resource that are unique: those whose comment
// says so, in the resource's message or in the request for a new one.
func (api *API) findUnique() {
	for _, r := range api.Resources {
		marked := api.marked(r)
		for _, f := range r.Columns() {
			if slices.ContainsFunc(marked, func(one protoreflect.FieldDescriptor) bool { return one.Name() == f.Name() }) {
				r.Unique = append(r.Unique, f)
			}
		}
	}
	for _, s := range api.Services {
		for _, m := range s.Methods {
			if (m.Verb == Create || m.Verb == Update) && len(m.Resource.Unique) > 0 {
				m.Why += "; unique: " + strings.Join(fieldNames(m.Resource.Unique), ", ")
			}
		}
	}
}

// marked are the fields that are said to be unique, wherever that stands.
func (api *API) marked(r *Resource) []protoreflect.FieldDescriptor {
	var fields []protoreflect.FieldDescriptor
	for _, m := range api.speakers(r) {
		for i := range m.Fields().Len() {
			if f := m.Fields().Get(i); marked(f, uniqueMark) && f.Name() != r.ID.Name() {
				fields = append(fields, f)
			}
		}
	}
	return fields
}

// speakers are the messages whose marks say something of a resource's columns: its
// own, and the requests for a new one.
func (api *API) speakers(r *Resource) []protoreflect.MessageDescriptor {
	messages := []protoreflect.MessageDescriptor{r.Message}
	for _, s := range api.Services {
		for _, m := range s.Methods {
			if m.Verb == Create && m.Resource == r && !slices.Contains(messages, m.Input) {
				messages = append(messages, m.Input)
			}
		}
	}
	return messages
}

// CheckUnique finds fields that are said to be unique and cannot be. The error
// names all of them, with file, line and column.
func (api *API) CheckUnique() error {
	var errs []error
	for _, r := range api.Resources {
		for _, f := range api.marked(r) {
			if why := unfitForUnique(f, r); why != "" {
				file := f.ParentFile()
				errs = append(errs, fmt.Errorf("%s: the field %s of %s cannot be unique: %s; take %s out of its comment",
					position(file, file.SourceLocations().ByDescriptor(f)), f.Name(), f.ContainingMessage().Name(), why, uniqueMark))
			}
		}
	}
	return errors.Join(errs...)
}

func unfitForUnique(f protoreflect.FieldDescriptor, r *Resource) string {
	kept := r.Message.Fields().ByName(f.Name())
	switch {
	case common(f.Name()):
		return "spacegen fills it in"
	case kept == nil || !alike(f, kept):
		return fmt.Sprintf("%s does not keep it", r.Message.Name())
	case kept.IsList() || kept.IsMap():
		return "it holds more than one value"
	case kept.Message() != nil && kept.Message().FullName() == "google.protobuf.Timestamp":
		return ""
	}
	switch kept.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind, protoreflect.BoolKind, protoreflect.EnumKind, protoreflect.FloatKind, protoreflect.DoubleKind:
		return "only a text, a whole number or a time can be"
	default:
		return ""
	}
}

func fieldNames(fields []protoreflect.FieldDescriptor) []string {
	var names []string
	for _, f := range fields {
		names = append(names, string(f.Name()))
	}
	return names
}
