package render

import (
	"path"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/protofile"
)

// An Import is a line of a Go file's imports.
type Import struct {
	Alias string // "": the package is called as its path ends
	Path  string // of the package
}

// A Service is a gRPC service of a .proto that the user brought, or of one that is rendered
// and to which the user added methods.
type Service struct {
	naming.Name
	Type      string      // its Go name in the layers
	Proto     string      // its name in the API
	ProtoGo   string      // its name in generated code
	Doc       string      // its comment in the proto
	Methods   []*Method   // all of its rpcs
	Resources []*Resource // that its methods work on
	HTTP      bool        // it has a REST form
	Import    Import      // of its generated code
}

// Imports are the packages of generated code that the service's methods name.
func (s *Service) Imports(v *View) []Import {
	var messages []protoreflect.MessageDescriptor
	for _, m := range s.Methods {
		messages = append(messages, m.Input, m.Output)
	}
	return v.importsOf(messages...)
}

// ExtraIn are the methods that people added to the resource's proto and that the
// resource's file in a layer's folder answers: no file of their own does.
func (r *Resource) ExtraIn(folder string) []*Method {
	return slices.DeleteFunc(slices.Clone(r.Extra), func(m *Method) bool {
		at := r.standing[folder+"."+r.Pascal()+"."+m.Go]
		return at != path.Join(folder, r.File()+".go") && (at != "" || folder == serviceFolder)
	})
}

// serviceFolder is where methods that are added have files of their own.
const serviceFolder = "internal/service"

// Own are the methods that people added and that have a file of their own: the one that is
// rendered once, for the method's owner to write. Those that stand elsewhere stay there.
func (r *Resource) Own() []*Method {
	return slices.DeleteFunc(slices.Clone(r.Extra), func(m *Method) bool {
		at := r.standing[serviceFolder+"."+r.Pascal()+"."+m.Go]
		return at != "" && at != path.Join(serviceFolder, m.File()+".go")
	})
}

// ExtraImports are the packages of generated code that only those methods name.
func (r *Resource) ExtraImports(v *View, folder string) []Import {
	extra := &Service{Methods: r.ExtraIn(folder)}
	return slices.DeleteFunc(extra.Imports(v), func(i Import) bool {
		return i.Path == v.APIImport || i.Alias == "" && (path.Base(i.Path) == "emptypb" || path.Base(i.Path) == "structpb")
	})
}

// ExtraStreams reports whether any of those methods streams.
func (r *Resource) ExtraStreams(folder string) bool {
	return (&Service{Methods: r.ExtraIn(folder)}).Streams()
}

// Analyzed reports whether the resource is analyzed by what is rendered.
func (r *Resource) Analyzed() bool {
	if r.Foreign != nil {
		return r.analyzed
	}
	return !r.unanalyzed && !slices.ContainsFunc(r.Extra, func(m *Method) bool { return m.Go == "Analyze" })
}

// ExtraUnary are all of them that do not, whoever wrote them.
func (r *Resource) ExtraUnary() []*Method { return (&Service{Methods: r.Extra}).Unary() }

// importOf is where a descriptor's code is.
func (v *View) importOf(d protoreflect.Descriptor) Import {
	at, name := protofile.GoImport(v.Module, d.ParentFile())
	return Import{v.alias(at, name), at}
}

// importsOf is where the code of messages is, each place once.
func (v *View) importsOf(messages ...protoreflect.MessageDescriptor) []Import {
	found := map[string]Import{}
	for _, m := range messages {
		i := v.importOf(m)
		found[i.Path] = i
	}
	return sorted(found)
}

// sorted gives imports as they are written: without an alias that says what the
// path does.
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
	return s.any(func(m *Method) bool { return m.ClientStream || m.ServerStream })
}

// Unary are the methods that do not stream.
func (s *Service) Unary() []*Method {
	return slices.DeleteFunc(slices.Clone(s.Methods), func(m *Method) bool { return m.ClientStream || m.ServerStream })
}

// Streaming are the methods that do.
func (s *Service) Streaming() []*Method {
	return slices.DeleteFunc(slices.Clone(s.Methods), func(m *Method) bool { return !m.ClientStream && !m.ServerStream })
}

// Works reports whether a method works on a resource.
func (s *Service) Works() bool {
	return s.any(func(m *Method) bool { return m.Resource != nil })
}

// Stubs reports whether any method is not answered.
func (s *Service) Stubs() bool {
	return s.any((*Method).Stub)
}

// Do reports whether any method has this verb: create, list, ….
func (s *Service) Do(verb string) bool {
	return s.any(func(m *Method) bool { return string(m.Verb) == verb })
}

// Refuses reports whether any method rejects fields of its request that no code handles yet.
func (s *Service) Refuses() bool {
	return s.any(func(m *Method) bool { return len(m.Unwritten) > 0 })
}

// FilledByHandler reports whether any method refuses a field that handlers fill.
func (s *Service) FilledByHandler() bool { return s.any((*Method).FilledByHandler) }

