package render

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A Task is what a scheduler of the Spec has a worker do: a method of the API, or one of a
// service that only tasks call.
type Task struct {
	Name    string   // as tasks call it: Order.expire
	Service string   // Order
	Type    string   // the Go type of the service and its guard: Order
	Method  string   // expire
	Go      string   // the method's name in Go: Expire
	In      string   // the Go type of what it is told, without the star; empty: the service has one of its own
	Imports []Import // of In
}

// Own reports whether no API offers the task.
func (t *Task) Own() bool { return t.In == "" }

// Stem begins the Go names that belong to the task: OrderExpire.
func (t *Task) Stem() string { return t.Type + t.Go }

// File is the stem of the task's file in the service layer.
func (t *Task) File() string { return naming.New(t.Stem()).Snake() + "_task" }

// Tasks are those of the Spec's schedulers that no API offers, each once.
func (v *View) Tasks() []*Task {
	found := map[string]*Task{}
	for _, job := range v.Schedulers {
		if job.Does != nil && job.Does.Own() {
			found[job.Does.Name] = job.Does
		}
	}
	return slices.SortedFunc(maps.Values(found), func(a, b *Task) int { return cmp.Compare(a.Name, b.Name) })
}

// runnable are the tasks that are methods of the API or of a service that belongs to no
// resource, as workers run them, and the services that may have others.
func (v *View) runnable() (methods map[string]*Task, services map[string]string) {
	methods, services = map[string]*Task{}, map[string]string{}
	add := func(service, typ, method, goName, in string, imports ...Import) {
		name := service + "." + method
		methods[name] = &Task{Name: name, Service: service, Type: typ, Method: method, Go: goName, In: in, Imports: imports}
		services[service] = typ
	}
	structs := Import{Path: "google.golang.org/protobuf/types/known/structpb"}
	add("Census", "Census", "take", "Take", "structpb.Struct", structs)
	delete(services, "Census") // an example, whose methods are what they are
	for _, c := range v.Services {
		add(c.Pascal(), c.Pascal(), "run", "Run", "structpb.Struct", structs)
	}
	for _, r := range v.Declared() {
		name := r.Pascal()
		for method, in := range map[string]string{
			"create": "Create" + name + "Request", "update": "Update" + name + "Request", "delete": name + "Request",
			"get": name + "Request", "list": name + "Query", "stat": name + "StatQuery",
		} {
			add(name, name, method, naming.New(method).Pascal(), "api."+in, Import{"api", v.APIImport})
		}
		for _, m := range r.ExtraUnary() {
			add(name, name, m.Name, m.Go, m.In, v.importsOf(m.Input)...)
		}
	}
	for _, s := range v.APIs() {
		services[s.Proto] = s.Type
		for _, m := range s.Unary() {
			add(s.Proto, s.Type, m.Name, m.Go, m.In, v.importsOf(m.Input)...)
		}
	}
	return methods, services
}

// findTasks says of each scheduler what the task is that the Spec names. One that cannot
// be run is a problem of the Spec's.
func (v *View) findTasks(in Input) error {
	methods, services := v.runnable()
	var problems spec.Problems
	for i, job := range v.Schedulers {
		if job.Task == "" {
			continue
		}
		task, problem := v.findTask(job.Task, methods, services)
		if problem != nil {
			problem.Path = fmt.Sprintf("schedulers[%d].task", i)
			problems = append(problems, *problem)
		}
		job.Does = task
	}
	if len(problems) == 0 {
		return nil
	}
	return problems.In(spec.FileName, in.SpecText)
}

func (v *View) findTask(name string, methods map[string]*Task, services map[string]string) (*Task, *spec.Problem) {
	if task, ok := methods[name]; ok {
		return task, nil
	}
	service, method, _ := strings.Cut(name, ".")
	typ, ok := services[service]
	if !ok {
		known := slices.Sorted(maps.Keys(services))
		fix := "known services: " + strings.Join(known, ", ")
		if near := spec.Closest(service, known); near != "" {
			fix = fmt.Sprintf("did you mean %q?", near+"."+method)
		} else if len(known) == 0 {
			fix = "remove it: the service has no resource, and no service that belongs to none"
		}
		return nil, &spec.Problem{Message: "there is no service " + service + " that could do the task " + name, Fix: fix}
	}
	if !ownTask().MatchString(method) {
		return nil, &spec.Problem{Message: name + " is no method of the API, and no name for a task", Fix: "write the method in small letters and _, as in " + service + ".expire"}
	}
	task := &Task{Name: name, Service: service, Type: typ, Method: method, Go: naming.New(method).Pascal()}
	for _, other := range slices.Sorted(maps.Keys(methods)) {
		if m := methods[other]; m.Type == typ && m.Go == task.Go {
			return nil, &spec.Problem{Message: "the service " + service + " has a method that is called " + task.Go + " in Go already", Fix: fmt.Sprintf("did you mean %q?", other)}
		}
	}
	if v.streams(name) {
		return nil, &spec.Problem{Message: name + " streams, which no task can do", Fix: "name a method that does not"}
	}
	if task.Go == "Analyze" {
		return nil, &spec.Problem{Message: name + " is a method of the API that tasks cannot call", Fix: "name another one"}
	}
	return task, nil
}

// streams reports whether a method of the API does.
func (v *View) streams(name string) bool {
	all := v.APIs()
	for _, r := range v.Declared() {
		all = append(all, &Service{Proto: r.Pascal(), Methods: r.Extra})
	}
	for _, s := range all {
		for _, m := range s.Streaming() {
			if s.Proto+"."+m.Name == name {
				return true
			}
		}
	}
	return false
}

func ownTask() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`) }
