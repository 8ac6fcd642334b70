package render

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/schema"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A View is what templates see of a Spec: every name and choice in the form
// in which files need it.
type View struct {
	Spec        *spec.Spec  // spacegen.yaml, with its defaults
	Kind        string      // service, plugin, …
	Name        naming.Name // of the repository
	Module      string      // the repository's Go module
	Core        string      // the framework's module
	Package     string      // spaceone.api.inventory.v1
	PackagePath string      // spaceone/api/inventory/v1
	APIVersion  string      // v1
	APIImport   string      // the Go package of the API's generated code
	APIPackage  string      // its name
	Description string      // what spacegen.yaml says of the repository

	GRPC      bool // there is a gRPC server
	REST      bool // there is a REST server
	Scheduler bool // there is a scheduler
	Worker    bool // there is a worker
	Queue     bool // tasks are made or run
	Database  bool // something is kept beyond the process
	cached    bool
	Chart     bool // there is a Helm chart
	CI        bool // there are workflows of GitHub Actions

	Resources  []*Resource  // of the Spec, and of your protos
	Schedulers []*Scheduler // none without the server scheduler

	Services   []*Component // that belong to no resource
	Managers   []*Component // that belong to no resource
	Connectors []*Component // to what lies outside of the service
	Handlers   []*Component // before and after each call
	Workers    []*Component // beside the one that every worker server has

	Values map[string]any // what overlays ask for: .Values.team
	Item   any            // with each: LIST, the item that the file is for

	foreign *foreign // the user's API
	uses    []string // packages of the framework that the user's code imports
	stays   []string // and those that have to stand beside these
	kept    Requirements
	budget  *budget // of the templates

	moneyUsed bool // by what people wrote into the API

	numbers map[string]string // of migrations that overlays bring: folder/NNNN → file

	API      *Service       // with each: apis, the service that the file is for
	Part     *Component     // with each: services, managers, connectors, handlers or workers, the one that the file is for
	Resource *Resource      // with each: resources, and others that are about one, the resource that the file is for
	Added    *Field         // with each: added fields, the field
	Job      *Scheduler     // with each: schedulers, the scheduler that the file is for
	Task     *Task          // with each: tasks, the task that the file is for
	Method   *Method        // with each: added methods, the method
	Rename   *schema.Rename // with each: renames, the change of a name
	Unique   *Unique        // with each: uniques, the change
	Indexed  *Field         // with each: indexes, the field
}

// A Scheduler is one scheduler of the Spec.
type Scheduler struct {
	spec.Scheduler
	naming.Name
	Type string // its Go name: HourlyScheduler
	Does *Task  // that it makes; nil: its code says it
}

// newView makes the view of a Spec that is valid and has its defaults.
func newView(s *spec.Spec) (*View, error) {
	v := &View{
		Spec:        s,
		Kind:        string(s.Kind),
		Name:        s.ServiceName(),
		Module:      s.Module,
		Core:        coreOf(s),
		Package:     s.Package,
		PackagePath: s.PackagePath(),
		APIVersion:  path.Base(s.PackagePath()),
		APIImport:   path.Join(s.Module, protofile.GoRoot, protofile.GoFolder(s.PackagePath())),
		Description: strings.TrimSpace(s.Description),
		GRPC:        s.Has(spec.GRPCServer),
		REST:        s.Has(spec.RESTServer),
		Scheduler:   s.Has(spec.SchedulerServer),
		Worker:      s.Has(spec.WorkerServer),
		Queue:       s.HasQueue(),
		Database:    s.HasDatabase(),
		cached:      s.HasCache(),
		Chart:       s.Chart,
		CI:          s.CI == spec.GitHub,
		budget:      newBudget(context.Background()),
		numbers:     map[string]string{},
	}
	if v.Name.Kebab() == "" || v.Module == "" || v.Package == "" && s.Kind.Layered() {
		return nil, fmt.Errorf("render: the Spec has no name, module or package; parse it or fill in its defaults")
	}
	v.APIPackage = naming.New(path.Base(path.Dir(v.PackagePath))).GoPackage() + v.APIVersion
	for _, r := range s.Resources {
		v.Resources = append(v.Resources, newResource(v, r))
	}
	v.Services, v.Managers = newComponents(s.Services, "service"), newComponents(s.Managers, "manager")
	v.Connectors, v.Handlers = newComponents(s.Connectors, "connector"), newComponents(s.Handlers, "handler")
	v.Workers = newComponents(s.Workers, "worker")
	for _, j := range s.Schedulers {
		name := j.Naming()
		typ := strings.TrimSuffix(name.Pascal(), "Scheduler") + "Scheduler"
		v.Schedulers = append(v.Schedulers, &Scheduler{Scheduler: j, Name: name, Type: typ})
	}
	if !v.Scheduler {
		v.Schedulers = nil
	}
	return v, nil
}

