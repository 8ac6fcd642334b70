package protofile

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// The verbs that every plugin answers for real.
const (
	Init   Verb = "init"   // says what the plugin wants to be told
	Verify Verb = "verify" // refuses what it could not work with
)

// AsPlugin finds in an API that plugins answer what all of them have in common:
// methods that init and verify, and what requests tell the plugin.
func (api *API) AsPlugin() {
	for _, s := range api.Services {
		for _, m := range s.Methods {
			if m.Verb == "" && !m.ClientStream {
				m.asPlugin(s)
			}
		}
	}
}

func (m *Method) asPlugin(s *Service) {
	m.Told = told(m.Input)
	verb, rest, _ := strings.Cut(naming.New(m.Name).Snake(), "_")
	if known := Verb(verb) == Init || Verb(verb) == Verify; known && (rest == "plugin" || fits(rest, s, s.Name)) {
		if missing := m.shapePlugin(Verb(verb)); missing != "" {
			m.Why = missing
		}
		m.refuseUnused()
	}
	if m.Verb == "" && len(m.Told) > 0 {
		m.Why = "checks " + listed(m.Told) + "; " + m.Why
	}
}

// shapePlugin fills in what a verb of plugins needs of the messages and says what
// is missing.
func (m *Method) shapePlugin(verb Verb) (missing string) {
	metadata, empty := object(m.Output, "metadata"), m.Output.Fields().Len() == 0
	switch {
	case m.ServerStream:
		return "it streams"
	case verb == Init && metadata == nil:
		return fmt.Sprintf("its answer %s has no metadata that is a Struct", m.Output.Name())
	case verb == Verify && len(m.Told) == 0:
		return fmt.Sprintf("its request %s has neither options nor secret_data that are a Struct", m.Input.Name())
	case verb == Verify && metadata == nil && !empty:
		return fmt.Sprintf("its answer %s is not empty and has no metadata that is a Struct", m.Output.Name())
	}
	m.Verb, m.Metadata = verb, metadata
	m.Why = "publishes the schemas of what the plugin is told"
	if verb == Verify {
		m.Why = "holds " + listed(m.Told) + " to their schemas"
	}
	return ""
}

// told are the fields by which a request tells a plugin what to do and what opens
// the account to do it in.
func told(request protoreflect.MessageDescriptor) []protoreflect.FieldDescriptor {
	var fields []protoreflect.FieldDescriptor
	for _, name := range []protoreflect.Name{"options", "secret_data"} {
		if f := object(request, name); f != nil {
			fields = append(fields, f)
		}
	}
	return fields
}

// object gives the field of a name if it is one Struct that stands by itself.
func object(m protoreflect.MessageDescriptor, name protoreflect.Name) protoreflect.FieldDescriptor {
	f := m.Fields().ByName(name)
	if f == nil || f.IsList() || f.Message() == nil || f.Message().FullName() != "google.protobuf.Struct" {
		return nil
	}
	if oneof := f.ContainingOneof(); oneof != nil && !oneof.IsSynthetic() {
		return nil
	}
	return f
}

func listed(fields []protoreflect.FieldDescriptor) string {
	all := make([]string, len(fields))
	for i, f := range fields {
		all[i] = string(f.Name())
	}
	return strings.Join(all, " and ")
}
