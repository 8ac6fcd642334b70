package render

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// An Import is a line of a Go file's imports.
type Import struct{ Alias, Path string }

// Own is the API that people brought themselves.
type Own struct {
	Protos protofile.Sources // by import path
	Record []byte            // what stands at RecordPath, of the last render
}

// A Service is a service of an API that was not rendered from the Spec.
type Service struct {
	naming.Name
	Type      string // its Go name in the layers
	Proto     string // its name in the API
	ProtoGo   string // its name in generated code
	Doc       string
	Methods   []*Method
	Resources []*Resource // that its methods work on
	HTTP      bool        // it has a REST form
	Import    Import      // of its generated code
}

// A Method is one rpc of a Service.
type Method struct {
	*protofile.Method
	Go       string // its name in Go
	In, Out  string // Go types, without the star
	Resource *Resource
	service  *Service
}

// foreign is what a View has of an API that was not rendered from the Spec.
type foreign struct {
	api      *protofile.API
	files    linker.Files
	sources  protofile.Sources // people's own
	services []*Service
}

// newForeign compiles people's protos, beside those that the Spec is rendered
// to, and finds what can be made of them.
func newForeign(ctx context.Context, v *View, own, rendered protofile.Sources) (*foreign, error) {
	f := &foreign{sources: own, api: new(protofile.API)}
	if len(own) == 0 {
		return f, nil
	}
	all := protofile.Sources{}
	for at, text := range rendered {
		all[at] = text
	}
	for at, text := range own {
		all[at] = text
	}
	files, err := protofile.Compile(ctx, all)
	if err != nil {
		return nil, err
	}
	f.files = files
	f.api = protofile.ReadAPI(files, v.Package, f.owns)
	return f, nil
}

func (f *foreign) owns(at string) bool { _, own := f.sources[at]; return own }

// takenTypes are types of the layers that services and resources of people's
// APIs must not be called.
func takenTypes() []string {
	return []string{"Services", "Guards", "Census", "Counter", "Scope", "Managers", "Connectors", "Deps", "Dispatcher", "Streamer"}
}

// addForeign puts the services and resources of people's protos into the view.
func (v *View) addForeign(f *foreign, was *record) (err error) {
	v.foreign = f
	taken := map[string]bool{}
	for _, name := range takenTypes() {
		taken[strings.ToLower(name)] = true
	}
	for _, r := range v.Resources {
		taken[strings.ToLower(r.Pascal())] = true
	}
	for _, part := range slices.Concat(v.Services, v.Managers, v.Connectors) {
		taken[strings.ToLower(part.Pascal())] = true
	}
	if len(f.api.Services) > 0 && len(v.Resources) == 0 {
		// A package need not lie where its name says.
		v.APIImport, _ = protofile.GoImport(v.Module, f.api.Services[0].File)
	}
	made := map[*protofile.Resource]*Resource{}
	for _, r := range f.api.Resources {
		name := r.Name
		for taken[strings.ToLower(naming.New(name).Pascal())] || naming.CheckResource(name) != nil && !strings.HasSuffix(name, "RecordRecord") {
			name += "Record"
		}
		if made[r], err = newForeignResource(v, r, name, was.of(string(r.Message.FullName()))); err != nil {
			return err
		}
		v.Resources = append(v.Resources, made[r])
	}
	for _, s := range f.api.Services {
		one := &Service{Proto: s.Name, ProtoGo: naming.ProtoGoType(s.Name), Doc: s.Doc}
		one.Name = naming.New(s.Name)
		at, pkg := protofile.GoImport(v.Module, s.File)
		one.Import = Import{v.alias(at, pkg), at}
		one.Type = one.Pascal()
		for taken[strings.ToLower(one.Type)] {
			one.Name = naming.New(s.Name + "_api")
			one.Type = one.Pascal()
			if taken[strings.ToLower(one.Type)] {
				one.Name, one.Type = naming.New(s.Name+"_api_service"), one.Type+"Service"
			}
		}
		taken[strings.ToLower(one.Type)] = true
		for _, m := range s.Methods {
			method := &Method{
				Method: m, Go: naming.ProtoGoType(m.Name), service: one, Resource: made[m.Shape.Resource],
				In: v.goType(m.Input), Out: v.goType(m.Output),
			}
			one.Methods = append(one.Methods, method)
			one.HTTP = one.HTTP || m.HTTP
			if r := method.Resource; r != nil && !slices.Contains(one.Resources, r) {
				one.Resources = append(one.Resources, r)
			}
		}
		v.foreign.services = append(v.foreign.services, one)
	}
	return nil
}

