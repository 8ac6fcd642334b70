package charttest

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// original is a file of values of the form that the original charts have.
func original(t *testing.T, name string) string {
	t.Helper()
	return filepath.Join(root(t), "testdata", "helm", "originals", name+".yaml")
}

// notes are what an installation tells, by every version of Helm.
func notes(t *testing.T, chart string, args ...string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for version, helm := range helms(t) {
		out := mustRun(t, chart, helm, append(append([]string{"install", "test", "."}, dryRun(t, version)...), args...)...)
		_, all[version], _ = strings.Cut(out, "\nNOTES:\n")
		require.NotEmpty(t, all[version], out)
	}
	return all
}

// unused are the values of which notes say that they do nothing, and what is said.
func unused(t *testing.T, notes string) map[string]string {
	t.Helper()
	found := map[string]string{}
	_, list, ok := strings.Cut(notes, "These values have no effect:\n")
	if !ok {
		return found
	}
	for line := range strings.Lines(list) {
		m := regexp.MustCompile(`^  (\S+) +(\S.*)\n?$`).FindStringSubmatch(line)
		if m == nil {
			break
		}
		found[m[1]] = m[2]
	}
	require.NotEmpty(t, found, notes)
	return found
}

// Original values files are taken as they stand. What they set that means nothing here
// is told.
func TestOriginalValues(t *testing.T) {
	t.Parallel()
	backend, supervisor, console := chart(t, everything("inventory")), supervisorChart(t, "supervisor"), frontendChart(t)
	for name, c := range map[string]struct {
		chart  string
		unused []string
		check  func(t *testing.T, got objects)
	}{
		"backend": {backend, nil, func(t *testing.T, got objects) {
			assert.Len(t, got.ofKind("Deployment"), 4)
			ingress := got["Ingress/inventory-rest"]
			path, ok := asMap(ingress.get("spec", "rules", 0, "http", "paths", 0))
			require.True(t, ok)
			assert.Equal(t, "/hook", path["path"])
			assert.Equal(t, 8080, object(path).get("backend", "service", "port", "number"))
			assert.Equal(t, map[string]any{"example.com/listen-ports": `[{"HTTP": 80}]`}, ingress.get("metadata", "annotations"))
			nginx, ok := asMap(got["Deployment/inventory-rest"].pod().get("containers", "inventory-nginx"))
			require.True(t, ok)
			assert.Equal(t, "nginx:stable", nginx["image"])
		}},
		"identity": {backend, []string{"ingress.annotations", "ingress.host", "nameOverride"}, func(t *testing.T, got objects) {
			assert.Len(t, got.ofKind("Deployment"), 2)
			for _, server := range []string{"inventory", "inventory-rest"} {
				assert.Contains(t, got["Deployment/"+server].pod().names("containers", 0, "volumeMounts"), "letters")
			}
			assert.Empty(t, got.ofKind("Ingress"))
		}},
		"supervisor": {supervisor, []string{"developer", "replicas", "worker"}, func(t *testing.T, got objects) {
			for id, o := range got {
				assert.Equal(t, "root-supervisor", o.text("metadata", "namespace"), id)
			}
		}},
		"console": {console, []string{
			"developer", "production_json.ASSET_PATH", "production_json.CONSOLE_API", "production_json.DOMAIN_NAME", "production_json.DOMAIN_NAME_REF",
			"production_json.GTAG_ID", "production_json.MOCK",
		}, func(t *testing.T, got objects) {
			pod := got["Deployment/console"].pod()
			mountsExist(t, pod)
			assert.Subset(t, pod.names("containers", 0, "volumeMounts"), []string{"favicon", "timezone", "log-volume"})
			assert.Contains(t, pod.names("containers"), "proxy")
			assert.Contains(t, pod.names("volumes"), "keys")
			for i := range 2 { // the pods do not listen on port 80
				assert.Equal(t, "http", got["Service/console"].get("spec", "ports", i, "targetPort"))
			}
			assert.Equal(t, "*.console.example.com", got["Ingress/console"].get("spec", "rules", 0, "host"))
			config := got["ConfigMap/console-conf"].document(t, "config.yaml")
			assert.Equal(t, map[string]any{"dark": true}, config.get("production", "THEME"))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := original(t, name)
			for version, helm := range helms(t) {
				out := mustRun(t, c.chart, helm, "lint", "--strict", "--values", file, ".")
				assert.NotContains(t, strings.ToLower(out), "warning", version)
			}
			got := judge(t, c.chart, "--values", file)
			c.check(t, got)
			// Without a cluster nobody knows what a PodMonitor is.
			for version, told := range notes(t, c.chart, "--values", file) {
				assert.Equal(t, c.unused, slices.Sorted(maps.Keys(unused(t, told))), version)
			}
		})
	}
	for value, want := range map[string]string{"THEME.api_key=x": "production_json.THEME.api_key looks like a secret"} {
		out, err := template(t, "helm3", console, "test", ".", "--set", "production_json."+value)
		require.Error(t, err, out)
		assert.Contains(t, out, want)
	}
	nginx := manifests(t, console, "--values", original(t, "console"), "--set", "server=nginx,title=Acme")
	assert.Equal(t, "Acme", nginx["ConfigMap/console-conf"].document(t, "config.json").get("title"))
	assert.Equal(t, true, nginx["ConfigMap/console-conf"].document(t, "config.json").get("THEME", "dark"))
}

