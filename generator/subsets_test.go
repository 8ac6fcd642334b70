package generator_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/progress"
	"github.com/cloudforet-io/spacegen/generator/protocode"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/generator/trial"
)

// shape is one way to choose servers, database, cache and resources.
type shape struct {
	servers   []spec.Server
	database  spec.Database
	cache     spec.Cache
	resources bool
}

func (s shape) name() string {
	var servers []string
	for _, server := range s.servers {
		servers = append(servers, string(server))
	}
	return fmt.Sprintf("%s/%s/%s/resources=%t", strings.Join(servers, "+"), s.database, s.cache, s.resources)
}

func (s shape) spec() *spec.Spec {
	made := spec.New("shape")
	made.Module, made.Servers, made.Database, made.Cache = probe, s.servers, s.database, s.cache
	if s.resources {
		made.Resources = []spec.Resource{everyType(), trial.Ruled("Thing")}
	}
	return spec.Defaults(made)
}

// everyType is a resource with a field of every type, alone and in lists,
// required and not.
func everyType() spec.Resource {
	r := spec.Resource{Name: "Thing"}
	for _, typ := range spec.FieldTypes() {
		for _, repeated := range []bool{false, true} {
			for _, required := range []bool{false, true} {
				f := spec.Field{Name: fmt.Sprintf("%s_%t_%t", typ, repeated, required), Type: typ, Repeated: repeated, Required: required}
				switch typ { //nolint:exhaustive // all others need nothing more
				case spec.Enum:
					prefix := strings.ToUpper(f.Name)
					f.Values = []string{prefix + "_ONE", prefix + "_TWO"}
				case spec.Message:
					for _, typ := range spec.SubFieldTypes() {
						f.Fields = append(f.Fields, spec.SubField{Name: "one_" + string(typ), Type: typ, Required: required}, spec.SubField{Name: "many_" + string(typ), Type: typ, Repeated: true})
					}
				}
				f.Unique = typ == spec.String && !repeated || typ == spec.Int && !repeated
				r.Fields = append(r.Fields, f)
			}
		}
	}
	return r
}

// shapes are all: each non-empty subset of the servers, with each database and
// cache and none, with and without resources.
func shapes() []shape {
	var all []shape
	for bits := 1; bits < 1<<len(spec.Servers()); bits++ {
		var servers []spec.Server
		for i, server := range spec.Servers() {
			if bits&(1<<i) != 0 {
				servers = append(servers, server)
			}
		}
		for _, database := range []spec.Database{spec.PostgreSQL, spec.SQLite, spec.NoDatabase} {
			for _, cache := range []spec.Cache{spec.Redis, spec.LocalCache, spec.NoCache} {
				for _, resources := range []bool{true, false} {
					all = append(all, shape{servers, database, cache, resources})
				}
			}
		}
	}
	return all
}

// TestShapes: every shape renders, those with resources with parts in every layer as
// well, and all Go of it, that of its tests and protos too, has its types right.
func TestShapes(t *testing.T) {
	t.Parallel()
	w := newWorkshop(t)
	for _, s := range shapes() {
		t.Run(s.name(), func(t *testing.T) {
			t.Parallel()
			check := func(made *spec.Spec) {
				require.NoError(t, made.Validate())
				tree, err := rendered(t.Context(), w.generator, made, render.Input{})
				require.NoError(t, err)
				for p, file := range tree {
					assert.NotContains(t, string(file.Body), "<no value>", p)
					assert.NotContains(t, string(file.Body), "spacegen/templates", p)
					assert.NotContains(t, p, "[[")
				}
				require.NoError(t, w.read(t, made, render.Input{}, tree))
			}
			check(s.spec())
			if s.resources {
				check(withParts(t, s.spec()))
			}
		})
	}
}

// TestShapesBuild is for real what TestShapes is in memory, where nothing or
// everything is chosen: go vet, which builds, go mod tidy, and the tests of the parts.
func TestShapesBuild(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds whole repositories")
	}
	for _, s := range []shape{
		{spec.Servers(), spec.PostgreSQL, spec.Redis, true},
		{[]spec.Server{spec.RESTServer}, spec.NoDatabase, spec.NoCache, false},
	} {
		t.Run(s.name(), func(t *testing.T) {
			t.Parallel()
			testParts(t, buildNew(t, withParts(t, s.spec())), s)
		})
	}
}

// TestE2EParts lets the tests of parts run in services that have few servers.
func TestE2EParts(t *testing.T) {
	if testing.Short() {
		t.Skip("builds whole repositories")
	}
	t.Parallel()
	for _, s := range []shape{
		{[]spec.Server{spec.GRPCServer}, spec.NoDatabase, spec.NoCache, false},
		{[]spec.Server{spec.WorkerServer}, spec.NoDatabase, spec.NoCache, false},
		{[]spec.Server{spec.GRPCServer}, spec.SQLite, spec.NoCache, true},
		{[]spec.Server{spec.SchedulerServer}, spec.PostgreSQL, spec.NoCache, true},
	} {
		t.Run(s.name(), func(t *testing.T) {
			t.Parallel()
			testParts(t, buildNew(t, withParts(t, s.spec())), s)
		})
	}
}

