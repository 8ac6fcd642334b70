package generator

import (
	"slices"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// platformGraph gives the members of a platform by kind, and what calls what as
// far as the platform knows: consoles call services, services ask identity who
// calls, and the supervisor runs plugins.
func platformGraph(p spec.Platform) *Graph {
	b := graphBuilder{graph: new(Graph)}
	kinds := []spec.Kind{spec.KindFrontend, spec.KindService, spec.KindSupervisor, spec.KindPlugin}
	for _, kind := range kinds {
		b.graph.Layers = append(b.graph.Layers, GraphLayer{Name: string(kind)})
	}
	b.graph.Layers = append(b.graph.Layers, GraphLayer{Name: "outside"})
	of := map[spec.Kind][]string{}
	for _, m := range p.Members {
		of[m.Kind] = append(of[m.Kind], b.node(string(m.Kind), m.Key()))
	}
	for _, service := range of[spec.KindService] {
		for _, console := range of[spec.KindFrontend] {
			b.edge(console, service)
		}
		if asked := string(spec.KindService) + "." + identity; service != asked && slices.Contains(of[spec.KindService], asked) {
			b.edge(service, asked)
		}
		b.edge(service, b.node("outside", "postgresql ("+string(p.PostgreSQL)+")"))
		b.edge(service, b.node("outside", "redis ("+string(p.Redis)+")"))
	}
	for _, supervisor := range of[spec.KindSupervisor] {
		for _, plugin := range of[spec.KindPlugin] {
			b.edge(supervisor, plugin)
		}
	}
	return b.graph
}
