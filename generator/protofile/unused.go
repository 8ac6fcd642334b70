package protofile

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// refuseUnused looks for what a request may say and the method does nothing with: no
// column keeps it, no filter asks by it. The method refuses such fields. Where one
// of them is required, or nothing else is left to do, it is a stub.
func (m *Method) refuseUnused() {
	if m.Verb == "" {
		return
	}
	if m.Verb == Create && m.Resource.Named && m.Item != nil && m.Parent == nil && !m.Resource.Rooted() {
		m.stub(fmt.Sprintf("names of %s are as %s, and its request %s has no parent", m.Resource.Name, m.Resource.Patterns[0], m.Input.Name()))
		return
	}
	m.Unwritten = m.unwritten()
	if m.Verb == Init || m.Verb == Verify {
		return
	}
	for _, name := range m.demanded() {
		if slices.Contains(m.Unwritten, name) {
			m.stub(fmt.Sprintf("its field %s is required, and nothing keeps or answers it", name))
			return
		}
	}
	if (m.Verb == Create || m.Verb == Update) && m.void() {
		m.stub(fmt.Sprintf("%s keeps nothing of what its request %s says", m.Resource.Message.Name(), m.Input.Name()))
	}
}

// demanded names the fields that every caller sets, as far as options and comments say.
func (m *Method) demanded() []string {
	var names []string
	optional := anyOptional(m.Input)
	for i := range m.Input.Fields().Len() {
		f := m.Input.Fields().Get(i)
		if Behaves(f, annotations.FieldBehavior_REQUIRED) || optional && f.ContainingOneof() == nil && !marked(f, optionalMark) {
			names = append(names, string(f.Name()))
		}
	}
	return names
}

// void reports whether a request says nothing that is kept, beyond what the
// resource is and whose.
func (m *Method) void() bool {
	said := 0
	for i := range m.Input.Fields().Len() {
		f := m.Input.Fields().Get(i)
		if scope(f) || f == m.Mask || f == m.Parent || f == m.GivenID || f.Name() == m.Resource.ID.Name() || Behaves(f, annotations.FieldBehavior_OUTPUT_ONLY) {
			continue
		}
		if said++; !slices.Contains(m.Unwritten, string(f.Name())) {
			return false
		}
	}
	return said > 0
}

// unwritten gives the paths of the fields that the method does nothing with.
func (m *Method) unwritten() []string {
	var paths []string
	for i := range m.Input.Fields().Len() {
		f := m.Input.Fields().Get(i)
		if Behaves(f, annotations.FieldBehavior_OUTPUT_ONLY) || scope(f) || m.uses(f) {
			continue
		}
		switch {
		case m.keeps():
			paths = append(paths, m.lost(f, string(f.Name()))...)
		case !m.selects() || !m.filters(f):
			paths = append(paths, string(f.Name()))
		}
	}
	if m.Item == nil {
		return paths
	}
	for i := range m.Item.Message().Fields().Len() {
		f := m.Item.Message().Fields().Get(i)
		at := string(m.Item.Name()) + "." + string(f.Name())
		switch {
		case Behaves(f, annotations.FieldBehavior_OUTPUT_ONLY, annotations.FieldBehavior_IDENTIFIER) || scope(f):
		case m.Verb == Create && f.Name() == m.Resource.ID.Name():
			if !m.Resource.Named {
				paths = append(paths, at)
			}
		case m.Verb == Create && common(f.Name()):
			paths = append(paths, at)
		}
	}
	return paths
}

// keeps reports whether what the request says goes into columns.
func (m *Method) keeps() bool {
	return m.Item == nil && (m.Verb == Create || m.Verb == Update || m.Verb == Tag)
}

// selects reports whether a request's own fields say which resources are meant, beside
// its query.
func (m *Method) selects() bool { return m.Verb == List || m.Verb == Stat || m.Verb == Analyze }

// Selects reports whether a request has fields that select, beside its query and what
// says whose the resources are.
func (m *Method) Selects() bool {
	for i := range m.Input.Fields().Len() {
		if f := m.Input.Fields().Get(i); m.selects() && !scope(f) && !m.uses(f) && m.filters(f) {
			return true
		}
	}
	return false
}

// uses reports whether a field of the request says what the method works on, or how.
func (m *Method) uses(f protoreflect.FieldDescriptor) bool {
	if m.Verb == Init || m.Verb == Verify {
		// What the platform calls the schema of secret_data goes without saying: a plugin has one.
		return slices.Contains(m.Told, f) || f == text(m.Input, "schema")
	}
	switch f {
	case m.Item, m.Mask, m.Query, m.IDs:
		return true
	case m.Parent:
		return m.Resource.Named
	case m.GivenID:
		return m.Item != nil || !m.Resource.Named
	case m.PageSize, m.PageToken:
		return m.Pages()
	case m.OrderBy:
		return true
	}
	if f.Name() != m.Resource.ID.Name() {
		return false
	}
	return m.Verb != Create && m.Verb != List && m.Verb != Stat && m.Verb != Analyze && m.Verb != Tag
}

