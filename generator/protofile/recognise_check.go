package protofile

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// settle holds a method to its guess: do its messages contain what the verb
// needs?
func (m *Method) settle() {
	if m.Verb == "" {
		return
	}
	if m.Resource == nil {
		m.stub("the service has no resource that it could be about")
		return
	}
	r := m.Resource
	switch {
	case r.ID == nil:
		m.stub(fmt.Sprintf("%s has no field that identifies it and that requests name", r.Message.Name()))
	case r.unfit() != "":
		m.stub(r.unfit())
	default:
		if missing := m.shape(); missing != "" {
			m.stub(missing)
		}
	}
}

func (m *Method) stub(why string) { m.Shape = Shape{Why: why} }

// about finds the resource of a method whose answer does not say: by the words
// after its verb, or the only one of the service.
func (s *Service) about(m *Method) *Resource {
	_, rest, _ := strings.Cut(naming.New(m.Name).Snake(), "_")
	if m.Verb == Tag {
		rest = ""
	}
	var own []*Resource
	for _, other := range s.Methods {
		if other.Resource == nil || slices.Contains(own, other.Resource) {
			continue
		}
		if rest != "" && fits(rest, s, other.Resource.Name) {
			return other.Resource
		}
		own = append(own, other.Resource)
	}
	if rest != "" {
		return nil
	}
	for _, r := range own {
		if r.Name == s.Name {
			return r
		}
	}
	if len(own) > 0 {
		return own[0]
	}
	return nil
}

// shape fills in what the verb needs of the messages and says what is missing.
func (m *Method) shape() (missing string) {
	r, in := m.Resource, m.Input
	byID := text(in, r.ID.Name())
	m.Item = embedded(in, r.Message)
	switch m.Verb {
	case Create:
		return m.shapeCreate(byID)
	case Update:
		if byID == nil && m.Item == nil {
			return fmt.Sprintf("its request %s has no %s", in.Name(), r.ID.Name())
		}
		m.Mask = message(in, "google.protobuf.FieldMask")
		m.Required = m.declared(func(f protoreflect.FieldDescriptor) bool {
			return f != m.Item && f != m.Mask && f.Name() != r.ID.Name() && !Behaves(f, annotations.FieldBehavior_IMMUTABLE)
		})
		m.Different = different(in, r.Message)
		m.Why = fmt.Sprintf("changes the %s whose %s it names", r.Name, r.ID.Name())
	case Delete, Get:
		if byID == nil {
			return fmt.Sprintf("its request %s has no %s", in.Name(), r.ID.Name())
		}
		if out := m.Output; m.Verb == Delete && out.FullName() != "google.protobuf.Empty" && out.FullName() != r.Message.FullName() && out.Fields().Len() > 0 {
			return fmt.Sprintf("its answer %s is neither empty nor the %s", out.Name(), r.Name)
		}
		m.Why = fmt.Sprintf("by %s", r.ID.Name())
	case List:
		m.shapeList()
	case Stat:
		if m.Query = query(in, ".StatisticsQuery"); m.Query == nil || m.Output.FullName() != "google.protobuf.Struct" {
			return "it does not take a StatisticsQuery and give a Struct"
		}
		m.Why = "a statistic over " + r.Name
	case Analyze:
		if m.Query = query(in, ".AnalyzeQuery", ".TimeSeriesAnalyzeQuery"); m.Query == nil || m.Output.FullName() != "google.protobuf.Struct" {
			return "it does not take an AnalyzeQuery and give a Struct"
		}
		m.Why = "an analysis of " + r.Name
	case Enable, Disable:
		if byID == nil || m.Output.FullName() != r.Message.FullName() {
			return fmt.Sprintf("it does not take %s and give %s", r.ID.Name(), r.Message.Name())
		}
		if m.State = state(r.Message, m.Verb); m.State == "" {
			return fmt.Sprintf("%s has no state that says so", r.Message.Name())
		}
		m.Why = "sets state to " + m.State
	case Tag:
		return m.shapeTag()
	}
	return ""
}

func (m *Method) shapeTag() (missing string) {
	r, in := m.Resource, m.Input
	m.IDs = in.Fields().ByName(r.ID.Name() + "s")
	if m.IDs == nil || !m.IDs.IsList() || m.IDs.Kind() != protoreflect.StringKind {
		return fmt.Sprintf("its request %s has no list %ss", in.Name(), r.ID.Name())
	}
	tags, kept := in.Fields().ByName("tags"), r.Message.Fields().ByName("tags")
	if tags == nil || kept == nil || !alike(tags, kept) {
		return fmt.Sprintf("its request %s has no tags as %s has them", in.Name(), r.Message.Name())
	}
	if m.Results = results(m.Output); m.Output.Fields().Len() > 0 && (m.Results == nil || m.Results.Message().FullName() != r.Message.FullName()) {
		return fmt.Sprintf("its answer %s is neither empty nor a list of %s", m.Output.Name(), r.Name)
	}
	m.Total = integer(m.Output, "total_count", "total_size", "total")
	m.Why = fmt.Sprintf("sets tags of those that %s names", m.IDs.Name())
	return ""
}

