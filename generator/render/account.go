package render

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/generator/protofile"
)

// Filled is a Go expression of a request of which apirecordtest sets every field that the
// method does something with; n tells it from others.
func (m *Method) Filled(n string) string { return m.sample("Fill", n) }

// Changed is Filled for a change.
func (m *Method) Changed(n string) string { return m.sample("Change", n) }

// Listed is a Go expression of a request that lists what Filled makes.
func (m *Method) Listed() string {
	if m.Parent != nil && m.Shape.Resource.Named {
		return fmt.Sprintf("apirecordtest.Text(&%s{}, %q, %q)", m.In, string(m.Parent.Name()), m.Shape.Resource.SampleParent())
	}
	return fmt.Sprintf("&%s{}", m.In)
}

func (m *Method) sample(how, n string) string {
	var without strings.Builder
	for _, path := range m.Unwritten {
		fmt.Fprintf(&without, ", %q", path)
	}
	if r := m.Shape.Resource; m.Verb == protofile.Create && m.Item != nil && r.Named {
		fmt.Fprintf(&without, ", %q", string(m.Item.Name()+"."+r.ID.Name())) // no name as the API has them
	}
	made := fmt.Sprintf("apirecordtest.%s(&%s{}, %s%s)", how, m.In, n, without.String())
	if m.Verb == protofile.Create && m.Parent != nil && m.Shape.Resource.Named {
		made = fmt.Sprintf("apirecordtest.Text(%s, %q, %q)", made, string(m.Parent.Name()), m.Shape.Resource.SampleParent())
	}
	return made
}

// refuses reports whether callers must not set a field, of the request or of the resource
// in it.
func (m *Method) refuses(f protoreflect.FieldDescriptor) bool {
	name := string(f.Name())
	if m.Item != nil {
		name = string(m.Item.Name()) + "." + name
	}
	return slices.Contains(m.Unwritten, name)
}

// userProjects is the field of requests in which the platform's mutation handler writes
// the projects of members.
const userProjects = "user_projects"

// FilledByHandler reports whether a field that the method refuses is filled by a handler for some
// callers, with what the store confines them to by itself: only from others it is refused.
func (m *Method) FilledByHandler() bool {
	return m.Resource != nil && m.Resource.Projected() && slices.Contains(m.Unwritten, userProjects)
}

// FilledByHandler is FilledByHandler of a method, for a resource of the Spec.
func (r *Resource) FilledByHandler(method string) bool {
	return r.Projected() && slices.Contains(r.refuses[method], userProjects)
}

// Scoped are the Go expressions of the domain and the workspace that a request names, to
// which the call is confined; empty: it has neither.
func (m *Method) Scoped() string {
	if m.Resource == nil || !m.Resource.Lies("domain_id") {
		return ""
	}
	names, found := []string{`""`, `""`}, false
	for i, name := range []protoreflect.Name{"domain_id", "workspace_id"} {
		if !m.Resource.Lies(string(name)) {
			continue
		}
		if f := oneText(m.Input, name); f != nil {
			names[i], found = "req."+m.Getter(f)+"()", true
		} else if f := oneText(m.source(), name); f != nil {
			names[i], found = m.Source()+"."+m.Getter(f)+"()", true
		}
	}
	if !found {
		return ""
	}
	return strings.Join(names, ", ")
}

func oneText(m protoreflect.MessageDescriptor, name protoreflect.Name) protoreflect.FieldDescriptor {
	f := m.Fields().ByName(name)
	if f == nil || f.IsList() || f.Kind() != protoreflect.StringKind {
		return nil
	}
	return f
}

// beyond gives, by method, the fields of its request that people added to what is
// rendered: nothing is done with them until somebody writes what they are for.
func (f *foreign) beyond(methods []*Method) map[string][]string {
	found := map[string][]string{}
	for _, m := range methods {
		file := f.rendered.FindFileByPath(m.Input.ParentFile().Path())
		if file == nil || !m.rendered() {
			continue
		}
		was := file.Messages().ByName(m.Input.Name())
		for i := range m.Input.Fields().Len() {
			if name := m.Input.Fields().Get(i).Name(); was != nil && was.Fields().ByName(name) == nil {
				found[m.Go] = append(found[m.Go], string(name))
			}
		}
	}
	return found
}

// Refuses are the fields that a method of a resource of the Spec refuses; of any method, if
// none is named.
func (r *Resource) Refuses(method ...string) []string {
	if len(method) == 0 {
		return slices.Concat(slices.Collect(maps.Values(r.refuses))...)
	}
	return r.refuses[method[0]]
}

// Refuses reports whether any method refuses a field.
func (v *View) Refuses() bool {
	return len(v.Partly()) > 0 || slices.ContainsFunc(v.Declared(), func(r *Resource) bool { return len(r.refuses) > 0 })
}