// coreOf is the framework's module, unless one that lies elsewhere says otherwise.
func coreOf(s *spec.Spec) string {
	if s.Kind == spec.KindFramework {
		return s.Module
	}
	if published, ok := s.Framework.Published(); ok {
		return published.Path
	}
	return spec.CoreModule
}

// BuildFolder is where an image is built: as deep as a framework that lies in a folder
// elsewhere needs it.
func (v *View) BuildFolder() string {
	up := strings.Count(path.Clean(v.Spec.Framework.Folder())+"/", "../")
	if up == 0 {
		return "/src"
	}
	return "/src" + strings.Repeat("/up", up-1) + "/" + v.Name.Kebab()
}

// A Component is a part of one layer that belongs to no resource.
type Component struct {
	naming.Name
	Kind        string // of a connector or a handler: http, event, …
	Description string // a sentence
	API         string // the proto package that a connector speaks

	APIs []*Service // of API
}

func newComponents(list []spec.Component, layer string) []*Component {
	var out []*Component
	for _, c := range list {
		out = append(out, &Component{Name: c.Naming(layer), Kind: string(c.Kind), Description: strings.TrimSpace(c.Description), API: c.API})
	}
	return out
}

// Imports are the packages of generated code that the connector names.
func (c *Component) Imports() []Import {
	found := map[string]Import{}
	for _, s := range c.APIs {
		found[s.Import.Path] = s.Import
	}
	return sorted(found)
}

// File is the stem of the component's file, in a package that has files of its
// own.
func (c *Component) File() string { return (&Resource{Name: c.Name}).File() }

// Title is the component in running text.
func (c *Component) Title() string { return strings.ReplaceAll(c.Snake(), "_", " ") }

// Of gives the handlers of a kind.
func (v *View) Of(kind string) []*Component {
	var out []*Component
	for _, c := range v.Handlers {
		if c.Kind == kind {
			out = append(out, c)
		}
	}
	return out
}

// Cache reports whether a cache stands before managers.
func (v *View) Cache() bool {
	return v.cached && slices.ContainsFunc(v.Resources, (*Resource).Cacheable)
}

// Leading gives the connectors of a kind.
func (v *View) Leading(kind string) []*Component {
	var out []*Component
	for _, c := range v.Connectors {
		if c.Kind == kind {
			out = append(out, c)
		}
	}
	return out
}

// Grouped reports whether any resource says whether it belongs to the whole domain.
func (v *View) Grouped() bool { return slices.ContainsFunc(v.Resources, (*Resource).Grouped) }

// Projected reports whether any resource belongs to a project.
func (v *View) Projected() bool { return slices.ContainsFunc(v.Resources, (*Resource).Projected) }

// SQL reports whether a database is opened: the service's own, or another one.
func (v *View) SQL() bool { return len(v.Resources)+len(v.Leading("database")) > 0 }

// Layered reports whether there are managers and connectors at all.
func (v *View) Layered() bool {
	return len(v.Resources)+len(v.Managers)+len(v.Connectors) > 0
}

