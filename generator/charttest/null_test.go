package charttest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A nullable is a chart of which every value is set to null in turn.
type nullable struct {
	chart   string
	values  string   // of a file: what switches on all that the chart can make
	removes []string // paths whose default goes with its value, and all below and above them
	refuses []string // paths that the chart cannot do without, and says so, and all below them

	once  sync.Once
	whole objects // what it renders to with its values
}

// nullables are the charts of all kinds.
func nullables(t *testing.T) map[string]*nullable {
	t.Helper()
	const ingress = "hosts: [{host: a.example.com}], tls: [{secretName: tls}], annotations: {a: b}, className: nginx"
	top := platformWith(t, spec.Member{Name: "identity"}, spec.Member{Name: "inventory"},
		spec.Member{Name: "supervisor", Kind: spec.KindSupervisor}, spec.Member{Name: "console", Kind: spec.KindFrontend}, asset())
	return map[string]*nullable{
		"service": {
			chart:   chart(t, everything("inventory")),
			values:  "{developer: true, networkPolicy: {enabled: true}, podMonitor: {enabled: true}, monitoring: {rules: {enabled: true}, dashboard: {enabled: true}}, ingress: {rest: {enabled: true, " + ingress + "}}, autoscaling: {worker: {enabled: true}}}",
			removes: []string{"resources", "nginx.resources", "autoscaling", "developer", "networkPolicy", "podMonitor", "monitoring.rules.enabled", "monitoring.dashboard.enabled", "ingress"},
		},
		"supervisor": {
			chart:   supervisorChart(t, "supervisor"),
			values:  "{plugins: {plugin-asset: {image: {name: example/asset, version: '1.0'}, kind: inventory.Collector}}}",
			removes: []string{"resources", "sidecar.redis.resources", "plugins", "application_scheduler"}, // NAME stands in config.yaml, too
		},
		"frontend": {
			chart:   frontendChart(t),
			values:  "{services: {inventory: 'http://inventory-rest'}, ingress: {enabled: true, " + ingress + "}}",
			removes: []string{"resources", "services", "ingress"},
		},
		"frontend by nginx": {
			chart:   frontendChart(t),
			values:  "{server: nginx, services: {inventory: 'http://inventory-rest'}, ingress: {enabled: true, " + ingress + "}}",
			removes: []string{"resources", "services", "ingress", "server"},
		},
		"platform": {
			chart:  top,
			values: "{global: {shared_secret: {DATABASES: {default: {password: pw}}}}, initializer: {existingSecret: admin}}",
			removes: []string{
				"global", "initializer.resources", "initializer.existingSecret", "postgresql.databases", "supervisor.plugins",
			},
			refuses: []string{"global", "global.shared_secret", "global.shared_secret.enabled", "supervisor.plugins.plugin-asset"},
		},
		"postgresql": {chart: filepath.Join(top, "charts", "postgresql"), values: "{databases: {a: b}}", removes: []string{"resources", "databases"}},
		"redis":      {chart: filepath.Join(top, "charts", "redis"), values: "{}", removes: []string{"resources"}},
	}
}

var both = []string{"helm3", "helm4"}

// TestValuesWithoutAValue sets all values of a chart that it can do without to null at
// once, as keys do that have nothing but comments below, and then each top level key:
// what cannot be left out is as values.yaml has it. TestE2EValuesWithoutAValue does so
// with every value by itself.
func TestValuesWithoutAValue(t *testing.T) {
	t.Parallel()
	for name, c := range nullables(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defaults := c.defaults(t)
			all := map[string]any{}
			for _, path := range leaves(nil, defaults) {
				if at := strings.Join(path, "."); !isMap(defaults, path) && c.same(at) {
					blank(t, all, path)
				}
			}
			require.NotEmpty(t, all)
			c.without(t, both, all, "all values")
			for key := range defaults {
				c.without(t, both, map[string]any{key: nil}, key)
			}
		})
	}
}

// TestE2EValuesWithoutAValue sets every value of every chart to null. A chart that
// cannot do without says so.
func TestE2EValuesWithoutAValue(t *testing.T) {
	if testing.Short() {
		t.Skip("renders charts hundreds of times")
	}
	t.Parallel()
	for name, c := range nullables(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defaults := c.defaults(t)
			paths := leaves(nil, defaults)
			require.Greater(t, len(paths), 10)
			for _, path := range paths {
				versions := both
				if !isMap(defaults, path) { // a value that is left out is no matter of the version
					versions = both[:1]
				}
				values := map[string]any{}
				blank(t, values, path)
				c.without(t, versions, values, strings.Join(path, "."))
			}
		})
	}
}

// defaults are the values that the chart has by itself.
func (c *nullable) defaults(t *testing.T) (values map[string]any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.chart, "values.yaml"))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &values))
	return values
}

// same reports whether the chart is the same without a value.
func (c *nullable) same(at string) bool {
	return !covers(c.removes, at) && !above(c.removes, at) && !covers(c.refuses, at)
}

// without renders the chart with values that are null, which is at a path or of many.
func (c *nullable) without(t *testing.T, versions []string, values map[string]any, at string) {
	t.Helper()
	args := []string{"test", ".", "--kube-version", newest, "--values", given(t, c.values)}
	c.once.Do(func() { c.whole = parse(t, mustTemplate(t, "helm3", c.chart, args...)) })
	text, err := yaml.Marshal(values)
	require.NoError(t, err)
	args = append(args, "--values", given(t, string(text)))
	for _, version := range versions {
		out, err := template(t, version, c.chart, args...)
		switch {
		case err != nil && covers(c.refuses, at):
			assert.Regexp(t, `set it to true|has no image|names no image|specifications of the schema`, out, "%s: %s", version, at)
		case assert.NoError(t, err, "%s: %s: null\n%s", version, at, out) && c.same(at):
			assert.Equal(t, c.whole, parse(t, out), "%s: %s: null", version, at)
		}
	}
}

// leaves gives the paths of a document, those of maps included.
func leaves(above []string, values map[string]any) [][]string {
	var all [][]string
	for key, value := range values {
		path := append(slices.Clone(above), key)
		all = append(all, path)
		if inner, ok := value.(map[string]any); ok {
			all = append(all, leaves(path, inner)...)
		}
	}
	slices.SortFunc(all, slices.Compare)
	return all
}

// blank puts a null at a path of a document.
func blank(t *testing.T, values map[string]any, path []string) {
	t.Helper()
	for _, key := range path[:len(path)-1] {
		inner, ok := values[key].(map[string]any)
		if !ok {
			inner = map[string]any{}
			values[key] = inner
		}
		values = inner
	}
	values[path[len(path)-1]] = nil
}

// covers reports whether a path is one of some, or lies below.
func covers(some []string, path string) bool {
	return slices.ContainsFunc(some, func(one string) bool { return path == one || strings.HasPrefix(path, one+".") })
}

// above reports whether one of some lies below a path.
func above(some []string, path string) bool {
	return slices.ContainsFunc(some, func(one string) bool { return strings.HasPrefix(one, path+".") })
}

func isMap(values map[string]any, path []string) bool {
	inner, ok := values[path[0]].(map[string]any)
	return ok && (len(path) == 1 || isMap(inner, path[1:]))
}
