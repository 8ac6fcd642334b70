// Package graph draws what a repository is made of, and what calls what.
package graph

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/cloudforet-io/spacegen/generator/input"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A Graph is what a repository is made of, by layer, and what calls what.
type Graph struct {
	Layers []Layer
	Edges  []Edge
}

// A Layer is one layer, from the outside in.
type Layer struct {
	Name  string
	Nodes []string // identifiers are LAYER.NAME
}

// An Edge says that one part calls another.
type Edge struct{ From, To string }

// Of gives the graph of the repository at dir.
func Of(ctx context.Context, sets render.Sets, dir string) (graph *Graph, err error) {
	p, s, err := input.Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	switch s.Kind {
	case spec.KindPlatform:
		return platformGraph(p.Dir, s.Platform), nil
	case spec.KindFrontend:
		return frontendGraph(p.FS(), s)
	case spec.KindFramework:
		return nil, fmt.Errorf("%s is a framework: it has no layers that a graph could show; 'spacegen list' names its packages", s.Name)
	case spec.KindService, spec.KindPlugin, spec.KindSupervisor:
	}
	services, err := input.Services(ctx, sets, p, s)
	if err != nil {
		return nil, err
	}
	return layeredGraph(p.FS(), s, services)
}

// layeredGraph is the graph of a repository that has the layers: its parts as
// the Spec and the user's API name them, and their calls as the code has them.
func layeredGraph(fsys fs.FS, s *spec.Spec, services []*render.Service) (*Graph, error) {
	b := newBuilder("interface", "handler", "method", "service", "manager", "connector", "outside")
	for _, server := range s.Servers {
		from := b.node("interface", string(server))
		if server == spec.SchedulerServer {
			b.edge(from, b.node("outside", "queue"))
			continue
		}
		if server == spec.WorkerServer {
			b.edge(b.node("outside", "queue"), from)
		}
		b.edge(from, b.node("handler", pipeline))
	}
	for _, h := range s.Handlers {
		b.edge(b.node("handler", pipeline), b.node("handler", h.Naming("handler").Pascal()))
	}
	for _, r := range s.Resources {
		name := r.Naming().Pascal()
		b.edge(b.service(s, name), b.keeper(s, name))
	}
	for _, api := range services {
		b.api(s, api)
	}
	for _, c := range s.Services {
		b.service(s, c.Naming("service").Pascal())
	}
	for _, c := range s.Managers {
		b.node("manager", c.Naming("manager").Pascal())
	}
	for _, c := range s.Connectors {
		b.edge(b.node("connector", c.Naming("connector").Pascal()), b.node("outside", beyond(c)))
	}
	if s.Has(spec.WorkerServer) {
		census := b.service(s, "Census")
		for _, r := range s.Resources {
			b.edge(census, b.node("manager", r.Naming().Pascal()))
		}
	}
	return b.graph, b.calls(fsys, s.Module)
}

// pipeline is what stands before every service.
const pipeline = "pipeline"

// service gives the node of a service, called by whatever the repository serves.
func (b builder) service(s *spec.Spec, name string) string {
	to := b.node("service", name)
	if s.Has(spec.GRPCServer) || s.Has(spec.RESTServer) || s.Has(spec.WorkerServer) {
		b.edge(b.node("handler", pipeline), to)
	}
	return to
}

// keeper gives the manager of a resource, with what it keeps it in.
func (b builder) keeper(s *spec.Spec, name string) string {
	manager, store := b.node("manager", name), b.node("connector", name)
	if s.HasCache() {
		b.edge(manager, b.node("outside", "cache ("+string(s.Cache)+")"))
	}
	b.edge(manager, store)
	database := "memory"
	if s.HasDatabase() {
		database = string(s.Database)
	}
	b.edge(store, b.node("outside", database))
	return manager
}

// api adds a service of the user's API. Of a plugin, which is there for
// nothing else, its methods are shown.
func (b builder) api(s *spec.Spec, api *render.Service) {
	if s.Kind == spec.KindPlugin {
		to := b.node("service", api.Type)
		for _, m := range api.Methods {
			method := b.node("method", api.Proto+"."+m.Name)
			b.edge(b.node("handler", pipeline), method)
			b.edge(method, to)
		}
	} else {
		b.service(s, api.Type)
	}
	for _, r := range api.Resources {
		b.edge(b.node("service", api.Type), b.keeper(s, r.Pascal()))
	}
}

// beyond names what a connector leads to.
func beyond(c spec.Component) string {
	name := c.Naming("connector").Kebab()
	switch c.Kind {
	case spec.LocalConnector:
		return "this machine"
	case spec.QueueConnector:
		return "queue"
	case spec.PluginConnector:
		return "plugins (" + name + ")"
	case spec.DatabaseConnector:
		return "database (" + name + ")"
	default:
		return name
	}
}

// calls adds the calls between services, managers and connectors as the code has
// them.
func (b builder) calls(fsys fs.FS, module string) error {
	for _, step := range []struct{ from, to, fields string }{{"service", "manager", "Managers"}, {"manager", "connector", "Connectors"}} {
		used, err := uses(fsys, module, step.from, step.to, step.fields)
		if err != nil {
			return err
		}
		for _, from := range slices.Sorted(maps.Keys(used)) {
			for _, to := range used[from] {
				if b.has(step.from, from) && b.has(step.to, to) {
					b.edge(step.from+"."+from, step.to+"."+to)
				}
			}
		}
	}
	return nil
}

type builder struct{ graph *Graph }

func newBuilder(layers ...string) builder {
	b := builder{graph: new(Graph)}
	for _, layer := range layers {
		b.graph.Layers = append(b.graph.Layers, Layer{Name: layer})
	}
	return b
}

func (b builder) has(layer, name string) bool {
	return slices.ContainsFunc(b.graph.Layers, func(l Layer) bool {
		return l.Name == layer && slices.Contains(l.Nodes, name)
	})
}

// node gives the identifier of a node, added if need be.
func (b builder) node(layer, name string) string {
	for i := range b.graph.Layers {
		l := &b.graph.Layers[i]
		if l.Name != layer {
			continue
		}
		if !slices.Contains(l.Nodes, name) {
			l.Nodes = append(l.Nodes, name)
		}
	}
	return layer + "." + name
}

func (b builder) edge(from, to string) {
	if e := (Edge{from, to}); !slices.Contains(b.graph.Edges, e) {
		b.graph.Edges = append(b.graph.Edges, e)
	}
}
