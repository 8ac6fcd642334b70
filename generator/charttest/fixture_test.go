package charttest

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

// specs are the Specs that are judged: those of the golden repositories, and
// some that are odd.
func specs(t *testing.T) map[string]*spec.Spec {
	t.Helper()
	all := map[string]*spec.Spec{
		"everything": everything("inventory"),
		"grpc-only":  {Name: "minimal", Servers: []spec.Server{spec.GRPCServer}, Chart: true},
		"rest-only": {
			Name: "gate", Module: "gitlab.com/team/gate", Servers: []spec.Server{spec.RESTServer}, Chart: true,
			Description: `Says "hello": costs $5, 100% 'yes' — \o/`,
		},
		"worker-only": {
			Name: "worker", Servers: []spec.Server{spec.WorkerServer}, Chart: true, Cache: spec.LocalCache,
			Image: spec.Image{Registry: "registry.example.com:5000/team", Name: "jobs"},
		},
		"sqlite": {
			Name: "notes", Servers: []spec.Server{spec.GRPCServer, spec.SchedulerServer}, Chart: true, Database: spec.SQLite,
			Resources: []spec.Resource{{Name: "Note"}},
		},
		"long": {Name: "a" + strings.Repeat("-very", 10) + "-long-name", Servers: spec.Servers(), Chart: true},
	}
	golden, err := filepath.Glob(filepath.Join(root(t), "testdata", "golden", "*", spec.FileName))
	require.NoError(t, err)
	for _, file := range golden {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		parsed, err := spec.Parse(file, text)
		require.NoError(t, err)
		if !parsed.Kind.Layered() {
			continue // its chart is of another form
		}
		parsed.Framework = spec.Vendored          // none lies beside what is made here
		parsed.Queries, parsed.Methods = nil, nil // of no protos that are here
		for i := range parsed.Connectors {
			parsed.Connectors[i].API = ""
		}
		all["golden/"+filepath.Base(filepath.Dir(file))] = parsed
	}
	for name, s := range all {
		s.Version, s.Kind, s.Chart = spec.Version, spec.KindService, true // whatever they say: it is charts that are judged
		all[name] = spec.Defaults(s)
		require.NoError(t, all[name].Validate(), name)
	}
	return all
}

// everything is a Spec with all server types and all that can be configured.
func everything(name string) *spec.Spec {
	return spec.Defaults(&spec.Spec{
		Version: spec.Version, Kind: spec.KindService, Name: name, Chart: true,
		Servers: spec.Servers(), Cache: spec.Redis, CI: spec.GitHub,
		Resources: []spec.Resource{{Name: "Region", Fields: []spec.Field{{Name: "name", Required: true}}}},
		Schedulers: []spec.Scheduler{
			{Name: "hourly_scheduler", Kind: spec.Hourly, Interval: 2, Minute: ":15"},
			{Name: "tick", Kind: spec.Interval, Interval: 30},
			{Name: "nightly", Kind: spec.Cron, Rule: "0 3 * * *"},
		},
	})
}

// emit renders the sets helm and ci for a Spec.
func emit(t *testing.T, s *spec.Spec) render.Tree {
	t.Helper()
	sets, err := render.LoadSets(templates.FS, "helm", "ci")
	require.NoError(t, err)
	rendering, err := render.New(t.Context(), s, render.Input{}, sets...)
	require.NoError(t, err)
	return rendering.Tree
}

// write puts a tree into a new folder.
func write(t *testing.T, tree render.Tree) string {
	t.Helper()
	dir := t.TempDir()
	for path, file := range tree {
		target := filepath.Join(dir, filepath.FromSlash(path))
		require.NoError(t, os.MkdirAll(filepath.Dir(target), 0o750))
		require.NoError(t, os.WriteFile(target, file.Body, file.Mode))
	}
	return dir
}

// chart writes the chart of a Spec into a new folder, and names it.
func chart(t *testing.T, s *spec.Spec) string {
	t.Helper()
	return filepath.Join(write(t, emit(t, s)), "deploy", "helm")
}

// matrix names the files of values that every chart must take.
func matrix(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root(t), "testdata", "helm", "values", "*.yaml"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 15)
	return files
}

func values(t *testing.T, name string) string {
	t.Helper()
	return filepath.Join(root(t), "testdata", "helm", "values", name+".yaml")
}

// newest is the Kubernetes that charts are rendered for unless a test says otherwise.
const (
	oldest = "1.28.0"
	newest = "1.37.2"
)

// manifests renders a chart with Helm 3 as a release called test.
func manifests(t *testing.T, chart string, args ...string) objects {
	t.Helper()
	return parse(t, mustTemplate(t, "helm3", chart, append([]string{"test", ".", "--kube-version", newest}, args...)...))
}

// An object is one object of Kubernetes.
type object map[string]any

// objects are the objects of a chart, by kind/name.
type objects map[string]object

func parse(t *testing.T, text string) objects {
	t.Helper()
	all := objects{}
	dec := yaml.NewDecoder(bytes.NewBufferString(text))
	for {
		var o map[string]any
		err := dec.Decode(&o)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err, text)
		if len(o) == 0 {
			continue
		}
		id := object(o).text("kind") + "/" + object(o).text("metadata", "name")
		require.NotContains(t, all, id, "two objects of one name")
		all[id] = o
	}
}

func (o objects) ids() []string { return slices.Sorted(maps.Keys(o)) }

func (o objects) ofKind(kind string) []object {
	var found []object
	for _, id := range o.ids() {
		if strings.HasPrefix(id, kind+"/") {
			found = append(found, o[id])
		}
	}
	return found
}

// get goes down a path of keys and, in lists, indexes or names.
func (o object) get(path ...any) any {
	var at any = map[string]any(o)
	for _, step := range path {
		switch node := at.(type) {
		case map[string]any:
			at = node[step.(string)]
		case []any:
			at = item(node, step)
		default:
			return nil
		}
	}
	return at
}

func item(list []any, step any) any {
	switch step := step.(type) {
	case int:
		if step < len(list) {
			return list[step]
		}
	case string:
		for _, each := range list {
			if m, ok := asMap(each); ok && m["name"] == step {
				return m
			}
		}
	}
	return nil
}

func asMap(value any) (map[string]any, bool) {
	switch m := value.(type) {
	case map[string]any:
		return m, true
	case object:
		return m, true
	default:
		return nil, false
	}
}

func (o object) text(path ...any) string {
	s, _ := o.get(path...).(string)
	return s
}

func (o object) list(path ...any) []any {
	l, _ := o.get(path...).([]any)
	return l
}

// names gives the names of a list's items.
func (o object) names(path ...any) []string {
	var names []string
	for _, each := range o.list(path...) {
		m, _ := asMap(each)
		name, _ := m["name"].(string)
		names = append(names, name)
	}
	return names
}

// pod gives the spec of a Deployment's pods.
func (o object) pod() object {
	m, _ := asMap(o.get("spec", "template", "spec"))
	return m
}

// document reads one key of a ConfigMap or Secret as YAML.
func (o object) document(t *testing.T, key string) object {
	t.Helper()
	text := o.text("data", key) + o.text("stringData", key)
	require.NotEmpty(t, text, "key %s", key)
	var doc map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(text), &doc), text)
	return doc
}
