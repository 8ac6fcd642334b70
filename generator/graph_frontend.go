package generator

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Where a frontend's server is told which services it leads to: by itself, and in
// a cluster.
const (
	frontendConfig = "config/config.yaml"
	frontendValues = "deploy/helm/values.yaml"
)

// frontendGraph is an app in the browser, the server that it comes from, and the
// services that the server leads to.
func frontendGraph(fsys fs.FS, s *spec.Spec) (*Graph, error) {
	b := newGraph("browser", "server", "service")
	server := b.node("server", s.ServiceName().Kebab())
	b.edge(b.node("browser", "app"), server)
	for _, at := range []string{frontendConfig, frontendValues} {
		services, err := servicesOf(fsys, at)
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

// servicesOf names the services in a frontend's configuration, sorted.
func servicesOf(fsys fs.FS, at string) ([]string, error) {
	text, err := fs.ReadFile(fsys, at)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", at, err)
	}
	addresses, err := spec.OpenAddresses(at, text)
	if err != nil {
		return nil, err
	}
	return addresses.Names(), nil
}