// items gives a view for each item of a kind, or the view itself for none.
func (v *View) items(each string) []*View {
	var views []*View
	switch each {
	case "apis":
		for _, s := range v.APIs() {
			one := *v
			one.API = s
			views = append(views, &one)
		}
	case "declared resources":
		for i, r := range v.Resources {
			if r.Foreign == nil {
				views = append(views, v.forResource(i))
			}
		}
	case "resources":
		for i := range v.Resources {
			views = append(views, v.forResource(i))
		}
	case "added fields":
		for i, r := range v.Resources {
			for _, f := range r.AddedFields() {
				one := v.forResource(i)
				one.Added = f
				views = append(views, one)
			}
		}
	case "services", "managers", "connectors", "handlers", "workers":
		for _, c := range map[string][]*Component{"services": v.Services, "managers": v.Managers, "connectors": v.Connectors, "handlers": v.Handlers, "workers": v.Workers}[each] {
			one := *v
			one.Part = c
			views = append(views, &one)
		}
	case "added methods":
		for i, r := range v.Resources {
			for _, m := range r.Own() {
				one := v.forResource(i)
				one.Method = m
				views = append(views, one)
			}
		}
	case "renames":
		for i, r := range v.Resources {
			for _, rename := range r.Renames() {
				one := v.forResource(i)
				one.Rename = &rename
				views = append(views, one)
			}
		}
	case "table renames":
		for i, r := range v.Resources {
			for _, rename := range r.Named() {
				one := v.forResource(i)
				one.Rename = &rename
				views = append(views, one)
			}
		}
	case "uniques":
		for i, r := range v.Resources {
			for _, unique := range r.Uniques() {
				one := v.forResource(i)
				one.Unique = &unique
				views = append(views, one)
			}
		}
	case "tasks":
		for _, task := range v.Tasks() {
			one := *v
			one.Task = task
			views = append(views, &one)
		}
	case "indexes":
		for i, r := range v.Resources {
			for _, f := range r.Indexes() {
				one := v.forResource(i)
				one.Indexed = f
				views = append(views, one)
			}
		}
	case "schedulers":
		for i := range v.Schedulers {
			views = append(views, v.forScheduler(i))
		}
	case "":
		views = append(views, v)
	default: // a list of the values
		list, _ := v.Values[each].([]any)
		for _, item := range list {
			one := *v
			one.Item = item
			views = append(views, &one)
		}
	}
	return views
}

func (v *View) forResource(i int) *View {
	c := *v
	c.Resource = v.Resources[i]
	return &c
}

func (v *View) forScheduler(i int) *View {
	c := *v
	c.Job = v.Schedulers[i]
	return &c
}

// ServiceParams are the parameters of service.New: what the services of this
// Spec are made of.
func (v *View) ServiceParams() string {
	var params []string
	if v.Layered() {
		params = append(params, "m manager.Managers")
	}
	if v.Worker {
		params = append(params, "metrics prometheus.Registerer")
	}
	return strings.Join(params, ", ")
}

// ServiceArgs are the arguments for ServiceParams, where the layers are made.
func (v *View) ServiceArgs() string {
	var args []string
	if v.Layered() {
		args = append(args, "a.managers")
	}
	if v.Worker {
		args = append(args, "a.telemetry.Registry")
	}
	return strings.Join(args, ", ")
}

// Has reports whether the service has a server of this type.
func (v *View) Has(server string) bool { return v.Spec.Has(spec.Server(server)) }

// Servers names the server types as the service's command line does.
func (v *View) Servers() []string {
	var names []string
	for _, s := range []struct {
		on   bool
		name string
	}{{v.GRPC, "grpc-server"}, {v.REST, "rest-server"}, {v.Scheduler, "scheduler"}, {v.Worker, "worker"}} {
		if s.on {
			names = append(names, s.name)
		}
	}
	return names
}