// Pages reports whether the method lists in pages by token.
func (m *Method) Pages() bool {
	return m.Query == nil && m.PageSize != nil && m.PageToken != nil && m.NextToken != nil
}

// lost gives what of a field's value no column keeps: the field itself, or paths below
// it, of messages that have more fields than what is kept.
func (m *Method) lost(f protoreflect.FieldDescriptor, at string) []string {
	kept := m.Resource.keeper(f)
	if m.Verb != Create && kept == nil && common(f.Name()) && m.Resource.Message.Fields().ByName(f.Name()) != nil {
		return nil // may be said, but not changed
	}
	if kept == nil || !alike(f, kept) {
		return []string{at}
	}
	return beyond(f, kept, at, nil)
}

// keeper is the field of the resource whose column keeps a field of a request; nil if
// there is none.
func (r *Resource) keeper(f protoreflect.FieldDescriptor) protoreflect.FieldDescriptor {
	for _, c := range r.Columns() {
		if columnKey(c.Name()) == columnKey(f.Name()) {
			return c
		}
	}
	return nil
}

// columnKey is a field's name without what differs between styles, as the service
// compares them.
func columnKey(name protoreflect.Name) string {
	return strings.ToLower(strings.ReplaceAll(string(name), "_", ""))
}

// beyond gives the paths below a field that the message which is kept does not have,
// or has as something else.
func beyond(f, kept protoreflect.FieldDescriptor, at string, seen []protoreflect.FullName) []string {
	if f.IsMap() && kept.IsMap() {
		return beyond(f.MapValue(), kept.MapValue(), at, seen)
	}
	if f.Message() == nil || f.IsMap() || kept.IsMap() || kept.Message() == nil {
		return nil
	}
	is, was := f.Message(), kept.Message()
	if is.FullName() == was.FullName() || builtinJSON(is) || builtinJSON(was) || slices.Contains(seen, is.FullName()) {
		return nil
	}
	seen = append(seen, is.FullName())
	var paths []string
	for i := range is.Fields().Len() {
		one := is.Fields().Get(i)
		below := at + "." + string(one.Name())
		other := was.Fields().ByName(one.Name())
		if other == nil || !alike(one, other) {
			paths = append(paths, below)
			continue
		}
		paths = append(paths, beyond(one, other, below, seen)...)
	}
	return paths
}

// builtinJSON reports whether a message has no fields of its own in JSON.
func builtinJSON(m protoreflect.MessageDescriptor) bool {
	return strings.HasPrefix(string(m.FullName()), "google.protobuf.")
}

// filters reports whether a field of a list's or a statistic's request asks by a column: for what has its value or,
// if it is a list, any of its values.
func (m *Method) filters(f protoreflect.FieldDescriptor) bool {
	if f.IsMap() || f.Message() != nil {
		return false
	}
	var of protoreflect.FieldDescriptor
	for i := range m.Resource.Message.Fields().Len() {
		if one := m.Resource.Message.Fields().Get(i); columnKey(one.Name()) == columnKey(f.Name()) {
			of = one
		}
	}
	switch {
	case of == nil || of.IsMap():
		return false
	case common(of.Name()), of.Message() != nil && of.Message().FullName() == "google.protobuf.Timestamp" && !of.IsList():
		return f.Kind() == protoreflect.StringKind || f.Kind() == protoreflect.Int64Kind
	case of.Message() != nil:
		return false
	default:
		return class(f) == class(of)
	}
}

// class is what the query language compares values of a field as.
func class(f protoreflect.FieldDescriptor) string {
	switch f.Kind() {
	case protoreflect.StringKind, protoreflect.EnumKind:
		return "text"
	case protoreflect.BytesKind:
		return "bytes"
	case protoreflect.BoolKind:
		return "truth"
	default:
		return "number"
	}
}

// orderBy is the field of a list's request that says in which order (AIP-132).
func (m *Method) orderBy() protoreflect.FieldDescriptor {
	f := text(m.Input, "order_by")
	if m.Query != nil || f == nil || m.Resource.Message.Fields().ByName(f.Name()) != nil {
		return nil
	}
	return f
}

// holdsAll reports whether every number of one kind is one of another.
func holdsAll(kept, f protoreflect.Kind) bool {
	bits := map[protoreflect.Kind]int{ // of whole numbers; below 0: no negative ones
		protoreflect.Int32Kind: 32, protoreflect.Sint32Kind: 32, protoreflect.Sfixed32Kind: 32,
		protoreflect.Int64Kind: 64, protoreflect.Sint64Kind: 64, protoreflect.Sfixed64Kind: 64,
		protoreflect.Uint32Kind: -32, protoreflect.Fixed32Kind: -32, protoreflect.Uint64Kind: -64, protoreflect.Fixed64Kind: -64,
	}
	of, in := bits[f], bits[kept]
	switch {
	case of == 0 && in == 0: // both have a point
		return f == kept || kept == protoreflect.DoubleKind
	case of == 0:
		return false
	case in == 0:
		return kept == protoreflect.DoubleKind && (of == 32 || of == -32)
	case of < 0 && in < 0:
		return in <= of
	case of < 0:
		return in > -of
	case in < 0:
		return false
	default:
		return in >= of
	}
}
