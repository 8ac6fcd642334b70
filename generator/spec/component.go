package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// ComponentKind says what a connector leads to, or when a handler is called.
type ComponentKind string

// The kinds of connectors and handlers.
const (
	ServiceConnector      ComponentKind = "service"  // another service of the platform, by gRPC
	HTTPConnector         ComponentKind = "http"     // an API over HTTP, in JSON
	DatabaseConnector     ComponentKind = "database" // another database than the service's own
	PluginConnector       ComponentKind = "plugin"   // plugins of one kind, by gRPC
	LocalConnector        ComponentKind = "local"    // the machine that the service runs on: files, what the kernel tells
	QueueConnector        ComponentKind = "queue"    // the workers, by the service's queue
	AuthenticationHandler ComponentKind = "authentication"
	AuthorizationHandler  ComponentKind = "authorization"
	MutationHandler       ComponentKind = "mutation"
	EventHandler          ComponentKind = "event"
)

// ConnectorKinds lists the kinds of connectors.
func ConnectorKinds() []ComponentKind {
	return []ComponentKind{ServiceConnector, HTTPConnector, DatabaseConnector, PluginConnector, LocalConnector, QueueConnector}
}

// HandlerKinds lists the kinds of handlers.
func HandlerKinds() []ComponentKind {
	return []ComponentKind{AuthenticationHandler, AuthorizationHandler, MutationHandler, EventHandler}
}

// Component is a part of one layer that belongs to no resource: a service, a
// manager, a connector, a handler or a worker.
type Component struct {
	Name        string        `yaml:"name"`
	Kind        ComponentKind `yaml:"kind"` // of connectors and handlers
	API         string        `yaml:"api"`  // of connectors to plugins: the proto package that they speak, if it is known
	Description string        `yaml:"description"`
}

// Naming gives the component's name in all its forms, without the name of its
// layer at the end.
func (c Component) Naming(layer string) naming.Name {
	n := naming.New(c.Name)
	if short := strings.TrimSuffix(n.Snake(), "_"+layer); short != "" {
		return naming.New(short)
	}
	return n
}

// A Layer is one of the lists of components.
type Layer struct {
	Key   string // in the file: "connectors"
	Name  string // of one: "connector"
	Kinds []ComponentKind
	List  func(*Spec) *[]Component
}

// Layers are the lists of components.
func Layers() []Layer {
	return []Layer{
		{"services", "service", nil, func(s *Spec) *[]Component { return &s.Services }},
		{"managers", "manager", nil, func(s *Spec) *[]Component { return &s.Managers }},
		{"connectors", "connector", ConnectorKinds(), func(s *Spec) *[]Component { return &s.Connectors }},
		{"handlers", "handler", HandlerKinds(), func(s *Spec) *[]Component { return &s.Handlers }},
		{"workers", "worker", nil, func(s *Spec) *[]Component { return &s.Workers }},
	}
}

// layerTypes are the types that the packages of the layers have already.
var layerTypes = map[string][]string{
	"services":   {"Services", "Means", "Census", "CensusCounter", "Guards"},
	"managers":   {"Managers"},
	"connectors": {"Connectors", "Deps", "Dispatcher", "Plugins", "Queues"},
	"handlers":   {"Authentication", "Authorization", "Mutation", "Event", "LogEvent", "SpaceONEAuthentication", "SpaceONEAuthorization", "SpaceONEMutation"},
}

