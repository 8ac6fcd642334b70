package render

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/protofile"
)

// A Method is one rpc of a Service.
type Method struct {
	*protofile.Method
	Go       string    // its name in Go
	In, Out  string    // Go types, without the star
	Resource *Resource // that it works on; nil: none
	service  *Service
}

// Stub reports whether the method is not answered.
func (m *Method) Stub() bool { return m.Verb == "" }

// rendered reports whether a resource of the Spec has the method in any case. One that
// analyzes and that somebody wrote before there was any stays as it is.
func (m *Method) rendered() bool {
	if m.Go == "Analyze" {
		query := m.Input.Fields().ByName("query")
		return query != nil && query.Message() != nil && query.Message().Name() == "TimeSeriesAnalyzeQuery" &&
			string(m.Input.Name()) == m.service.Proto+"AnalyzeQuery" && m.Output.FullName() == "google.protobuf.Struct"
	}
	return slices.Contains([]string{"Create", "Update", "Delete", "Get", "List", "Stat"}, m.Go)
}

// thirdPerson is a sentence that says what something does, unless a word follows
// that makes its first one a noun: "Tickets are issued."
var (
	thirdPerson = regexp.MustCompile(`^[A-Z][a-z]+s `)
	ofNouns     = regexp.MustCompile(`^\w+ (are|were|is|was|have|had|will|would|can|could|may|might|must|should|do|did|of|in|on|that|which|who|and|or)\b`)
)

// DocLines is the method's comment, by lines, or a sentence that names it.
func (m *Method) DocLines() []string {
	if m.Doc == "" {
		return []string{fmt.Sprintf("%s answers %s.%s.", m.Go, m.service.Proto, m.Name)}
	}
	lines := strings.Split(m.Doc, "\n")
	switch {
	case strings.HasPrefix(lines[0], m.Go+" "):
	case thirdPerson.MatchString(lines[0]) && !ofNouns.MatchString(lines[0]): // "Creates a region." of Create
		lines[0] = m.Go + " " + strings.ToLower(lines[0][:1]) + lines[0][1:]
	default:
		lines = append([]string{fmt.Sprintf("%s answers %s.%s.", m.Go, m.service.Proto, m.Name), ""}, lines...)
	}
	return lines
}

// File is the stem of the file that a method has which was added to a resource.
func (m *Method) File() string {
	return naming.New(m.service.Proto).Snake() + "_" + naming.New(m.Name).Snake() + "_method"
}

// About is the Go name of the field by which the request of a method that was added says
// which resource it is about; empty: it doesn't.
func (m *Method) About() string {
	f := m.Input.Fields().ByName(protoreflect.Name(naming.New(m.service.Proto).Snake() + "_id"))
	if f == nil || f.Kind() != protoreflect.StringKind || f.IsList() || f.HasPresence() {
		return ""
	}
	return protofile.GoField(f)
}

// Imports are the packages of generated code that a method names.
func (m *Method) Imports(v *View) []Import { return v.importsOf(m.Input, m.Output) }

// RequestImports are those that its request needs.
func (m *Method) RequestImports(v *View) []Import { return v.importsOf(m.Input) }

// ReadOnly reports whether the method changes nothing, as the API says (idempotency_level)
// or, as far as they do, names.
func (m *Method) ReadOnly() bool {
	if m.NoSideEffects() {
		return true
	}
	word, _, _ := strings.Cut(naming.New(m.Name).Snake(), "_")
	return slices.Contains([]string{
		"get", "list", "stat", "search", "find", "describe", "read", "fetch", "show", "analyze", "history",
		"count", "check", "watch", "query", "export", "download", "lookup", "range", "status",
	}, word)
}

// Kind is how the method streams: unary, server, client or both.
func (m *Method) Kind() string {
	switch {
	case m.ClientStream && m.ServerStream:
		return "both"
	case m.ClientStream:
		return "client"
	case m.ServerStream:
		return "server"
	default:
		return "unary"
	}
}

// Getter is the Go method that reads a field of a message.
func (m *Method) Getter(f protoreflect.FieldDescriptor) string { return "Get" + protofile.GoField(f) }

