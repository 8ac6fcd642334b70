package protofile

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile/linker"
	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// Unrouted names the methods of files that have REST annotations by which nothing can be
// served: paths that cannot be read, bodies and parameters that requests do not have,
// requests without an end as a query. They are called by gRPC alone. Of a service that has
// no other methods it gives the name of the service.
func Unrouted(files linker.Files, in func(path string) bool) []protoreflect.FullName {
	var names []protoreflect.FullName
	for _, file := range files {
		if Builtin(file.Path()) || !in(file.Path()) {
			continue
		}
		for i := range file.Services().Len() {
			s := file.Services().Get(i)
			faults := unroutable(s)
			if len(faults) == s.Methods().Len() && len(faults) > 0 {
				names = append(names, s.FullName())
				continue
			}
			for name := range faults {
				names = append(names, s.FullName().Append(name))
			}
		}
	}
	slices.Sort(names)
	return names
}

// unroutable says of the methods of a service whose annotations nothing can be served by
// why that is.
func unroutable(s protoreflect.ServiceDescriptor) map[protoreflect.Name]error {
	faults, taken := map[protoreflect.Name]error{}, map[string]bool{}
	for i := range s.Methods().Len() {
		m := s.Methods().Get(i)
		if err := checkRule(m, httpRule(m), taken); err != nil {
			faults[m.Name()] = err
		}
	}
	return faults
}

// httpOption is the annotation by which a method is called by REST.
const httpOption protoreflect.FullName = "google.api.http"

// httpRule gives the annotation of a method; nil if it has none. The compiler
// leaves it either as the extension or, if that has a descriptor of its own, as
// a dynamic message of the same number.
func httpRule(m protoreflect.MethodDescriptor) *annotations.HttpRule {
	options, ok := m.Options().(*descriptorpb.MethodOptions)
	if !ok || options == nil {
		return nil
	}
	var rule *annotations.HttpRule
	options.ProtoReflect().Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if f.FullName() != httpOption {
			return true
		}
		text, err := proto.Marshal(v.Message().Interface())
		if read := new(annotations.HttpRule); err == nil && proto.Unmarshal(text, read) == nil {
			rule = read
		}
		return false
	})
	return rule
}

// checkRule finds the bindings of a rule by which nothing can be served. Neither plugin nor
// buf can leave out one of them: what is bad takes the others along.
func checkRule(m protoreflect.MethodDescriptor, rule *annotations.HttpRule, taken map[string]bool) error {
	if rule == nil {
		return nil
	}
	own := map[string]bool{}
	var faults []error
	bindings := append([]*annotations.HttpRule{rule}, rule.GetAdditionalBindings()...)
	for i, one := range bindings {
		err := checkBinding(m, one, taken, own)
		if one != rule && len(one.GetAdditionalBindings()) > 0 {
			err = errors.New("its additional_bindings have additional_bindings of their own")
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", placeOfBinding(m, i-1), err))
		}
	}
	switch good := len(bindings) - len(faults); {
	case len(faults) == 0:
		maps.Copy(taken, own) // of one that is not served, others may have the path
		return nil
	case good > 0:
		faults = append(faults, fmt.Errorf("mend or remove it to have the method's other bindings (%d of %d) served", good, len(bindings)))
	}
	texts := make([]string, len(faults))
	for i, fault := range faults {
		texts[i] = fault.Error()
	}
	return errors.New(strings.Join(texts, "; "))
}

// placeOfBinding is where one of the additional bindings of a method stands, or, below 0,
// the method.
func placeOfBinding(m protoreflect.MethodDescriptor, i int) string {
	if i < 0 {
		return place(m)
	}
	const options, extension, additional = 4, 72295728, 11 // of MethodDescriptorProto, MethodOptions, HttpRule
	locations := m.ParentFile().SourceLocations()
	method := locations.ByDescriptor(m).Path
	at := locations.ByPath(append(slices.Clone(method), options, extension, additional, int32(i))) //nolint:gosec // no rule has 2^31 bindings
	if at.Path == nil {
		return place(m) // written in another form than the usual one
	}
	return position(m.ParentFile(), at)
}

