package protofile

import (
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// AnyParent begins the pattern of a resource's name below whatever parent a request names.
const AnyParent = "**/"

// patterns finds how the names of each resource look (AIP-122): as google.api.resource
// says or, where REST could not read what has such a name, as the paths do by which it
// is got; else the collection is called after the message.
func (api *API) patterns() {
	for _, r := range api.Resources {
		if !r.Named {
			continue
		}
		paths := api.getPaths(r)
		for _, p := range resourcePatterns(r.Message) {
			if len(paths) == 0 || slices.ContainsFunc(paths, func(path string) bool { return covers(path, p) }) {
				r.Patterns = append(r.Patterns, p)
			}
		}
		if len(r.Patterns) == 0 {
			r.Patterns = slices.DeleteFunc(paths, func(path string) bool { return strings.Contains(path, "**") })
		}
		if len(r.Patterns) == 0 {
			r.Patterns = []string{AnyParent + naming.New(naming.New(r.Name).PluralSnake()).Camel() + "/*"}
		}
	}
}

// getPaths are the forms that a resource's name has in the paths by which it is got:
// users/*/events/* of {name=users/*/events/*}.
func (api *API) getPaths(r *Resource) []string {
	var paths []string
	for _, s := range api.Services {
		for _, m := range s.Methods {
			if m.Verb != Get || m.Resource != r || !m.HTTP {
				continue
			}
			rule := httpRule(m.descriptor)
			for _, one := range append([]*annotations.HttpRule{rule}, rule.GetAdditionalBindings()...) {
				_, path := pattern(one)
				if form, bound := variable(path, string(r.ID.Name())); bound && !slices.Contains(paths, form) {
					paths = append(paths, form)
				}
			}
		}
	}
	return paths
}

// variable gives the form that a path asks of a field: of {name} it is *.
func variable(path, field string) (form string, bound bool) {
	for _, part := range strings.Split(path, "{")[1:] {
		inner, _, _ := strings.Cut(part, "}")
		if name, form, shaped := strings.Cut(inner, "="); name == field {
			if !shaped {
				form = "*"
			}
			return form, true
		}
	}
	return "", false
}

// covers reports whether names of a pattern have the form that a path asks for.
func covers(path, pattern string) bool {
	if path == "**" {
		return true
	}
	forms, segments := strings.Split(path, "/"), strings.Split(pattern, "/")
	for i, form := range forms {
		if form == "**" {
			return len(segments) >= i
		}
		if i >= len(segments) || form != segments[i] && form != "*" {
			return false
		}
	}
	return len(forms) == len(segments)
}

// resourcePatterns are the patterns that google.api.resource gives a message, each
// variable as *.
func resourcePatterns(m protoreflect.MessageDescriptor) []string {
	options, ok := m.Options().(*descriptorpb.MessageOptions)
	if !ok || options == nil {
		return nil
	}
	said := new(annotations.ResourceDescriptor)
	options.ProtoReflect().Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if f.FullName() != "google.api.resource" {
			return true
		}
		if text, err := proto.Marshal(v.Message().Interface()); err == nil {
			_ = proto.Unmarshal(text, said) // what cannot be read says nothing
		}
		return false
	})
	var patterns []string
	for _, p := range said.GetPattern() {
		segments := strings.Split(p, "/")
		for i, s := range segments {
			if strings.Contains(s, "{") {
				segments[i] = "*"
			}
		}
		if p = strings.Join(segments, "/"); p != "*" && p != "" {
			patterns = append(patterns, p)
		}
	}
	return patterns
}

// SampleParent is a name below which a new resource can be; empty: it needs none.
func (r *Resource) SampleParent() string {
	parent, _ := r.split(r.Patterns[0])
	return strings.ReplaceAll(parent, "*", "1")
}

// Rooted reports whether a resource may be below nothing.
func (r *Resource) Rooted() bool {
	return slices.ContainsFunc(r.Patterns, func(p string) bool {
		parent, _ := r.split(p)
		return parent == ""
	})
}

// split parts a pattern into that of the parent and what follows, which ends with the
// identifier.
func (r *Resource) split(pattern string) (parent, rest string) {
	if rest, any := strings.CutPrefix(pattern, AnyParent); any {
		return "", rest
	}
	segments := strings.Split(pattern, "/")
	last := len(segments) - 1
	for last > 0 && segments[last-1] != "*" {
		last--
	}
	return strings.Join(segments[:last], "/"), strings.Join(segments[last:], "/")
}