func newForeignResource(v *View, r *protofile.Resource, name string, was *recordedResource) (*Resource, error) {
	id := naming.New(string(r.ID.Name()))
	s := spec.Resource{Name: name}
	for _, f := range r.Columns() {
		s.Fields = append(s.Fields, foreignField(f))
	}
	fields, renames, err := was.follow(s.Fields)
	if err != nil {
		return nil, err
	}
	s.Fields = fields
	res := newResource(v, s)
	res.Foreign, res.Renames = r, renames
	res.IDField, res.IDGo, res.IDProtoGo = id.Snake(), id.Pascal(), protofile.GoField(r.ID)
	res.Message = v.goType(r.Message)
	return res, nil
}

// foreignField is a field of people's API as the Spec would have it.
func foreignField(f protoreflect.FieldDescriptor) spec.Field {
	out := spec.Field{Name: naming.New(string(f.Name())).Snake(), Number: int(f.Number()), Since: 1, Repeated: f.IsList()}
	out.Keyword = f.Name() == "name" && f.Kind() == protoreflect.StringKind && !f.IsList()
	switch f.Kind() {
	case protoreflect.StringKind, protoreflect.BytesKind:
		out.Type = spec.String
	case protoreflect.BoolKind:
		out.Type = spec.Bool
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		out.Type = spec.Double
	case protoreflect.EnumKind:
		out.Type = spec.Enum
	case protoreflect.MessageKind, protoreflect.GroupKind:
		switch {
		case f.Message().FullName() == "google.protobuf.Timestamp" && !f.IsList():
			out.Type = spec.Timestamp
		case f.IsMap() || !strings.HasPrefix(string(f.Message().FullName()), "google.protobuf.") || f.Message().FullName() == "google.protobuf.Struct":
			out.Type, out.Repeated = spec.Struct, f.IsList()
		default: // what JSON has for it may be of any type
			out.Type, out.Repeated = spec.JSON, false
		}
	default:
		out.Type = spec.Int
	}
	return out
}

// goType is a message's Go type as the layers write it.
func (v *View) goType(m protoreflect.MessageDescriptor) string {
	at, name := protofile.GoImport(v.Module, m.ParentFile())
	local := strings.TrimPrefix(string(m.FullName()), string(m.ParentFile().Package())+".")
	return v.alias(at, name) + "." + naming.ProtoGoType(local)
}

// alias is what a package of generated code is called in the layers.
func (v *View) alias(at, name string) string {
	switch {
	case at == v.APIImport:
		return "api"
	case strings.HasSuffix(name, "pb"):
		return name
	case slices.Contains([]string{"corev1", "corev2"}, name):
		return name
	default:
		return name + "pb"
	}
}

// APIs are the services of people's own protos.
func (v *View) APIs() []*Service { return v.foreign.services }

// Declared are the resources of the Spec.
func (v *View) Declared() []*Resource {
	var own []*Resource
	for _, r := range v.Resources {
		if r.Foreign == nil {
			own = append(own, r)
		}
	}
	return own
}

// Calls reports whether there is an API beyond what every service has.
func (v *View) Calls() bool { return len(v.Declared())+len(v.APIs()) > 0 }

// Stats reports whether any method gives statistics.
func (v *View) Stats() bool {
	return len(v.Declared()) > 0 || v.does(protofile.Stat)
}

func (v *View) does(verb protofile.Verb) bool {
	return slices.ContainsFunc(v.APIs(), func(s *Service) bool {
		return slices.ContainsFunc(s.Methods, func(m *Method) bool { return m.Verb == verb })
	})
}

// Brings reports whether people's protos have a file.
func (v *View) Brings(at string) bool { return v.foreign.owns(at) }