// What no chart knows is no error, and NOTES.txt says what becomes of it.
func TestUnknownValues(t *testing.T) {
	t.Parallel()
	dir := chart(t, everything("inventory"))
	files, err := filepath.Glob(filepath.Join(root(t), "testdata", "helm", "unknown", "*.yaml"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 11)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			first, _, _ := strings.Cut(string(text), "\n")
			want, ok := strings.CutPrefix(first, "# want: ")
			require.True(t, ok, "the first line says what NOTES.txt must hold")
			for version, told := range notes(t, dir, "--values", file) {
				assert.Regexp(t, `(?m)^  `+want+`$`, told, version)
				assert.Len(t, unused(t, told), 1, version)
			}
		})
	}
	// The original charts fix the class of an Ingress.
	const class = "ingress.rest.enabled=true,rest=true,ingress.rest.annotations.alb\\.ingress\\.kubernetes\\.io/scheme=internal"
	for version, told := range notes(t, dir, "--set", class) {
		assert.Contains(t, told, "set ingress.rest.className", version)
	}
	for version, told := range notes(t, dir, "--set", class+",ingress.rest.className=alb") {
		assert.NotContains(t, told, "className", version)
	}
	// Nothing is said of values that all have an effect.
	for name, c := range nullables(t) {
		if name == "service" {
			for version, told := range notes(t, c.chart, "--values", given(t, c.values), "--set", "podMonitor.enabled=false,monitoring.rules.enabled=false") {
				assert.NotContains(t, told, "no effect", "%s %s", version, name)
			}
		}
	}
	// The values files that every chart must take hold a key of another chart.
	for _, file := range matrix(t) {
		told := notes(t, dir, "--values", file)["helm3"]
		want := []string(nil)
		if strings.HasSuffix(file, "umbrella-globals.yaml") {
			want = []string{"global.something_of_another_chart", "global.supervisor_namespace"}
		}
		assert.Equal(t, want, slices.Sorted(maps.Keys(unused(t, told))), file)
	}
}

// What NOTES.txt calls unknown is what the schema does not know.
func TestKnownValues(t *testing.T) {
	t.Parallel()
	for name, dir := range map[string]string{
		"service": chart(t, everything("inventory")), "supervisor": supervisorChart(t, "supervisor"), "frontend": frontendChart(t),
	} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(dir, "templates", "_known.tpl"))
			require.NoError(t, err)
			_, list, ok := strings.Cut(string(text), `.known" -}}`)
			require.True(t, ok)
			list, others, _ := strings.Cut(list, "{{- end -}}")
			known, schema := map[string]any{}, map[string]any{}
			require.NoError(t, yaml.Unmarshal([]byte(list), &known))
			text, err = os.ReadFile(filepath.Join(dir, "values.schema.json"))
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(text, &schema))
			agree(t, schema, schema, known, "", others)
		})
	}
}

// agree holds a part of a schema against what is said to be known of it. Values of
// other charts that the schema knows, to judge their type, are foreign.
func agree(t *testing.T, schema, part map[string]any, known any, path, foreign string) {
	t.Helper()
	if ref, ok := part["$ref"].(string); ok {
		definitions := schema["definitions"].(map[string]any)
		part = definitions[strings.TrimPrefix(ref, "#/definitions/")].(map[string]any)
	}
	if forms, ok := part["anyOf"].([]any); ok {
		for _, each := range forms {
			if m := each.(map[string]any); m["properties"] != nil {
				part = m
			}
		}
	}
	if items, ok := part["items"].(map[string]any); ok {
		if list, ok := known.([]any); ok {
			agree(t, schema, items, list[0], path+"[]", foreign)
		}
		return
	}
	if inner, ok := part["additionalProperties"].(map[string]any); ok && inner["properties"] != nil {
		agree(t, schema, inner, known.(map[string]any)["*"], path+".*", foreign)
		return
	}
	properties, ok := part["properties"].(map[string]any)
	if !ok || path == ".global.shared_secret" { // which holds keys of the configuration, too
		return
	}
	below, ok := known.(map[string]any)
	require.True(t, ok, "%s: values.schema.json has %v, and _known.tpl nothing", path, slices.Sorted(maps.Keys(properties)))
	for key := range properties {
		if !strings.Contains(foreign, "\n"+strings.TrimPrefix(path+"."+key, ".")+": ") {
			assert.Contains(t, below, key, "%s: it is in values.schema.json and not in _known.tpl", path)
		}
	}
	for key := range below {
		assert.Contains(t, properties, key, "%s: it is in _known.tpl and not in values.schema.json", path)
		if each, ok := properties[key].(map[string]any); ok {
			agree(t, schema, each, below[key], path+"."+key, foreign)
		}
	}
}
