package render

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/schema"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Input is what a rendering follows from beside the Spec: what stands in the repository,
// and what comes in with it.
type Input struct {
	SpecText []byte            // of the Spec's file, for where something stands in it; empty: there is none
	Core     string            // the module of a framework that lies in a folder elsewhere, as its go.mod says; empty: spec.CoreModule
	Protos   protofile.Sources // by import path
	Edited   protofile.Sources // those of the Spec's protos that people have edited, as they stand
	Merged   MergeProto        // merges one of them; nil: they are taken as they stand
	Standing map[string]string // where the methods of the layers that answer the API stand: internal/service.Region.Paint → its file, as rendered
	Away     []string          // those of Protos that stay where they are, outside the repository
	Record   []byte            // what stands at RecordPath, of the last render
	Drop     bool              // an API that is not there any more goes, and the code that answers it
	Last     *spec.Spec        // of the last render; nil: there was none, or nobody knows
	Tables   schema.Migrations // that stand in the repository
	Was      map[string]string // what tables were called whose resources get another name: new → old
	Uses     []string          // packages of the framework, below its root, that code imports which is not as it was rendered
	Stays    []string          // those that have to stand though the module's own code may not import them
	Kept     Requirements      // that stay, since code may need them which cannot be read
	Starter  fs.FS             // files that a new repository begins with; nil: none
}

// MergeProto merges a proto of the Spec that people have edited, and that is rendered anew:
// what they wrote in it is what it will have beside the rendered, not what went from there.
type MergeProto func(ctx context.Context, at string, edited, rendered []byte) ([]byte, error)

// foreign is what a View has of an API that was not rendered from the Spec.
type foreign struct {
	api      *protofile.API
	added    *protofile.API // what people wrote into the Spec's protos
	files    linker.Files
	rendered linker.Files      // the Spec's protos as they are without what people wrote into them
	sources  protofile.Sources // of the user's API
	edited   protofile.Sources // the Spec's, with what people wrote into them
	standing map[string]string // Input.Standing
	tables   schema.Migrations // see Own.Tables
	served   []string          // those of sources that have services which are answered
	strays   []protofile.Stray // marks in their comments that have no effect
	away     []string          // those of them that lie outside the repository
	services []*Service
}

// newForeign compiles people's protos, beside those that the Spec is rendered
// to, and finds what can be made of them.
func newForeign(ctx context.Context, v *View, in Input, rendered protofile.Sources) (*foreign, error) {
	f := &foreign{sources: in.Protos, away: in.Away, standing: in.Standing, tables: in.Tables, edited: maps.Clone(in.Edited), api: new(protofile.API), added: new(protofile.API)}
	maps.DeleteFunc(f.edited, func(at string, _ []byte) bool { _, still := rendered[at]; return !still })
	if len(f.sources)+len(f.edited) == 0 {
		return f, nil
	}
	for at, text := range f.edited {
		if in.Merged == nil {
			break
		}
		merged, err := in.Merged(ctx, at, text, rendered[at])
		if err != nil {
			return nil, err
		}
		f.edited[at] = merged
	}
	all := protofile.Sources{}
	maps.Copy(all, rendered)
	maps.Copy(all, f.edited)
	maps.Copy(all, f.sources)
	files, err := protofile.Compile(ctx, all)
	if err != nil {
		return nil, err
	}
	if err := protofile.CheckNames(files); err != nil {
		return nil, err
	}
	f.files = files
	f.api = protofile.ReadAPI(files, v.Package, f.owns)
	for _, s := range f.api.Services {
		if at := s.File.Path(); !slices.Contains(f.served, at) {
			f.served = append(f.served, at)
		}
	}
	slices.Sort(f.served)
	if err := f.api.CheckUnique(); err != nil {
		return nil, err
	}
	if f.rendered, err = protofile.Compile(ctx, rendered); err != nil {
		return nil, err
	}
	f.added = protofile.ReadAPI(files, v.Package, f.edits)
	f.added.LeaveToPeople("people added it to what spacegen renders")
	if v.Spec.Kind == spec.KindPlugin && !v.Spec.HasDatabase() {
		f.api.LeaveToPeople("a plugin without a database keeps nothing")
	}
	f.strays = slices.Concat(
		f.api.Strays(files, f.owns, "no column keeps the field; marks count in the message of a resource, and in the request for a new one"),
		f.added.Strays(files, f.edits, "spacegen renders this proto; say so of the field in "+spec.FileName),
	)
	if v.Spec.Kind == spec.KindPlugin {
		f.api.AsPlugin()
	}
	return f, nil
}