// withParts gives a service a part of every kind in each layer, under names that Go or
// the framework has uses for.
func withParts(t *testing.T, made *spec.Spec) *spec.Spec {
	t.Helper()
	for _, layer := range spec.Layers() {
		if layer.Key == "workers" && !made.Has(spec.WorkerServer) {
			continue
		}
		kinds := layer.Kinds
		if kinds == nil {
			kinds = []spec.ComponentKind{"", ""}
		}
		names := []string{"Type", "error", "HTTPProxy", "string", "Map", "any"}
		require.LessOrEqual(t, len(kinds), len(names))
		for i, kind := range kinds {
			if kind == spec.QueueConnector && !made.HasQueue() {
				continue
			}
			*layer.List(made) = append(*layer.List(made), spec.Component{Name: names[i], Kind: kind, Description: "Does one thing."})
		}
	}
	if made.Has(spec.SchedulerServer) && made.Has(spec.WorkerServer) {
		tasks := []string{"Type.run", "Error.tidy_up"}
		if len(made.Resources) > 0 {
			tasks = append(tasks, made.Resources[0].Naming().Pascal()+".list", made.Resources[0].Naming().Pascal()+".expire")
		}
		for i, task := range tasks {
			made.Schedulers = append(made.Schedulers, spec.Scheduler{Name: fmt.Sprintf("daily_%c", 'a'+i), Kind: spec.Cron, Rule: "0 3 * * *", Task: task})
		}
	}
	return made
}

// testParts runs the tests that come with parts.
func testParts(t *testing.T, dir string, s shape) {
	t.Helper()
	packages := []string{"./internal/service", "./internal/handler", "./internal/app"}
	if slices.Contains(s.servers, spec.GRPCServer) {
		packages = append(packages, "./internal/manager", "./internal/connector")
	}
	command(t, dir, "go", append([]string{"test", "-vet=off"}, packages...)...)
}

// buildNew makes a repository of a Spec and builds, vets and tidies it.
func buildNew(t *testing.T, s *spec.Spec) (dir string) {
	t.Helper()
	require.NoError(t, s.Validate())
	dir = filepath.Join(t.TempDir(), "new")
	g := newGenerator(t)
	_, err := g.Create(t.Context(), s, render.Input{}, dir)
	require.NoError(t, err)
	require.NoError(t, protocode.Make(t.Context(), s, dir, progress.Quiet))
	assert.Empty(t, command(t, dir, "gofmt", "-l", "."))
	for _, module := range []string{dir, filepath.Join(dir, "core")} {
		assert.Empty(t, command(t, module, "go", "mod", "tidy", "-diff"))
	}
	command(t, dir, "go", "vet", "./...")
	return dir
}

// TestAwkwardNames is for names that clash with Go's own, with those of the
// framework, or in the plural.
func TestAwkwardNames(t *testing.T) {
	t.Parallel()
	w := newWorkshop(t)
	for service, resources := range map[string][]string{
		"type":   {"String", "Error", "Type", "Func", "Data", "Status", "Policy", "HTTPProxy", "Config", "Secret"},
		"config": {"Doc", "Query", "Handler", "Pipeline", "Event", "Context", "Manager", "Item", "Repository", "Search"},
	} {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			s := spec.New(service)
			s.Module, s.Servers, s.Cache = probe, spec.Servers(), spec.LocalCache
			for _, name := range resources {
				s.Resources = append(s.Resources, spec.Resource{Name: name, Fields: []spec.Field{
					{Name: "name", Required: true}, {Name: "string"}, {Name: "error"}, {Name: "type"}, {Name: "reset"}, {Name: "items", Repeated: true},
				}})
			}
			s = spec.Defaults(s)
			require.NoError(t, s.Validate())
			tree, err := rendered(t.Context(), w.generator, s, render.Input{})
			require.NoError(t, err)
			require.NoError(t, w.read(t, s, render.Input{}, tree))
		})
	}
}

// TestDeterminism renders in other surroundings, with the same result.
func TestDeterminism(t *testing.T) {
	s := goldens(t)["inventory"]
	first, err := rendered(t.Context(), newGenerator(t), s, render.Input{})
	require.NoError(t, err)
	for key, value := range map[string]string{"TZ": "Asia/Seoul", "LANG": "tr_TR.UTF-8", "LC_ALL": "C", "USER": "somebody", "HOME": t.TempDir()} {
		t.Setenv(key, value)
	}
	t.Chdir(t.TempDir())
	for range 5 {
		again, err := rendered(t.Context(), newGenerator(t), s, render.Input{})
		require.NoError(t, err)
		require.Equal(t, first.Paths(), again.Paths())
		for p := range first {
			require.Equal(t, string(first[p].Body), string(again[p].Body), p)
		}
	}
}

// TestCreateRecordsWhatItWrote holds the base and the lock against the tree.
func TestCreateRecordsWhatItWrote(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "new")
	created, err := newGenerator(t).Create(t.Context(), apart(goldens(t)["minimal"]), render.Input{}, dir)
	require.NoError(t, err)
	tree := created.Tree
	text, err := os.ReadFile(filepath.Join(dir, repository.LockPath))
	require.NoError(t, err)
	lock, err := repository.DecodeLock(text)
	require.NoError(t, err)
	delete(tree, spec.FileName) // it is where the rest comes from
	require.Len(t, lock.Files, len(tree))
	for p, file := range tree {
		require.NotNil(t, lock.Find(p), p)
		base, err := os.ReadFile(filepath.Join(dir, repository.BasePath, p))
		if file.Owner != render.Managed {
			assert.ErrorIs(t, err, os.ErrNotExist, p)
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, string(file.Body), string(base), p)
	}
	entries, err := os.ReadDir(filepath.Dir(dir))
	require.NoError(t, err)
	assert.Len(t, entries, 1, "nothing is left beside it")
}
