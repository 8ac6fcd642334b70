package render

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/generator/protofile"
)

// APIs are the services of the user's protos.
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

// ResourcesTested reports whether there are tests of a service that keeps resources.
func (v *View) ResourcesTested() bool {
	return len(v.Declared()) > 0 || slices.ContainsFunc(v.APIs(), func(s *Service) bool { return len(s.Tested()) > 0 })
}

// Damaged is the resource of the Spec that make chaos creates while it damages the service:
// the first one that needs no other; nil if there is none, or nobody can create it.
func (v *View) Damaged() *Resource {
	if !v.GRPC && !v.REST {
		return nil
	}
	for _, r := range v.Declared() {
		needsOthers := slices.ContainsFunc(r.GivenReferences(), (*Field).Needed)
		if !needsOthers && r.Lies("domain_id") {
			return r
		}
	}
	return nil
}

// InProjects reports whether any resource of the Spec belongs to projects.
func (v *View) InProjects() bool { return slices.ContainsFunc(v.Declared(), (*Resource).ProjectField) }

// Calls reports whether there is an API beyond what every service has.
func (v *View) Calls() bool { return len(v.Declared())+len(v.APIs()) > 0 }

// Stats reports whether any method gives statistics.
func (v *View) Stats() bool {
	return len(v.Declared()) > 0 || v.does(protofile.Stat)
}

// Analyzes reports whether any method analyzes.
func (v *View) Analyzes() bool {
	return slices.ContainsFunc(v.Declared(), (*Resource).Analyzed) || v.does(protofile.Analyze)
}

// Computes reports whether any method gives rows that were computed.
func (v *View) Computes() bool { return v.Stats() || v.Analyzes() }

func (v *View) does(verb protofile.Verb) bool {
	return slices.ContainsFunc(v.APIs(), func(s *Service) bool { return s.Do(string(verb)) })
}

// Brings reports whether people's protos have a file, in the repository.
func (v *View) Brings(at string) bool { return slices.Contains(v.Own(), at) }

// queryProto is where the query language's messages lie.
const queryProto = "spaceone/api/core/v2/query.proto"

// lacksAnalyses reports whether the query language's messages are people's own, and have
// none for analyses.
func (v *View) lacksAnalyses() bool {
	text, brought := v.foreign.sources[queryProto]
	return brought && !strings.Contains(string(text), "message TimeSeriesAnalyzeQuery")
}

// NeedsQuery reports whether the query language's own messages are emitted.
func (v *View) NeedsQuery() bool {
	const at = queryProto
	if v.Brings(at) {
		return false
	}
	if len(v.Spec.Resources) > 0 {
		return true
	}
	if v.foreign.owns(at) {
		return false // it lies where the API does
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

// Unrouted are the methods of people's protos, or services as a whole, that cannot be
// called by REST, although they have annotations that say how.
func (v *View) Unrouted() []protoreflect.FullName {
	return protofile.Unrouted(v.foreign.files, func(at string) bool { return v.foreign.owns(at) || v.foreign.edits(at) })
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

// Own are people's protos that lie in the repository, by path.
func (v *View) Own() []string {
	return slices.DeleteFunc(v.foreign.sources.Paths(), func(at string) bool { return slices.Contains(v.foreign.away, at) })
}

// generatedImports lists the packages of other modules that the code of
// people's protos imports.
func (v *View) generatedImports() []string {
	var imports []string
	http := false
	for _, file := range v.foreign.files {
		if !v.foreign.owns(file.Path()) && !v.foreign.edits(file.Path()) {
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

// MessageImport is where the resource's message is from.
func (v *View) MessageImport(r *Resource) Import {
	return v.importsOf(r.Foreign.Message)[0]
}

// Keeps reports whether any method of people's APIs works on a resource.
func (v *View) Keeps() bool { return slices.ContainsFunc(v.APIs(), (*Service).Works) }

// NamesScope reports whether any request of people's APIs names a domain or a workspace.
func (v *View) NamesScope() bool { return slices.ContainsFunc(v.APIs(), (*Service).Scoped) }

// HTTP reports whether anything of the API has a REST form.
func (v *View) HTTP() bool {
	return len(v.Declared()) > 0 || slices.ContainsFunc(v.APIs(), func(s *Service) bool { return s.HTTP })
}

// CallsByREST reports whether any service of people's protos has a REST form.
func (v *View) CallsByREST() bool {
	return slices.ContainsFunc(v.APIs(), func(s *Service) bool { return s.HTTP })
}

// Needs reports whether protos need a file that every service may import, directly or by
// way of others.
func (v *View) Needs(at string) bool {
	if slices.ContainsFunc(v.Declared(), func(r *Resource) bool { return slices.Contains(r.ProtoImports(), at) }) {
		return true
	}
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