func (f *foreign) owns(at string) bool { _, brought := f.sources[at]; return brought }

func (f *foreign) edits(at string) bool { _, edited := f.edited[at]; return edited }

// takenTypes are types of the layers that services and resources of people's
// APIs must not be called.
func takenTypes() []string {
	return []string{"Services", "Guards", "Census", "CensusCounter", "Scope", "Means", "Guarded", "Managers", "Connectors", "Deps", "Dispatcher", "Plugins"}
}

// hides reports whether a manager of this type would hide a method of its own where
// the cache before it holds it by its type.
func hides(name string) bool {
	return slices.Contains([]string{"Get", "Update", "Delete", "DeleteRead"}, naming.New(name).Pascal())
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
		for _, s := range f.api.Services {
			if s.Name == r.Pascal() {
				return fmt.Errorf("resources: the API has a service %s already, in %s%s; give the resource another name", s.Name, protoFolder, s.File.Path())
			}
		}
	}
	for _, part := range slices.Concat(v.Services, v.Managers, v.Connectors) {
		taken[strings.ToLower(part.Pascal())] = true
	}
	if len(f.api.Services) > 0 && len(v.Resources) == 0 {
		// A package need not lie where its name says.
		v.APIImport, _ = protofile.GoImport(v.Module, f.api.Services[0].File)
	}
	for _, c := range v.Connectors {
		if c.API == "" {
			continue
		}
		api := protofile.ReadAPI(f.files, c.API, f.owns)
		if len(api.Services) == 0 {
			return fmt.Errorf("connectors: %s speaks %s, of which proto/ has no service; bring its files, or correct the package in %s", c.Kebab(), c.API, spec.FileName)
		}
		for _, s := range api.Services {
			c.APIs = append(c.APIs, &Service{Proto: s.Name, ProtoGo: naming.ProtoGoType(s.Name), Import: v.importOf(s.File)})
		}
	}
	made := map[*protofile.Resource]*Resource{}
	for _, r := range f.api.Resources {
		name := identifier(r.Name)
		for taken[strings.ToLower(naming.New(name).Pascal())] || hides(name) || naming.CheckResource(name) != nil && !strings.HasSuffix(name, "RecordRecord") {
			name += "Record"
		}
		if made[r], err = newForeignResource(v, r, name, was); err != nil {
			return err
		}
		v.Resources = append(v.Resources, made[r])
	}
	if err := v.ask(v.Spec.Queries); err != nil {
		return err
	}
	for _, s := range f.added.Services {
		if r := v.declared(s.Name); r != nil {
			r.Extra = v.methods(&Service{Proto: s.Name}, s, nil)
			r.refuses = f.beyond(r.Extra)
			r.Extra = slices.DeleteFunc(r.Extra, (*Method).rendered)
			r.standing = f.standing
		} else {
			f.api.Services = append(f.api.Services, s)
		}
	}
	for _, s := range f.api.Services {
		if r := v.formerly(s.Name); r != nil {
			return fmt.Errorf("resources: the API has a service %s, in %s%s, so that it cannot be another name of %s; take it out of its aliases", s.Name, protoFolder, s.File.Path(), r.Pascal())
		}
		one := &Service{Proto: s.Name, ProtoGo: naming.ProtoGoType(s.Name), Doc: s.Doc}
		one.Import = v.importOf(s.File)
		name := identifier(s.Name)
		for taken[strings.ToLower(naming.New(name).Pascal())] {
			name += "_api"
		}
		one.Name = naming.New(name)
		one.Type = one.Pascal()
		taken[strings.ToLower(one.Type)] = true
		one.Methods = v.methods(one, s, made)
		for _, m := range one.Methods {
			one.HTTP = one.HTTP || m.HTTP
			if m.Verb == protofile.Analyze {
				m.Resource.analyzed = true
			}
			if r := m.Resource; r != nil && !slices.Contains(one.Resources, r) {
				one.Resources = append(one.Resources, r)
			}
		}
		v.foreign.services = append(v.foreign.services, one)
	}
	return nil
}

