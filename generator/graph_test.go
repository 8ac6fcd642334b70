package generator

import (
	"encoding/xml"
	"errors"
	"html"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/graph"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

// begun makes a repository of a starter below a folder.
func begun(t *testing.T, g *Generator, work, starter, name string) string {
	t.Helper()
	st, err := g.Starter(starter)
	require.NoError(t, err)
	s, err := st.Spec(name)
	require.NoError(t, err)
	dir := filepath.Join(work, name)
	_, err = g.Create(t.Context(), spec.Defaults(s), st.Own, dir)
	require.NoError(t, err)
	return dir
}

// edges writes the edges of a graph as FROM > TO.
func edges(g *graph.Graph) []string {
	var all []string
	for _, e := range g.Edges {
		all = append(all, e.From+" > "+e.To)
	}
	return all
}

// TestGraph: what is drawn is what is there, of every kind of repository, and
// both forms have all of it.
func TestGraph(t *testing.T) {
	g, err := New(templates.FS, "v1.0.0")
	require.NoError(t, err)
	work := t.TempDir()
	create := func(s *spec.Spec) string {
		dir := filepath.Join(work, s.Name)
		_, err := g.Create(t.Context(), spec.Defaults(s), render.Input{}, dir)
		require.NoError(t, err)
		return dir
	}
	plugin := begun(t, g, work, "plugin-asset", "hardware")
	inventory := begun(t, g, work, "inventory", "inventory")
	begun(t, g, work, "plugin", "plugin")
	begun(t, g, work, "supervisor", "supervisor")
	create(spec.New("identity"))
	console := create(&spec.Spec{Name: "console", Kind: spec.KindFrontend, Chart: true})
	pointed := create(&spec.Spec{Name: "pointed", Kind: spec.KindFrontend, Chart: true})
	edit(t, pointed, "config/config.yaml", "services: {}", "services:\n  identity: http://127.0.0.1:8000\n  'a\"<b>': http://127.0.0.1:8001")
	edit(t, pointed, "deploy/helm/values.yaml", "services: {}", "services: {inventory: http://inventory-rest}")
	in := create(&spec.Spec{Name: "own", Managers: []spec.Component{{Name: "Quota"}}, Services: []spec.Component{{Name: "Report"}}, Connectors: []spec.Component{{Name: "Prices", Kind: spec.HTTPConnector}}})
	edit(t, in, "internal/service/report.go", "pipeline.TransactionFrom", "_ = s.managers.Quota\n\tpipeline.TransactionFrom")
	platform := create(&spec.Spec{Name: "top", Kind: spec.KindPlatform, Platform: spec.Platform{Members: []spec.Member{
		{Name: "identity"}, {Name: "inventory"}, {Name: "plugin"}, {Name: "elsewhere", Path: "../elsewhere"},
		{Name: "supervisor", Kind: spec.KindSupervisor}, {Name: "hardware", Kind: spec.KindPlugin}, {Name: "console", Kind: spec.KindFrontend},
	}}})

	for name, c := range map[string]struct {
		dir      string
		has, not []string
	}{
		"plugin": {plugin, []string{
			"interface.grpc > handler.pipeline", "handler.pipeline > method.Collector.collect", "method.Collector.collect > service.Collector",
			"service.Collector > manager.Machine", "manager.Machine > connector.Machine", "connector.Machine > outside.this machine",
		}, []string{"handler.pipeline > service.Collector"}},
		"service": {inventory, []string{
			"handler.pipeline > service.Collector", "service.Collector > manager.Collector", "connector.Collector > outside.postgresql",
			"service.Collection > manager.Asset", "manager.Asset > connector.Secret", "connector.Secret > outside.secret",
			"connector.Asset > outside.plugins (asset)", "connector.Tasks > outside.queue",
		}, []string{"handler.pipeline > method.Collector.collect"}},
		"what people wrote": {in, []string{"service.Report > manager.Quota", "connector.Prices > outside.prices"}, []string{"manager.Quota > connector.Prices"}},
		"frontend":          {console, []string{"browser.app > server.console", "server.console > service.none is configured"}, nil},
		"frontend, pointed": {pointed, []string{"server.pointed > service.identity", "server.pointed > service.inventory", `server.pointed > service.a"<b>`}, []string{"server.pointed > service.none is configured"}},
		"platform": {platform, []string{
			"frontend.console > service.inventory", "service.inventory > service.identity", "supervisor.supervisor > service.plugin",
			"service.inventory > plugin.hardware", "supervisor.supervisor > plugin.hardware", "service.elsewhere > outside.postgresql (bundled)",
		}, []string{"service.identity > outside.redis (bundled)", "service.plugin > plugin.hardware", "supervisor.supervisor > outside.postgresql (bundled)"}},
	} {
		t.Run(name, func(t *testing.T) {
			graph, err := g.Draw(t.Context(), c.dir)
			require.NoError(t, err)
			all := edges(graph)
			for _, e := range c.has {
				assert.Contains(t, all, e)
			}
			for _, e := range c.not {
				assert.NotContains(t, all, e)
			}
			mermaid, svg := graph.Mermaid(), graph.SVG()
			assert.Equal(t, len(graph.Edges), strings.Count(mermaid, " --> "))
			assert.Equal(t, len(graph.Edges), strings.Count(svg, "marker-end="))
			assert.NotContains(t, mermaid, `"<b>"`, "a quote ends a name")
			for _, l := range graph.Layers {
				for _, n := range l.Nodes {
					assert.Contains(t, svg, ">"+html.EscapeString(n)+"</text>")
				}
			}
			for dec := xml.NewDecoder(strings.NewReader(svg)); ; {
				if _, err := dec.Token(); errors.Is(err, io.EOF) {
					break
				} else if !assert.NoError(t, err) {
					break
				}
			}
		})
	}

	require.NoError(t, os.WriteFile(filepath.Join(console, "config/config.yaml"), []byte("services: ["), 0o600))
	_, err = g.Draw(t.Context(), console)
	require.ErrorContains(t, err, "config/config.yaml")
}