func (m *Method) shapeCreate(byID protoreflect.FieldDescriptor) (missing string) {
	r, in := m.Resource, m.Input
	m.GivenID = byID
	if m.Item != nil {
		m.GivenID = text(in, protoreflect.Name(naming.New(r.Name).Snake()+"_id"))
		m.Parent = text(in, "parent")
		m.Required = append([]string{string(m.Item.Name())}, m.declared(func(f protoreflect.FieldDescriptor) bool { return f != m.Item })...)
		m.Why = fmt.Sprintf("%s holds the new %s", m.Item.Name(), r.Name)
		return ""
	}
	shared := 0
	for i := range in.Fields().Len() {
		f := in.Fields().Get(i)
		if kept := r.Message.Fields().ByName(f.Name()); kept != nil && alike(f, kept) {
			shared++
		}
	}
	m.Required = m.declared(func(protoreflect.FieldDescriptor) bool { return true })
	if shared == 0 && in.Fields().Len() > 0 {
		return fmt.Sprintf("its request %s has no field of %s", in.Name(), r.Message.Name())
	}
	m.Different = different(in, r.Message)
	m.Why = fmt.Sprintf("%d of the fields of %s", shared, r.Message.Name())
	if len(m.Different) > 0 {
		m.Why += "; to be translated: " + strings.Join(m.Different, ", ")
	}
	return ""
}

// declared names the fields of a request that its author says are required, of
// those that are wanted: by field_behavior or, in a request for a new resource
// that says so of any field, by not being +optional.
func (m *Method) declared(wanted func(protoreflect.FieldDescriptor) bool) []string {
	var names []string
	optional := m.Verb == Create && m.Item == nil && anyOptional(m.Input)
	for i := range m.Input.Fields().Len() {
		f := m.Input.Fields().Get(i)
		if !wanted(f) || scope(f) || f.ContainingOneof() != nil || Behaves(f, annotations.FieldBehavior_OUTPUT_ONLY) {
			continue
		}
		if Behaves(f, annotations.FieldBehavior_REQUIRED) || optional && !marked(f, optionalMark) && tellable(f) {
			names = append(names, string(f.Name()))
		}
	}
	return names
}

func (m *Method) shapeList() {
	in := m.Input
	m.Query, m.Parent = query(in, ".Query"), text(in, "parent")
	m.PageSize, m.PageToken = integer(in, "page_size"), text(in, "page_token")
	m.Total, m.NextToken = integer(m.Output, "total_count", "total_size", "total"), text(m.Output, "next_page_token")
	m.OrderBy = m.orderBy()
	m.Why = fmt.Sprintf("%s holds a list of %s", m.Results.Name(), m.Resource.Name)
	switch {
	case m.Query != nil:
		m.Why += ", selected by " + string(m.Query.Message().FullName())
	case m.Pages():
		m.Why += ", in pages by token"
	}
}

// different names the fields of a request that a resource has as another type.
func different(in, resource protoreflect.MessageDescriptor) []string {
	var names []string
	for i := range in.Fields().Len() {
		f := in.Fields().Get(i)
		if kept := resource.Fields().ByName(f.Name()); kept != nil && !alike(f, kept) {
			names = append(names, string(f.Name()))
		}
	}
	return names
}

// alike reports whether every value of one field can be kept as the other: lists as
// lists, plain values as plain values (a number as a text, too), messages as
// messages, one of a oneof as one of a oneof.
func alike(f, kept protoreflect.FieldDescriptor) bool {
	if inOneof(kept) && !inOneof(f) {
		return false // two of them could be set
	}
	if f.IsMap() || kept.IsMap() {
		return f.Message() != nil && kept.Message() != nil && !f.IsList() && !kept.IsList() && (f.IsMap() || json(f) == "object") && (kept.IsMap() || json(kept) == "object")
	}
	if f.IsList() != kept.IsList() || (f.Message() == nil) != (kept.Message() == nil) {
		return false
	}
	if f.Message() != nil {
		return json(f) == json(kept)
	}
	number := func(f protoreflect.FieldDescriptor) bool {
		switch f.Kind() {
		case protoreflect.StringKind, protoreflect.BytesKind, protoreflect.EnumKind, protoreflect.BoolKind:
			return false
		default:
			return true
		}
	}
	if f.Enum() != nil && kept.Enum() != nil {
		return hasValues(kept.Enum(), f.Enum())
	}
	return f.Kind() == kept.Kind() || kept.Kind() == protoreflect.StringKind && !f.IsList() || number(f) && number(kept) && holdsAll(kept.Kind(), f.Kind())
}

