package render

import (
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/generator/protofile"
)

// Inits reports whether the method says what the plugin wants to be told.
func (m *Method) Inits() bool { return m.Verb == protofile.Init }

// Held are the fields of the request that the method holds to schemas. One that
// inits is called before they are complete.
func (m *Method) Held() []protoreflect.FieldDescriptor {
	if m.Inits() {
		return nil
	}
	return m.Told
}

// Told reports whether the service is told what a plugin is told.
func (s *Service) Told() bool {
	return s.any(func(m *Method) bool { return m.Inits() || len(m.Told) > 0 })
}

// Told are the names of what the plugin is told, each of which has a schema:
// those of the fields, and options wherever schemas are published.
func (v *View) Told() []string {
	names := v.toldBy(func(m *Method) []protoreflect.FieldDescriptor { return m.Told })
	if v.Inits() && !slices.Contains(names, "options") {
		names = append([]string{"options"}, names...)
	}
	return names
}

// Held are those of Told that any method holds to their schemas.
func (v *View) Held() []string { return v.toldBy((*Method).Held) }

func (v *View) toldBy(fields func(*Method) []protoreflect.FieldDescriptor) []string {
	var names []string
	for _, s := range v.APIs() {
		for _, m := range s.Methods {
			for _, f := range fields(m) {
				names = append(names, string(f.Name()))
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// ToldImports are the packages of generated code that the test of what is told
// names.
func (v *View) ToldImports() []Import {
	var requests []protoreflect.MessageDescriptor
	for _, s := range v.APIs() {
		for _, m := range s.Methods {
			if m.Inits() || len(m.Told) > 0 {
				requests = append(requests, m.Input)
			}
		}
	}
	return v.importsOf(requests...)
}

// SchemaKey is what a schema is called in a plugin's metadata.
func (v *View) SchemaKey(told string) string {
	if told == "secret_data" {
		return "secret_schema"
	}
	return told + "_schema"
}

// Inits reports whether any method says what the plugin wants to be told.
func (v *View) Inits() bool {
	return slices.ContainsFunc(v.APIs(), func(s *Service) bool { return s.any((*Method).Inits) })
}