// NeedsQuery reports whether the query language's own messages are emitted.
func (v *View) NeedsQuery() bool {
	const at = "spaceone/api/core/v2/query.proto"
	if v.Brings(at) {
		return false
	}
	if len(v.Spec.Resources) > 0 {
		return true
	}
	for _, text := range v.foreign.sources {
		if strings.Contains(string(text), at) {
			return true
		}
	}
	return false
}

// Mappings are the options by which plugins put the code of people's protos
// into the module.
func (v *View) Mappings() []string {
	if v.foreign.files == nil {
		return nil
	}
	return protofile.Mappings(v.foreign.files, v.Module, v.foreign.owns)
}

// ServedImports are the packages of generated code that have the services.
func (v *View) ServedImports(rest bool) []Import {
	found := map[string]Import{}
	if len(v.Declared()) > 0 {
		found[v.APIImport] = Import{"api", v.APIImport}
	}
	for _, s := range v.APIs() {
		if s.HTTP || !rest {
			found[s.Import.Path] = s.Import
		}
	}
	return sorted(found)
}

// Own are people's protos, by path.
func (v *View) Own() []string { return v.foreign.sources.Paths() }

// generatedImports lists the packages of other modules that the code of
// people's protos imports.
func (v *View) generatedImports() []string {
	var imports []string
	http := false
	for _, file := range v.foreign.files {
		if !v.foreign.owns(file.Path()) {
			continue
		}
		for i := range file.Imports().Len() {
			at, _ := protofile.GoImport(v.Module, file.Imports().Get(i).FileDescriptor)
			if at != v.Module && !strings.HasPrefix(at, v.Module+"/") {
				imports = append(imports, at)
			}
		}
		http = http || protofile.HasHTTP(file)
	}
	if http {
		imports = append(imports, gatewayImports()...)
	}
	return imports
}

// Imports are the packages of generated code that the service's methods name.
func (s *Service) Imports(v *View) []Import {
	found := map[string]Import{}
	for _, m := range s.Methods {
		for _, d := range []protoreflect.MessageDescriptor{m.Input, m.Output} {
			at, name := protofile.GoImport(v.Module, d.ParentFile())
			found[at] = Import{v.alias(at, name), at}
		}
	}
	return sorted(found)
}

func sorted(found map[string]Import) []Import {
	var list []Import
	for _, i := range found {
		if path.Base(i.Path) == i.Alias {
			i.Alias = ""
		}
		list = append(list, i)
	}
	slices.SortFunc(list, func(a, b Import) int { return strings.Compare(a.Path, b.Path) })
	return list
}

// File is the stem of the service's file.
func (s *Service) File() string { return (&Resource{Name: s.Name}).File() }

// Local is the stem of unexported Go names.
func (s *Service) Local() string { return (&Resource{Name: s.Name}).Local() }

// Title is the service in running text.
func (s *Service) Title() string { return strings.ReplaceAll(s.Snake(), "_", " ") }

// Streams reports whether any method streams.
func (s *Service) Streams() bool {
	return slices.ContainsFunc(s.Methods, func(m *Method) bool { return m.ClientStream || m.ServerStream })
}

// Unary are the methods that do not stream.
func (s *Service) Unary() []*Method {
	return slices.DeleteFunc(slices.Clone(s.Methods), func(m *Method) bool { return m.ClientStream || m.ServerStream })
}

// Works reports whether a method is answered for real.
func (s *Service) Works() bool {
	return slices.ContainsFunc(s.Methods, func(m *Method) bool { return m.Verb != "" })
}

// Stubs reports whether any method is not answered.
func (s *Service) Stubs() bool {
	return slices.ContainsFunc(s.Methods, func(m *Method) bool { return m.Verb == "" })
}

// Do reports whether any method has a verb.
func (s *Service) Do(verb string) bool {
	return slices.ContainsFunc(s.Methods, func(m *Method) bool { return string(m.Verb) == verb })
}

// Of gives the method that does something with a resource, or nil.
func (s *Service) Of(verb string, r *Resource) *Method {
	for _, m := range s.Methods {
		if string(m.Verb) == verb && m.Resource == r {
			return m
		}
	}
	return nil
}

// Stub reports whether the method is not answered.
func (m *Method) Stub() bool { return m.Verb == "" }