func checkBinding(m protoreflect.MethodDescriptor, rule *annotations.HttpRule, taken, own map[string]bool) error {
	verb, path := pattern(rule)
	if verb == "" {
		return nil
	}
	if err := readable(verb, path); err != nil {
		return fmt.Errorf("its path: %w", err)
	}
	if taken[verb+" "+path] || own[verb+" "+path] {
		return fmt.Errorf("another rpc of the service is called by %s %s", verb, path)
	}
	own[verb+" "+path] = true
	bound, err := inPath(m, path)
	if err != nil {
		return err
	}
	body := rule.GetBody()
	if body != "" && (verb == http.MethodGet || verb == http.MethodDelete) {
		return fmt.Errorf("%s has no body", verb)
	}
	if answer := rule.GetResponseBody(); answer != "" && answer != "*" {
		if _, err := lookUp(m.Output(), answer); err != nil {
			return err
		}
	}
	if body == "*" {
		return nil
	}
	if body != "" {
		f, err := lookUp(m.Input(), body)
		if err != nil {
			return err
		}
		bound = append(bound, f)
	}
	if verb == http.MethodPatch {
		if err := checkMask(m.Input(), body); err != nil {
			return err
		}
	}
	if again := endless(m.Input(), bound, map[protoreflect.FullName]bool{}); again != "" {
		return fmt.Errorf("%s of its request holds itself, and what is not in the body is a query of all fields; give it a body", again)
	}
	return nil
}

// inPath gives the fields that a path names.
func inPath(m protoreflect.MethodDescriptor, path string) ([]protoreflect.FieldDescriptor, error) {
	var bound []protoreflect.FieldDescriptor
	for _, name := range parameters(path) {
		f, err := lookUp(m.Input(), name)
		switch {
		case err != nil:
			return nil, err
		case !fitsPath(f):
			return nil, fmt.Errorf("%s of its path is neither a text, a number, a truth value nor an enum", name)
		case f.ParentFile().Syntax() == protoreflect.Editions && f.HasPresence() && f.Message() == nil:
			return nil, fmt.Errorf("%s of its path may be missing by its edition, and no path can leave it out; say [features.field_presence = IMPLICIT]", name)
		case inOneof(f) && f.ParentFile().Syntax() == protoreflect.Proto2:
			return nil, fmt.Errorf("%s of its path is one of a oneof, which no path of proto2 holds", name)
		case m.IsStreamingClient():
			return nil, errors.New("it streams to the server, so that its path cannot hold a field")
		}
		bound = append(bound, f)
	}
	return bound, nil
}

// pattern gives the method and the path of a rule.
func pattern(rule *annotations.HttpRule) (verb, path string) {
	switch of := rule.GetPattern().(type) {
	case *annotations.HttpRule_Get:
		return http.MethodGet, of.Get
	case *annotations.HttpRule_Put:
		return http.MethodPut, of.Put
	case *annotations.HttpRule_Post:
		return http.MethodPost, of.Post
	case *annotations.HttpRule_Delete:
		return http.MethodDelete, of.Delete
	case *annotations.HttpRule_Patch:
		return http.MethodPatch, of.Patch
	case *annotations.HttpRule_Custom:
		return of.Custom.GetKind(), of.Custom.GetPath()
	default:
		return "", ""
	}
}

// readable asks those who serve a path whether they can.
func readable(verb, path string) error {
	err := runtime.NewServeMux().HandlePath(verb, path, func(http.ResponseWriter, *http.Request, map[string]string) {})
	for wrapped := err; wrapped != nil; wrapped = errors.Unwrap(wrapped) {
		err = wrapped
	}
	return err
}

// parameters are the fields that a path names: {name}, {name=things/*}.
func parameters(path string) (names []string) {
	for _, part := range strings.Split(path, "{")[1:] {
		name, _, _ := strings.Cut(part, "}")
		name, _, _ = strings.Cut(name, "=")
		names = append(names, name)
	}
	return names
}

