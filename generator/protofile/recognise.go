package protofile

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// A Verb is what a method does with a resource.
type Verb string

// The verbs that are answered for real; other methods are stubs.
const (
	Create  Verb = "create"
	Update  Verb = "update"
	Delete  Verb = "delete"
	Get     Verb = "get"
	List    Verb = "list"
	Stat    Verb = "stat"
	Analyze Verb = "analyze"
	Enable  Verb = "enable"
	Disable Verb = "disable"
	Tag     Verb = "tag" // sets the tags of many at once
)

// synonyms are the words that methods begin with, the usual one first.
func synonyms() map[Verb][]string {
	return map[Verb][]string{
		Create:  {"create", "register", "add", "insert"},
		Update:  {"update", "modify", "patch", "edit"},
		Delete:  {"delete", "deregister", "remove"},
		Get:     {"get", "describe", "read", "fetch", "show"},
		List:    {"list", "search"},
		Stat:    {"stat"},
		Analyze: {"analyze"},
		Enable:  {"enable"},
		Disable: {"disable"},
	}
}

// A Shape is what was recognised in a method: by its name, and by what its
// messages contain.
type Shape struct {
	Verb     Verb      // empty: a stub
	Why      string    // what was recognised, or what was missing
	Resource *Resource // of a method with a verb

	Item      protoreflect.FieldDescriptor // of the request: the resource itself (AIP-133, AIP-134)
	Mask      protoreflect.FieldDescriptor // of the request: a google.protobuf.FieldMask
	Query     protoreflect.FieldDescriptor // of the request: a Query, StatisticsQuery or (TimeSeries)AnalyzeQuery
	Parent    protoreflect.FieldDescriptor // of the request (AIP-132)
	GivenID   protoreflect.FieldDescriptor // of the request: the identifier that a new one gets
	PageSize  protoreflect.FieldDescriptor // of the request (AIP-158)
	PageToken protoreflect.FieldDescriptor // of the request (AIP-158)
	IDs       protoreflect.FieldDescriptor // of the request: the identifiers of many
	Results   protoreflect.FieldDescriptor // of the answer
	Total     protoreflect.FieldDescriptor // of the answer
	NextToken protoreflect.FieldDescriptor // of the answer (AIP-158)
	State     string                       // the value that enable and disable set
	Different []string                     // fields of the request that are kept as another type: for people to translate
	Required  []string                     // fields of the request without which there is no new one
	OrderBy   protoreflect.FieldDescriptor // of the request: in which order (AIP-132)
	Unwritten []string                     // paths of the request that are refused, until somebody writes what they do

	Told     []protoreflect.FieldDescriptor // of the request: what a plugin is told
	Metadata protoreflect.FieldDescriptor   // of the answer: what a plugin says of itself
}

// A Resource is a message that methods create, list and so on.
type Resource struct {
	Name    string // RegionInfo is of Region
	Message protoreflect.MessageDescriptor
	ID      protoreflect.FieldDescriptor // of Message
	Named   bool                         // its identifier is a resource name (AIP-122)
	Given   bool                         // callers choose its identifier

	Patterns []string // of names, each variable as *: shelves/*/books/*

	Unique []protoreflect.FieldDescriptor // of Message: no two have the same value
}

// maxColumns is the number of fields beyond which no table can hold a message:
// SQLite has 2,000 columns, PostgreSQL 1,600, of which a row that is full must fit
// into 8,160 bytes, with 18 for each text or document that lies elsewhere.
const maxColumns = 400

// recognise finds the resources of an API and what its methods do with them.
func (api *API) recognise() {
	for _, s := range api.Services {
		for _, m := range s.Methods {
			api.guess(s, m)
		}
	}
	for _, s := range api.Services {
		for _, m := range s.Methods {
			if m.Verb != "" && m.Resource == nil {
				m.Resource = s.about(m)
			}
		}
	}
	api.identify()
	for _, s := range api.Services {
		for _, m := range s.Methods {
			m.settle()
		}
	}
	api.chooseIDs()
	api.patterns()
	for _, s := range api.Services {
		for _, m := range s.Methods {
			m.refuseUnused()
		}
	}
	api.dropUnused()
	api.findUnique()
}

// guess takes a method at its word: its verb, and the message that it is about.
func (api *API) guess(s *Service, m *Method) {
	if m.ClientStream || m.ServerStream {
		m.Why = "it streams"
		return
	}
	if marked(m.descriptor, handwrittenMark) {
		m.Why = "its comment says " + handwrittenMark
		return
	}
	words := strings.Split(naming.New(m.Name).Snake(), "_")
	verb := verbOf(words[0])
	if (words[0] == "set" || words[0] == "bulk") && words[len(words)-1] == "tags" {
		verb = Tag
	}
	if verb == "" {
		m.Why = "the verb " + words[0] + " is none that is known"
		return
	}
	var about protoreflect.MessageDescriptor
	switch verb {
	case Create, Get, Update:
		about = m.Output
	case List:
		if m.Results = results(m.Output); m.Results == nil {
			m.Why = "its answer " + string(m.Output.Name()) + " is no list of messages"
			return
		}
		about = m.Results.Message()
	default:
		m.Verb = verb // which resource it is about is settled later
		return
	}
	if wellKnown(about) {
		m.Why = "its answer " + string(m.Output.FullName()) + " is no resource"
		return
	}
	if rest := strings.Join(words[1:], "_"); !fits(rest, s, resourceName(about)) {
		m.Why = fmt.Sprintf("%s is about %s, not %s", m.Name, rest, resourceName(about))
		return
	}
	m.Verb, m.Resource = verb, api.resource(about)
}