// IDGetter reads the identifier from the request.
func (m *Method) IDGetter() string {
	f := m.Input.Fields().ByName(m.Shape.Resource.ID.Name())
	if f == nil {
		return "Get" + protofile.GoField(m.Item) + "().Get" + protofile.GoField(m.Shape.Resource.ID)
	}
	return m.Getter(f)
}

// IDName is what the identifier is called in errors.
func (m *Method) IDName() string {
	if m.Input.Fields().ByName(m.Shape.Resource.ID.Name()) == nil {
		return string(m.Item.Name()) + "." + string(m.Shape.Resource.ID.Name())
	}
	return string(m.Shape.Resource.ID.Name())
}

// Number is the Go expression of a whole number for a field of an answer.
func (m *Method) Number(f protoreflect.FieldDescriptor, value string) string {
	typ := map[protoreflect.Kind]string{protoreflect.Int32Kind: "int32", protoreflect.Int64Kind: "int64"}[f.Kind()]
	if f.HasPresence() {
		return map[string]string{"int32": "proto.Int32", "int64": "proto.Int64"}[typ] + "(" + typ + "(" + value + "))"
	}
	return typ + "(" + value + ")"
}

// Text is the Go expression of a text for a field of an answer.
func (m *Method) Text(f protoreflect.FieldDescriptor, value string) string {
	if f.HasPresence() {
		return "proto.String(" + value + ")"
	}
	return value
}

// GoField is the Go name of a field.
func (m *Method) GoField(f protoreflect.FieldDescriptor) string { return protofile.GoField(f) }

// Source is the Go expression of the message that holds a resource's values.
func (m *Method) Source() string {
	if m.Item != nil {
		return "req." + m.Getter(m.Item) + "()"
	}
	return "req"
}

// GivesResource reports whether the answer is the resource itself.
func (m *Method) GivesResource() bool {
	return m.Output.FullName() == m.Shape.Resource.Message.FullName()
}

// ByID is the field of the request that names one; nil if its item does.
func (m *Method) ByID() protoreflect.FieldDescriptor {
	if f := m.Input.Fields().ByName(m.Shape.Resource.ID.Name()); f != nil {
		return f
	}
	return nil
}

// IDField is the Go expression of the identifier's field in a request, to be
// set: in the request itself, or in the resource that it holds.
func (m *Method) IDField(request string) string {
	if f := m.ByID(); f != nil {
		return request + "." + protofile.GoField(f)
	}
	return request + "." + m.Getter(m.Item) + "()." + protofile.GoField(m.Shape.Resource.ID)
}

// IDText is the Go expression of an identifier for that field.
func (m *Method) IDText(value string) string {
	if f := m.ByID(); f != nil {
		return m.Text(f, value)
	}
	return m.Text(m.Shape.Resource.ID, value)
}

// Masked is a text of the resource that a test changes by a field mask; nil:
// there is none.
func (m *Method) Masked() protoreflect.FieldDescriptor {
	if m.Mask == nil || m.Item == nil {
		return nil
	}
	for _, f := range m.Shape.Resource.Columns() {
		if f.Kind() == protoreflect.StringKind && !f.IsList() && f.ContainingOneof() == nil &&
			!protofile.Behaves(f, annotations.FieldBehavior_OUTPUT_ONLY, annotations.FieldBehavior_IMMUTABLE, annotations.FieldBehavior_INPUT_ONLY) {
			return f
		}
	}
	return nil
}

// Measured is a whole number that requests for a new resource set; nil: there
// is none.
func (m *Method) Measured() protoreflect.FieldDescriptor {
	source := m.Input
	if m.Item != nil {
		source = m.Item.Message()
	}
	for _, f := range m.Shape.Resource.Columns() {
		set := source.Fields().ByName(f.Name())
		if set == nil || set.Kind() != f.Kind() || f.IsList() || f.ContainingOneof() != nil || m.refuses(f) || naming.New(string(f.Name())).Snake() != string(f.Name()) || protofile.Behaves(f, annotations.FieldBehavior_OUTPUT_ONLY) {
			continue
		}
		switch f.Kind() {
		case protoreflect.Int32Kind, protoreflect.Int64Kind, protoreflect.Uint32Kind, protoreflect.Uint64Kind:
			return f
		}
	}
	return nil
}