// Of gives the method that does something with a resource, or nil.
func (s *Service) Of(verb string, r *Resource) *Method {
	for _, m := range s.Methods {
		if string(m.Verb) == verb && m.Resource == r {
			return m
		}
	}
	return nil
}

// NeedsProto reports whether the service's answers need package proto.
func (s *Service) NeedsProto() bool {
	return s.any(func(m *Method) bool {
		return (m.Verb == protofile.List || m.Verb == protofile.Tag) && (m.Total != nil && m.Total.HasPresence() || m.NextToken != nil && m.NextToken.HasPresence())
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

// TestImports are the packages of generated code that the service's test names.
func (s *Service) TestImports(v *View) []Import {
	var messages []protoreflect.MessageDescriptor
	for _, r := range s.Tested() {
		for _, verb := range []string{"create", "update", "tag"} {
			if m := s.Of(verb, r); m != nil {
				messages = append(messages, m.Input)
			}
		}
	}
	return v.importsOf(messages...)
}

func (s *Service) any(is func(*Method) bool) bool { return slices.ContainsFunc(s.Methods, is) }

// Writes and Reads report whether any method needs the permission.
func (s *Service) Writes() bool { return s.any(func(m *Method) bool { return !m.ReadOnly() }) }

// Reads is described with Writes.
func (s *Service) Reads() bool { return s.any((*Method).ReadOnly) }

// Scoped reports whether any request names a domain or a workspace.
func (s *Service) Scoped() bool {
	return s.any(func(m *Method) bool { return m.Verb != protofile.List && m.Scoped() != "" })
}

// ByID reports whether any method asks for one by its identifier.
func (s *Service) ByID() bool {
	return s.any(func(m *Method) bool {
		switch m.Verb {
		case protofile.Get, protofile.Update, protofile.Delete, protofile.Enable, protofile.Disable, protofile.Tag:
			return true
		default:
			return false
		}
	})
}

// Answered are the methods that are answered for real.
func (s *Service) Answered() []*Method {
	return slices.DeleteFunc(slices.Clone(s.Methods), (*Method).Stub)
}

// ToWrite are the methods that are not.
func (s *Service) ToWrite() []*Method {
	return slices.DeleteFunc(slices.Clone(s.Methods), func(m *Method) bool { return !m.Stub() })
}

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

// RoundTripImports are the packages of generated code that round trips name.
func (s *Service) RoundTripImports(v *View) []Import {
	var messages []protoreflect.MessageDescriptor
	for _, r := range s.Tested() {
		create, get := s.Of("create", r), s.Of("get", r)
		rest := v.REST && create.HTTP && get.HTTP
		messages = append(messages, create.Input, get.Input)
		if rest {
			messages = append(messages, create.Output, get.Output)
		}
		for _, verb := range []string{"update", "delete", "list", "enable", "disable", "tag", "stat"} {
			m := s.Of(verb, r)
			if m == nil {
				continue
			}
			byREST := rest && m.HTTP
			switch {
			case byREST && slices.Contains([]string{"update", "delete", "list"}, verb):
				messages = append(messages, m.Input, m.Output)
			case r.Place():
			case byREST && verb == "stat":
				messages = append(messages, m.Input, m.Output)
			case byREST || v.GRPC:
				messages = append(messages, m.Input)
			}
		}
	}
	found := map[string]Import{}
	if v.GRPC {
		found[s.Import.Path] = s.Import // of its client
	}
	for _, m := range messages {
		i := v.importOf(m)
		found[i.Path] = i
	}
	return sorted(found)
}

// StatsByREST reports whether a test counts anything by REST.
func (s *Service) StatsByREST() bool {
	return slices.ContainsFunc(s.Tested(), func(r *Resource) bool {
		stat := s.Of("stat", r)
		return stat != nil && stat.HTTP && !r.Place() && s.Of("create", r).HTTP && s.Of("get", r).HTTP
	})
}

// RefusedByREST reports whether a test asks by REST for what is not there.
func (s *Service) RefusedByREST() bool {
	return slices.ContainsFunc(s.Tested(), func(r *Resource) bool {
		remove := s.Of("delete", r)
		return s.Of("create", r).HTTP && s.Of("get", r).HTTP && (!r.Place() || remove != nil && remove.HTTP)
	})
}

// Secluded reports whether a test of isolation between domains can be emitted.
func (s *Service) Secluded() bool {
	return slices.ContainsFunc(s.Tested(), func(r *Resource) bool { return !r.Place() })
}

// ByREST are the methods that have a REST form.
func (s *Service) ByREST() []*Method {
	return slices.DeleteFunc(slices.Clone(s.Methods), func(m *Method) bool { return !m.HTTP })
}

// RESTImports are the packages of generated code of those methods' requests.
func (s *Service) RESTImports(v *View) []Import {
	var messages []protoreflect.MessageDescriptor
	for _, m := range s.ByREST() {
		messages = append(messages, m.Input)
	}
	return v.importsOf(messages...)
}

// StatsTested reports whether a test counts anything.
func (s *Service) StatsTested() bool {
	return slices.ContainsFunc(s.Tested(), func(r *Resource) bool { return s.Of("stat", r) != nil && !r.Place() })
}
