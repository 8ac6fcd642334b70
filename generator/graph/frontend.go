package graph

import (
	"io/fs"

	"github.com/cloudforet-io/spacegen/generator/input"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// frontendGraph is an app in the browser, the server that it comes from, and the
// services that the server leads to.
func frontendGraph(fsys fs.FS, s *spec.Spec) (*Graph, error) {
	b := newBuilder("browser", "server", "service")
	server := b.node("server", s.ServiceName().Kebab())
	b.edge(b.node("browser", "app"), server)
	for _, at := range input.FrontendFiles() {
		services, err := input.ServicesOf(fsys, at)
		if err != nil {
			return nil, err
		}
		for _, name := range services {
			b.edge(server, b.node("service", name))
		}
	}
	if len(b.graph.Layers[2].Nodes) == 0 {
		b.edge(server, b.node("service", "none is configured"))
	}
	return b.graph, nil
}
