package generator

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/report"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

// TestAddTouchesNothingOfPeople adds parts of every kind but a field, each with
// every file in which people write watched, and takes them out again. Only
// go.mod and go.sum get what a part imports: that is for Go's own tools to do; and the
// chart's values say which servers run, each on a line of its own.
func TestAddTouchesNothingOfPeople(t *testing.T) {
	g, err := New(templates.FS, "v1.0.0")
	require.NoError(t, err)
	type edit = func(*spec.File) error
	type addition struct {
		golden      string
		from        func(*spec.Spec)
		add, remove edit
		server      spec.Server // whose line of values.yaml says that it runs; empty: that of none
	}
	as := func(servers ...spec.Server) func(*spec.Spec) {
		return func(s *spec.Spec) { s.Servers = servers }
	}
	zone := spec.Resource{Name: "Zone", Fields: []spec.Field{{Name: "name"}}}
	resource := addition{
		add:    func(f *spec.File) error { return f.AddResource(zone) },
		remove: func(f *spec.File) error { return f.RemoveResource("Zone") },
	}
	scheduler := addition{
		add:    func(f *spec.File) error { return f.AddScheduler(spec.Scheduler{Name: "nightly", Rule: "0 3 * * *"}) },
		remove: func(f *spec.File) error { return f.RemoveScheduler("nightly") },
	}
	in := func(golden string, from func(*spec.Spec), a addition) addition {
		a.golden, a.from = golden, from
		return a
	}
	same := func(*spec.Spec) {}
	cases := map[string]addition{
		"resource":                      in("inventory", same, resource),
		"first resource":                in("minimal", as(spec.Servers()...), resource),
		"first resource, by gRPC alone": in("minimal", same, resource),
		"first resource, with a cache":  in("minimal", func(s *spec.Spec) { s.Cache, s.Database = spec.Redis, spec.PostgreSQL }, resource),
		"scheduler":                     in("inventory", same, scheduler),
	}
	for _, server := range spec.Servers() {
		var others []spec.Server
		for _, s := range spec.Servers() {
			if s != server {
				others = append(others, s)
			}
		}
		one := addition{
			add:    func(f *spec.File) error { return f.AddServer(server) },
			remove: func(f *spec.File) error { return f.RemoveServer(server) },
			server: server,
		}
		without := func(servers []spec.Server) func(*spec.Spec) {
			return func(s *spec.Spec) {
				s.Servers = servers
				if server == spec.SchedulerServer {
					s.Schedulers = nil
				}
			}
		}
		cases["server "+string(server)] = in("inventory", without(others), one)
		if server != spec.GRPCServer {
			cases["server "+string(server)+", as the second"] = in("minimal", same, one)
		}
	}
	for _, cache := range []spec.Cache{spec.Redis, spec.LocalCache} {
		cases["cache "+string(cache)] = in("inventory", func(s *spec.Spec) { s.Cache = spec.NoCache }, addition{
			add:    func(f *spec.File) error { return f.Set("cache", string(cache)) },
			remove: func(f *spec.File) error { return f.Set("cache", string(spec.NoCache)) },
		})
	}
	for _, layer := range spec.Layers() {
		kinds := layer.Kinds
		if kinds == nil {
			kinds = []spec.ComponentKind{""}
		}
		for _, kind := range kinds {
			one := addition{
				add: func(f *spec.File) error {
					return f.AddComponent(layer.Key, spec.Component{Name: "Zone", Kind: kind})
				},
				remove: func(f *spec.File) error { return f.RemoveComponent(layer.Key, "zone") },
			}
			cases[fmt.Sprintf("%s %s", layer.Name, kind)] = in("inventory", same, one)
			cases[fmt.Sprintf("first %s %s", layer.Name, kind)] = in("minimal", as(spec.WorkerServer), one)
		}
	}
	for what, c := range cases {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			dir := created(t, c.golden, c.from)
			before := snapshot(t, dir)
			lock, err := os.ReadFile(filepath.Join(dir, repository.LockPath)) //nolint:gosec // a test's own
			require.NoError(t, err)
			records, err := repository.DecodeLock(lock)
			require.NoError(t, err)
			r, err := g.EditSpec(t.Context(), dir, c.add, change.Options{})
			require.NoError(t, err)
			require.True(t, r.Wrote)
			assert.Zero(t, r.Conflicts)
			now := snapshot(t, dir)
			for _, file := range records.Files {
				if file.Path == "go.mod" || file.Path == "go.sum" {
					continue
				}
				if file.Path == "deploy/helm/values.yaml" && c.server != "" {
					off, on := fmt.Sprintf("\n%s: false\n", c.server), fmt.Sprintf("\n%s: true\n", c.server)
					require.Equal(t, 1, strings.Count(before[file.Path], off))
					assert.Equal(t, strings.Replace(before[file.Path], off, on, 1), now[file.Path], "that line alone, with its key, changes")
					continue
				}
				if file.Owner != "generated" {
					assert.True(t, before[file.Path] == now[file.Path], "%s was changed", file.Path)
				}
			}
			findings, err := report.Tree(t.Context(), &g.Release, dir)
			require.NoError(t, err)
			assert.Empty(t, findings)
			_, err = g.EditSpec(t.Context(), dir, c.remove, change.Options{})
			require.NoError(t, err)
			assert.Empty(t, differing(before, snapshot(t, dir)), "added and removed is as before, byte for byte")
		})
	}
}

// differing names the files that two snapshots have differently.
func differing(a, b map[string]string) []string {
	var names []string
	for name := range a {
		if a[name] != b[name] {
			names = append(names, name)
		}
	}
	for name := range b {
		if _, there := a[name]; !there {
			names = append(names, name)
		}
	}
	return names
}

// TestFieldByHandIsAFieldByCommand: whoever writes a field into spacegen.yaml
// gets what 'add field' gives, and no number of another field moves.
func TestFieldByHandIsAFieldByCommand(t *testing.T) {
	g, err := New(templates.FS, "v1.0.0")
	require.NoError(t, err)
	byCommand, byHand := emitted(t), emitted(t)
	_, err = g.EditSpec(t.Context(), byCommand, func(f *spec.File) error {
		return f.AddField("Region", spec.Field{Name: "altitude", Type: spec.Int})
	}, change.Options{})
	require.NoError(t, err)
	edit(t, byHand, "spacegen.yaml", "provider.\n    fields:\n", "provider.\n    fields:\n      - {name: altitude, type: int}\n")
	_, err = g.Update(t.Context(), byHand, nil, change.Options{})
	require.NoError(t, err)
	one, other := snapshot(t, byCommand), snapshot(t, byHand)
	migration := "internal/connector/database/migrations/region/0002_add_altitude.sql"
	require.Contains(t, one, migration)
	assert.Equal(t, one[migration], other[migration])
	create := "internal/connector/database/migrations/region/0001_create.sql"
	assert.Equal(t, one[create], other[create])
	for _, dir := range []map[string]string{one, other} {
		proto := dir["proto/spaceone/api/inventory/v1/region.proto"]
		assert.Contains(t, proto, "altitude")
		assert.Equal(t, 1, strings.Count(proto, "A person")+1)
	}
	findings, err := report.Tree(t.Context(), &g.Release, byHand)
	require.NoError(t, err)
	assert.Empty(t, findings)
}