// lookUp follows names of fields, with dots between them.
func lookUp(m protoreflect.MessageDescriptor, path string) (f protoreflect.FieldDescriptor, err error) {
	for name := range strings.SplitSeq(path, ".") {
		if f != nil {
			m = f.Message()
		}
		if m == nil || f != nil && f.Cardinality() == protoreflect.Repeated {
			return nil, fmt.Errorf("%s of %s is no message", f.Name(), path)
		}
		if f = m.Fields().ByName(protoreflect.Name(name)); f == nil {
			return nil, fmt.Errorf("%s has no field %s", m.Name(), path)
		}
		if err := guessed(f); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// guessed reports, as an error, what is called otherwise in Go than the gateway
// takes for granted: a field, or the oneof that it is of.
func guessed(f protoreflect.FieldDescriptor) error {
	named := []protoreflect.Descriptor{f}
	if inOneof(f) {
		named = append(named, f.ContainingOneof())
	}
	goNames := goFields(f.ContainingMessage())
	for _, d := range named {
		if guess := naming.ProtoGoType(string(d.Name())); goNames[d] != guess {
			return fmt.Errorf("the %s of %s is %s in Go, since %s is taken, and the gateway does not know that; rename it", title(d), f.ContainingMessage().Name(), goNames[d], guess)
		}
	}
	return nil
}

// checkMask holds a request of PATCH to what the gateway makes of it: the only
// field mask names, if callers leave it out, all fields of a body that is one of
// the request's messages.
func checkMask(request protoreflect.MessageDescriptor, body string) error {
	var masks []protoreflect.FieldDescriptor
	for i := range request.Fields().Len() {
		if f := request.Fields().Get(i); f.Message() != nil && !f.IsMap() && f.Message().FullName() == "google.protobuf.FieldMask" {
			masks = append(masks, f)
		}
	}
	if body == "" {
		if slices.ContainsFunc(masks, func(f protoreflect.FieldDescriptor) bool { return f.Name() == "update_mask" }) {
			return errors.New("PATCH with an update_mask needs a body, which the mask is of")
		}
		return nil
	}
	if len(masks) != 1 {
		return nil
	}
	if _, err := lookUp(request, string(masks[0].Name())); err != nil {
		return err
	}
	of, err := lookUp(request, body)
	if err != nil {
		return err
	}
	if of.Message() == nil || of.Cardinality() == protoreflect.Repeated || masks[0].IsList() || inOneof(masks[0]) || inOneof(of) {
		return fmt.Errorf("the body of PATCH with a field mask is one message of the request, and the mask is one as well; %s and %s are not", of.Name(), masks[0].Name())
	}
	return nil
}

func inOneof(f protoreflect.FieldDescriptor) bool {
	return f.ContainingOneof() != nil && !f.ContainingOneof().IsSynthetic()
}

// fitsPath reports whether a field's value can stand in a path.
func fitsPath(f protoreflect.FieldDescriptor) bool {
	if f.Message() == nil {
		return true
	}
	name := string(f.Message().FullName())
	return !f.IsList() && (name == "google.protobuf.Timestamp" || name == "google.protobuf.Duration" ||
		strings.HasPrefix(name, "google.protobuf.") && strings.HasSuffix(name, "Value") && name != "google.protobuf.Value" && name != "google.protobuf.ListValue")
}

// endless gives a field by which a message holds itself; those of without do not
// count, nor do lists and maps, which no query has. seen says of messages whether
// they are being looked at (true) or have been.
func endless(m protoreflect.MessageDescriptor, without []protoreflect.FieldDescriptor, seen map[protoreflect.FullName]bool) string {
	seen[m.FullName()] = true
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		if f.Message() == nil || f.Cardinality() == protoreflect.Repeated || slices.Contains(without, f) || strings.HasPrefix(string(f.Message().FullName()), "google.protobuf.") {
			continue
		}
		busy, known := seen[f.Message().FullName()]
		if busy {
			return string(f.Name())
		}
		if known {
			continue
		}
		if again := endless(f.Message(), without, seen); again != "" {
			return again
		}
	}
	seen[m.FullName()] = false
	return ""
}
