package charttest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
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
}

// nullables are the charts of all kinds.
func nullables(t *testing.T) map[string]nullable {
	t.Helper()
	const ingress = "hosts: [{host: a.example.com}], tls: [{secretName: tls}], annotations: {a: b}, className: nginx"
	top := platformWith(t, spec.Member{Name: "identity"}, spec.Member{Name: "inventory"},
		spec.Member{Name: "supervisor", Kind: spec.KindSupervisor}, spec.Member{Name: "console", Kind: spec.KindFrontend}, asset())
	return map[string]nullable{
		"service": {
			chart:   chart(t, everything("inventory")),
			values:  "{developer: true, networkPolicy: {enabled: true}, podMonitor: {enabled: true}, ingress: {rest: {enabled: true, " + ingress + "}}, autoscaling: {worker: {enabled: true}}}",
			removes: []string{"resources", "nginx.resources", "autoscaling", "developer", "networkPolicy", "podMonitor", "ingress"},
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

// TestValuesWithoutAValue sets every value of every chart to null, as a key does
// that has nothing but comments below: what cannot be left out is as values.yaml has
// it. A chart that cannot do without says so.
func TestValuesWithoutAValue(t *testing.T) {
	found := helms(t)
	for name, c := range nullables(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := given(t, c.values)
			args := []string{"template", "test", ".", "--kube-version", newest, "--values", base}
			whole := parse(t, mustRun(t, c.chart, found["helm3"], args...))
			text, err := os.ReadFile(filepath.Join(c.chart, "values.yaml"))
			require.NoError(t, err)
			var defaults map[string]any
			require.NoError(t, yaml.Unmarshal(text, &defaults))
			paths := leaves(nil, defaults)
			require.Greater(t, len(paths), 10)
			file := filepath.Join(t.TempDir(), "null.yaml")
			for _, path := range paths {
				at := strings.Join(path, ".")
				text, err := yaml.Marshal(null(path))
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(file, text, 0o600))
				for version, helm := range found {
					if version == "helm4" && !isMap(defaults, path) {
						continue // a value that is left out is no matter of the version
					}
					out, err := run(t, c.chart, helm, append(args, "--values", file)...)
					switch {
					case err != nil && covers(c.refuses, at):
						assert.Regexp(t, `set it to true|has no image|names no image|specifications of the schema`, out, "%s: %s", version, at)
					case assert.NoError(t, err, "%s: %s: null\n%s", version, at, out) && !covers(c.removes, at) && !above(c.removes, at) && !covers(c.refuses, at):
						assert.Equal(t, whole, parse(t, out), "%s: %s: null", version, at)
					}
				}
			}
		})
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

// null gives a document in which a path has no value.
func null(path []string) map[string]any {
	if len(path) == 1 {
		return map[string]any{path[0]: nil}
	}
	return map[string]any{path[0]: null(path[1:])}
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