// DocLines is the method's comment, by lines, or a sentence that names it.
func (m *Method) DocLines() []string {
	if m.Doc == "" {
		return []string{fmt.Sprintf("%s answers %s.%s.", m.Go, m.service.Proto, m.Name)}
	}
	lines := strings.Split(m.Doc, "\n")
	if !strings.HasPrefix(lines[0], m.Go+" ") {
		lines[0] = m.Go + ": " + lines[0]
	}
	return lines
}

// ReadOnly reports whether the method changes nothing, as far as names say.
func (m *Method) ReadOnly() bool {
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

// NeedsProto reports whether the service's answers need package proto.
func (s *Service) NeedsProto() bool {
	return slices.ContainsFunc(s.Methods, func(m *Method) bool {
		return m.Verb == protofile.List && (m.Total != nil && m.Total.HasPresence() || m.NextToken != nil && m.NextToken.HasPresence())
	})
}

// Tested are the resources that a test can make and get back.
func (s *Service) Tested() []*Resource {
	var out []*Resource
	for _, r := range s.Resources {
		if s.Of("create", r) != nil && s.Of("get", r) != nil {
			out = append(out, r)
		}
	}
	return out
}

// Many is several of the resource, as the stem of an unexported name.
func (r *Resource) Many() string { return r.PluralCamel() }

// PluralCamel is the resource's plural as in the names of AIP-122: cloudServices.
func (r *Resource) PluralCamel() string { return naming.New(r.PluralSnake()).Camel() }

// MessageImport is where the resource's message is from.
func (v *View) MessageImport(r *Resource) Import {
	at, name := protofile.GoImport(v.Module, r.Foreign.Message.ParentFile())
	return sorted(map[string]Import{at: {v.alias(at, name), at}})[0]
}

// TestImports are the packages of generated code that the service's test names.
func (s *Service) TestImports(v *View) []Import {
	found := map[string]Import{}
	for _, r := range s.Tested() {
		for _, verb := range []string{"create", "get", "update", "delete", "list"} {
			if m := s.Of(verb, r); m != nil && (verb != "list" || m.Kind() == "unary") {
				at, name := protofile.GoImport(v.Module, m.Input.ParentFile())
				found[at] = Import{v.alias(at, name), at}
				if verb == "list" && slices.Contains(s.listed(), m) {
					at, name := protofile.GoImport(v.Module, m.Output.ParentFile())
					found[at] = Import{v.alias(at, name), at}
				}
			}
		}
	}
	return sorted(found)
}

func (s *Service) any(is func(*Method) bool) bool { return slices.ContainsFunc(s.Methods, is) }

// Writes and Reads report whether any method needs the permission.
func (s *Service) Writes() bool { return s.any(func(m *Method) bool { return !m.ReadOnly() }) }

// Reads is described with Writes.
func (s *Service) Reads() bool { return s.any((*Method).ReadOnly) }

// Keeps reports whether any method makes something that belongs to a domain.
func (s *Service) Keeps() bool {
	return s.any(func(m *Method) bool { return m.Verb == protofile.Create && m.Resource.Lies("domain_id") })
}

// Names reports whether any method makes a resource name (AIP-122).
func (s *Service) Names() bool {
	return s.any(func(m *Method) bool { return m.Verb == protofile.Create && m.Shape.Resource.Named })
}

// ByID reports whether any method asks for one by its identifier.
func (s *Service) ByID() bool {
	return s.any(func(m *Method) bool {
		switch m.Verb {
		case protofile.Get, protofile.Update, protofile.Delete, protofile.Enable, protofile.Disable:
			return true
		default:
			return false
		}
	})
}

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

// Pages reports whether the method lists in pages by token.
func (m *Method) Pages() bool { return m.PageSize != nil && m.PageToken != nil && m.NextToken != nil }

// ByID is the field of the request that names one; nil if its item does.
func (m *Method) ByID() protoreflect.FieldDescriptor {
	if f := m.Input.Fields().ByName(m.Shape.Resource.ID.Name()); f != nil {
		return f
	}
	return nil
}

// Answered are the methods that are answered for real.
func (s *Service) Answered() []*Method {
	return slices.DeleteFunc(slices.Clone(s.Methods), (*Method).Stub)
}

// ToWrite are the methods that are not.
func (s *Service) ToWrite() []*Method {
	return slices.DeleteFunc(slices.Clone(s.Methods), func(m *Method) bool { return !m.Stub() })
}

// Keeps reports whether any method of people's APIs is answered for real.
func (v *View) Keeps() bool { return slices.ContainsFunc(v.APIs(), (*Service).Works) }

// HTTP reports whether anything of the API has a REST form.
func (v *View) HTTP() bool {
	return len(v.Declared()) > 0 || slices.ContainsFunc(v.APIs(), func(s *Service) bool { return s.HTTP })
}

// Chosen reports whether callers may choose the identifier.
func (r *Resource) Chosen() bool { return r.Foreign != nil && (r.Foreign.Given || r.Foreign.Named) }

// Place reports whether the resource is a domain or a workspace itself.
func (r *Resource) Place() bool { return r.IDField == "domain_id" || r.IDField == "workspace_id" }

// Lies reports whether the resource has a column that says in which domain or
// workspace it lies, beside its identifier.
func (r *Resource) Lies(in string) bool { return r.IDField != in }

// Clashes reports whether a method is called like the service's type: a struct
// that embeds the type then has a field where the method should be.
func (s *Service) Clashes() bool { return s.any(func(m *Method) bool { return m.Go == s.Type }) }

// RoundTripsByREST reports whether a test can make something by REST and get it
// back.
func (s *Service) RoundTripsByREST() bool {
	return slices.ContainsFunc(s.Tested(), func(r *Resource) bool {
		return s.Of("create", r).HTTP && s.Of("get", r).HTTP
	})
}

// RoundTripsByREST reports so of any service.
func (v *View) RoundTripsByREST() bool {
	return slices.ContainsFunc(v.APIs(), (*Service).RoundTripsByREST)
}

// RoundTripImports are the packages of generated code that round trips name.
func (s *Service) RoundTripImports(v *View) []Import {
	found := map[string]Import{s.Import.Path: s.Import}
	for _, r := range s.Tested() {
		for _, verb := range []string{"create", "get"} {
			m := s.Of(verb, r)
			messages := []protoreflect.MessageDescriptor{m.Input}
			if v.REST && s.Of("create", r).HTTP && s.Of("get", r).HTTP {
				messages = append(messages, m.Output)
			}
			for _, d := range messages {
				at, name := protofile.GoImport(v.Module, d.ParentFile())
				found[at] = Import{v.alias(at, name), at}
			}
		}
	}
	return sorted(found)
}

// listed gives the list methods of the resources that are tested.
func (s *Service) listed() []*Method {
	var out []*Method
	for _, r := range s.Tested() {
		if m := s.Of("list", r); m != nil && !r.Place() && (m.Query != nil || m.Pages()) {
			out = append(out, m)
		}
	}
	return out
}

// ListsTested reports whether a test lists anything.
func (s *Service) ListsTested() bool { return len(s.listed()) > 0 }

// ListsByQuery reports whether a test lists by the query language.
func (s *Service) ListsByQuery() bool {
	return slices.ContainsFunc(s.listed(), func(m *Method) bool { return m.Query != nil })
}

// ListsByQuery reports so of any service.
func (v *View) ListsByQuery() bool { return slices.ContainsFunc(v.APIs(), (*Service).ListsByQuery) }

// Needs reports whether people's protos need a file that every service may
// import, directly or by way of others.
func (v *View) Needs(at string) bool {
	seen := map[string]bool{}
	var reach func(file protoreflect.FileDescriptor) bool
	reach = func(file protoreflect.FileDescriptor) bool {
		if file.Path() == at {
			return true
		}
		if seen[file.Path()] {
			return false
		}
		seen[file.Path()] = true
		for i := range file.Imports().Len() {
			if reach(file.Imports().Get(i).FileDescriptor) {
				return true
			}
		}
		return false
	}
	for _, file := range v.foreign.files {
		if reach(file) {
			return true
		}
	}
	return false
}

// SortBy is the JSON form of sorting by a field: a list of keys in version 2 of
// the query language, one in version 1.
func (m *Method) SortBy(field string) string {
	key := fmt.Sprintf(`{"key": %q}`, field)
	if sort := m.Query.Message().Fields().ByName("sort"); sort != nil && sort.IsList() {
		return "[" + key + "]"
	}
	return key
}