// formerly finds the resource that has a service by this name beside its own; nil: none.
func (v *View) formerly(name string) *Resource {
	for _, r := range v.Resources {
		if slices.Contains(r.Former, name) {
			return r
		}
	}
	return nil
}

// identifier is a name of people's API, or one like it that the layers can have.
func identifier(name string) string {
	if naming.New(name).Identifies() {
		return name
	}
	return "X" + name
}

// declared gives the resource of the Spec that a service is of, or nil.
func (v *View) declared(service string) *Resource {
	for _, r := range v.Resources {
		if r.Foreign == nil && r.Pascal() == service {
			return r
		}
	}
	return nil
}

func (v *View) methods(of *Service, s *protofile.Service, made map[*protofile.Resource]*Resource) []*Method {
	var methods []*Method
	for _, m := range s.Methods {
		if !v.REST {
			m.Unrouted = "" // nobody asked
		}
		methods = append(methods, &Method{
			Method: m, Go: naming.ProtoGoType(m.Name), service: of, Resource: made[m.Resource],
			In: v.goType(m.Input), Out: v.goType(m.Output),
		})
	}
	return methods
}

func newForeignResource(v *View, r *protofile.Resource, name string, was *record) (*Resource, error) {
	id := naming.New(string(r.ID.Name()))
	s := spec.Resource{Name: name}
	columns := r.Columns()
	for _, f := range columns {
		field := foreignField(f)
		field.Unique = slices.Contains(r.Unique, f)
		most, err := v.foreign.api.MaxBytes(r, f)
		if err != nil {
			return nil, err
		}
		field.MaxBytes = most
		s.Fields = append(s.Fields, field)
	}
	table := s.Naming().Snake()
	before := was.of(table, string(r.Message.FullName()))
	if before != nil && before.ID != "" && before.ID != id.Snake() {
		return nil, fmt.Errorf("%s: %ss were identified by %s, and now are by %s: tables cannot follow that; give the field its name back",
			protofile.Position(r.ID), r.Message.Name(), before.ID, id.Snake())
	}
	var known []schema.Known
	if before != nil {
		known = append([]schema.Known{}, before.Columns...)
	}
	t := v.foreign.tables.Table(table)
	history, misfit := t.Follow(known, s.Fields)
	if misfit != nil {
		at := columns[misfit.Field]
		return nil, fmt.Errorf("%s: the field %s of %s %s", protofile.Position(at), at.Name(), r.Message.FullName(), misfit.Why)
	}
	res := newResource(v, s)
	res.Foreign = r
	res.keepIn(t, history)
	res.IDField, res.IDGo, res.IDProtoGo = id.Snake(), id.Pascal(), protofile.GoField(r.ID)
	res.Message = v.goType(r.Message)
	return res, nil
}

// foreignField is a field of people's API as the Spec would have it.
func foreignField(f protoreflect.FieldDescriptor) spec.Field {
	out := spec.Field{Name: naming.New(string(f.Name())).Snake(), Number: int(f.Number()), Repeated: f.IsList()}
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

// Many is several of the resource, as the stem of an unexported name.
func (r *Resource) Many() string { return naming.New(r.PluralSnake()).Camel() }

// Chosen reports whether callers may choose the identifier.
func (r *Resource) Chosen() bool { return r.Foreign != nil && (r.Foreign.Given || r.Foreign.Named) }

// Cacheable reports whether a cache may keep the resource under its identifier.
// One that callers choose tells resources from each other within a domain only.
func (r *Resource) Cacheable() bool { return !r.Chosen() }

// Place reports whether the resource is a domain or a workspace itself.
func (r *Resource) Place() bool { return r.IDField == "domain_id" || r.IDField == "workspace_id" }

// Lies reports whether the resource has a column that says in which domain or
// workspace it lies, beside its identifier.
func (r *Resource) Lies(in string) bool { return r.IDField != in }