func verbOf(word string) Verb {
	for verb, words := range synonyms() {
		if slices.Contains(words, word) {
			return verb
		}
	}
	return ""
}

// fits reports whether the words after a verb speak of a resource.
func fits(rest string, s *Service, resource string) bool {
	name := naming.New(resource)
	return rest == "" || rest == name.Snake() || rest == name.PluralSnake() || rest == naming.New(s.Name).Snake() && s.Name == resource
}

// resourceName is the name of what a message describes: RegionInfo is of Region.
func resourceName(m protoreflect.MessageDescriptor) string {
	name := string(m.Name())
	if short := strings.TrimSuffix(name, "Info"); short != "" && short != name {
		return short
	}
	return name
}

func wellKnown(m protoreflect.MessageDescriptor) bool {
	return Builtin(m.ParentFile().Path()) || m.IsMapEntry()
}

// results is the only list of messages in an answer.
func results(answer protoreflect.MessageDescriptor) protoreflect.FieldDescriptor {
	var found protoreflect.FieldDescriptor
	for i := range answer.Fields().Len() {
		f := answer.Fields().Get(i)
		if !f.IsList() || f.Message() == nil || wellKnown(f.Message()) {
			continue
		}
		if found != nil {
			return nil
		}
		found = f
	}
	return found
}

// resource gives the resource that a message describes.
func (api *API) resource(m protoreflect.MessageDescriptor) *Resource {
	for _, r := range api.Resources {
		if r.Message.FullName() == m.FullName() {
			return r
		}
	}
	r := &Resource{Name: resourceName(m), Message: m}
	api.Resources = append(api.Resources, r)
	return r
}

// identify finds the field by which each resource is told from others.
func (api *API) identify() {
	for _, r := range api.Resources {
		var gets, deletes, updates []protoreflect.MessageDescriptor // what is asked
		for _, s := range api.Services {
			for _, m := range s.Methods {
				switch {
				case m.Resource != r:
				case m.Verb == Get:
					gets = append(gets, m.Input)
				case m.Verb == Delete:
					deletes = append(deletes, m.Input)
				case m.Verb == Update:
					updates = append(updates, m.Input)
				}
			}
		}
		r.ID = identifier(r, slices.Concat(gets, deletes), updates)
	}
}

// identifier is the field that bears the resource's name, if any request names
// it. Else it is the first of the usual names, or of the texts of requests, that
// all requests name; or that one does which asks for no change: the others are
// left to people.
func identifier(r *Resource, asking, changing []protoreflect.MessageDescriptor) protoreflect.FieldDescriptor {
	requests := slices.Concat(asking, changing)
	named := func(f protoreflect.FieldDescriptor, by []protoreflect.MessageDescriptor) (times int) {
		for _, m := range by {
			if text(m, f.Name()) != nil || embedded(m, r.Message) != nil {
				times++
			}
		}
		return times
	}
	if f := text(r.Message, protoreflect.Name(naming.New(r.Name).Snake()+"_id")); f != nil && (len(requests) == 0 || named(f, requests) > 0) {
		return f
	}
	var candidates []protoreflect.FieldDescriptor
	for _, name := range []string{"id", "uid", "uuid", "name", "key"} {
		if f := text(r.Message, protoreflect.Name(name)); f != nil {
			candidates = append(candidates, f)
		}
	}
	for _, request := range requests {
		if f := only(request, r.Message); f != nil {
			candidates = append(candidates, f)
		}
	}
	for _, f := range candidates {
		if named(f, requests) == len(requests) {
			return f
		}
	}
	for i := range asking {
		for _, f := range candidates {
			if named(f, asking[i:i+1]) > 0 {
				return f
			}
		}
	}
	return nil
}

// only is the field of a message that the only text of a request, or the first
// that is called an identifier, names.
func only(request, message protoreflect.MessageDescriptor) protoreflect.FieldDescriptor {
	var first protoreflect.FieldDescriptor
	for i := range request.Fields().Len() {
		f := request.Fields().Get(i)
		if scope(f) || text(request, f.Name()) == nil || text(message, f.Name()) == nil {
			continue
		}
		if strings.HasSuffix(string(f.Name()), "_id") {
			return text(message, f.Name())
		}
		if first == nil {
			first = text(message, f.Name())
		}
	}
	return first
}

// text gives the field of a name if it holds one text.
func text(m protoreflect.MessageDescriptor, name protoreflect.Name) protoreflect.FieldDescriptor {
	f := m.Fields().ByName(name)
	if f == nil || f.Kind() != protoreflect.StringKind || f.IsList() {
		return nil
	}
	return f
}

// scope reports whether a field says whose something is.
func scope(f protoreflect.FieldDescriptor) bool {
	return f.Name() == "domain_id" || f.Name() == "workspace_id"
}

// embedded gives the field of a request that holds the resource itself. Where the
// resource holds one of its own, the request may have that field among others of
// the resource.
func embedded(m, resource protoreflect.MessageDescriptor) protoreflect.FieldDescriptor {
	holds := func(f protoreflect.FieldDescriptor) bool {
		return f != nil && f.Message() != nil && !f.IsList() && f.Message().FullName() == resource.FullName()
	}
	var found protoreflect.FieldDescriptor
	shared := 0
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		kept := resource.Fields().ByName(f.Name())
		if holds(f) && !holds(kept) {
			return f
		}
		if kept != nil {
			shared++
		}
		if holds(f) && found == nil {
			found = f
		}
	}
	if shared > 1 {
		return nil
	}
	return found
}