// components validates the lists of components.
func (v *validator) components(s *Spec) {
	for _, layer := range Layers() {
		taken := map[string]string{}
		for _, name := range layerTypes[layer.Key] {
			taken[strings.ToLower(name)] = "in every service"
		}
		if layer.Key != "handlers" && layer.Key != "workers" {
			for _, r := range s.Resources {
				taken[strings.ToLower(r.Naming().Pascal())] = "by the resource " + r.Name
			}
		}
		if layer.Key == "workers" {
			taken[strings.ToLower(s.ServiceName().Pascal())] = "by the worker that every service has"
			if len(s.Workers) > 0 && !s.Has(WorkerServer) {
				v.add("workers", "workers run in the worker server, which this service does not have", "add worker to servers, or remove the workers")
			}
		}
		for i, c := range *layer.List(s) {
			path := fmt.Sprintf("%s[%d]", layer.Key, i)
			v.description(path+".description", c.Description)
			if layer.Kinds != nil {
				choice(v, path+".kind", "kind of "+layer.Name, c.Kind, layer.Kinds)
			} else if c.Kind != "" {
				v.add(path+".kind", fmt.Sprintf("a %s has no kind", layer.Name), "leave it out")
			}
			if c.API != "" && c.Kind != PluginConnector {
				v.add(path+".api", fmt.Sprintf("a %s of this kind speaks no API of protos", layer.Name), "leave it out, or make it a connector of the kind plugin")
			}
			if c.Kind == QueueConnector && !s.HasQueue() {
				v.add(path+".kind", "a connector of this kind puts tasks into a queue, and this service has none", "add worker to servers")
			}
			if !v.name(path+".name", layer.Name+" name", naming.CheckResource(c.Name)) {
				continue
			}
			key := strings.ToLower(c.Naming(layer.Name).Pascal())
			if who, is := taken[key]; is {
				v.add(path+".name", fmt.Sprintf("the name %s is taken among %s, %s", c.Name, layer.Key, who), "call the "+layer.Name+" otherwise")
			}
			taken[key] = "by another one"
		}
	}
}

func componentItem(c Component) string {
	parts := []string{"name: " + flowText(c.Name)}
	if c.Kind != "" {
		parts = append(parts, "kind: "+string(c.Kind))
	}
	if c.API != "" {
		parts = append(parts, "api: "+flowText(c.API))
	}
	if c.Description != "" {
		parts = append(parts, "description: "+flowText(c.Description))
	}
	return "- {" + strings.Join(parts, ", ") + "}\n"
}

func (e *emitter) components(key string, list []Component) {
	if len(list) == 0 {
		e.line(0, "%s: []", key)
		return
	}
	e.line(0, "%s:", key)
	for _, c := range list {
		e.raw(indent(componentItem(c), 1))
	}
}

func defaultComponents(list []Component, kinds []ComponentKind) []Component {
	list = cloned(list)
	for i := range list {
		list[i].Description = oneLine(list[i].Description)
		if list[i].Kind == "" && slices.Contains(kinds, ServiceConnector) {
			list[i].Kind = ServiceConnector
		}
	}
	return list
}

// ParseComponent reads NAME or NAME:KIND.
func ParseComponent(s string) Component {
	name, kind, _ := strings.Cut(s, ":")
	return Component{Name: name, Kind: ComponentKind(kind)}
}

// Form is the component as ParseComponent reads it.
func (c Component) Form() string {
	if c.Kind == "" {
		return c.Name
	}
	return c.Name + ":" + string(c.Kind)
}

// AddComponent appends a component to the list of a layer.
func (f *File) AddComponent(key string, c Component) error {
	layer, err := layerOf(key)
	if err != nil {
		return err
	}
	c = defaultComponents([]Component{c}, layer.Kinds)[0]
	want := f.draft()
	list := layer.List(want)
	*list = append(*list, c)
	return f.edit(want, fmt.Sprintf("add the %s %s", layer.Name, c.Name), func(d *document) error {
		return d.appendItem(key, componentItem(c), false)
	})
}

// RemoveComponent removes the component of a name from the list of a layer.
func (f *File) RemoveComponent(key, name string) error {
	layer, err := layerOf(key)
	if err != nil {
		return err
	}
	list := *layer.List(f.spec)
	form := Component{Name: name}.Naming(layer.Name).Snake()
	i := slices.IndexFunc(list, func(c Component) bool { return c.Naming(layer.Name).Snake() == form })
	if i < 0 {
		return f.missing(layer.Name, name, names(list, func(c Component) string { return c.Name }))
	}
	want := f.draft()
	all := layer.List(want)
	*all = slices.Delete(*all, i, i+1)
	return f.edit(want, fmt.Sprintf("remove the %s %s", layer.Name, name), func(d *document) error { return d.removeItem(key, i) })
}

func layerOf(key string) (Layer, error) {
	for _, layer := range Layers() {
		if layer.Key == key {
			return layer, nil
		}
	}
	return Layer{}, fmt.Errorf("there are no %s in a Spec", key)
}