// hasValues reports whether an enum has all values of another, by their names.
func hasValues(enum, other protoreflect.EnumDescriptor) bool {
	for i := range other.Values().Len() {
		if v := other.Values().Get(i); v.Number() != 0 && enum.Values().ByName(v.Name()) == nil {
			return false
		}
	}
	return true
}

// json is what a message is in JSON: an object, unless it has a form of its own.
func json(f protoreflect.FieldDescriptor) string {
	name := f.Message().FullName()
	if name == "google.protobuf.Struct" || !strings.HasPrefix(string(name), "google.protobuf.") {
		return "object"
	}
	return string(name)
}

// query is the field by which a request asks in the query language.
func query(m protoreflect.MessageDescriptor, kinds ...string) protoreflect.FieldDescriptor {
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		if f.Message() == nil || f.IsList() {
			continue
		}
		name := string(f.Message().FullName())
		if strings.HasPrefix(name, "spaceone.api.core.v") && slices.ContainsFunc(kinds, func(kind string) bool { return strings.HasSuffix(name, kind) }) {
			return f
		}
	}
	return nil
}

// message is the first field of a message type.
func message(m protoreflect.MessageDescriptor, name protoreflect.FullName) protoreflect.FieldDescriptor {
	for i := range m.Fields().Len() {
		if f := m.Fields().Get(i); f.Message() != nil && !f.IsList() && f.Message().FullName() == name {
			return f
		}
	}
	return nil
}

// integer is the first field of the names that holds a whole number.
func integer(m protoreflect.MessageDescriptor, names ...protoreflect.Name) protoreflect.FieldDescriptor {
	for _, name := range names {
		f := m.Fields().ByName(name)
		if f != nil && !f.IsList() && (f.Kind() == protoreflect.Int32Kind || f.Kind() == protoreflect.Int64Kind) {
			return f
		}
	}
	return nil
}

// state is the value of the field state that a verb sets.
func state(m protoreflect.MessageDescriptor, verb Verb) string {
	f := m.Fields().ByName("state")
	if f == nil || f.Enum() == nil || f.IsList() {
		return ""
	}
	words := map[Verb][]string{Enable: {"ENABLED", "ACTIVE", "ENABLE"}, Disable: {"DISABLED", "INACTIVE", "DISABLE"}}[verb]
	for _, word := range words {
		for i := range f.Enum().Values().Len() {
			name := string(f.Enum().Values().Get(i).Name())
			if name == word || strings.HasSuffix(name, "_"+word) {
				return name
			}
		}
	}
	return ""
}

// tellable reports whether a field that was left out can be told from zero.
func tellable(f protoreflect.FieldDescriptor) bool {
	switch {
	case f.IsList(), f.IsMap(), f.HasPresence():
		return true
	default:
		return f.Kind() == protoreflect.StringKind || f.Kind() == protoreflect.BytesKind || f.Kind() == protoreflect.EnumKind
	}
}

// chooseIDs marks the resources whose identifiers callers choose, or are resource names.
func (api *API) chooseIDs() {
	for _, s := range api.Services {
		for _, m := range s.Methods {
			if m.Verb != Create {
				continue
			}
			m.Resource.Named = m.Resource.Named || m.Item != nil && m.Resource.ID.Name() == "name"
			m.Resource.Given = m.Resource.Given || m.GivenID != nil
		}
	}
}

// dropUnused leaves out resources that nothing is done with, and gives each a name of its own.
func (api *API) dropUnused() {
	used := map[*Resource]bool{}
	for _, s := range api.Services {
		seen := map[string]bool{}
		for _, m := range s.Methods {
			if m.Verb == "" {
				continue
			}
			if key := string(m.Verb) + " " + string(m.Resource.Message.FullName()); seen[key] && m.Verb != List && m.Verb != Get {
				m.stub("another method does it")
				continue
			} else {
				seen[key] = true
			}
			used[m.Resource] = true
		}
	}
	api.Resources = slices.DeleteFunc(api.Resources, func(r *Resource) bool { return !used[r] })
	slices.SortFunc(api.Resources, func(a, b *Resource) int {
		return strings.Compare(string(a.Message.FullName()), string(b.Message.FullName()))
	})
	taken := map[string]bool{}
	for _, r := range api.Resources {
		for taken[strings.ToLower(naming.New(r.Name).Pascal())] {
			r.Name += "Record"
		}
		taken[strings.ToLower(naming.New(r.Name).Pascal())] = true
	}
}
