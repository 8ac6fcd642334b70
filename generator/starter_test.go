package generator_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/progress"
	"github.com/cloudforet-io/spacegen/generator/protocode"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/report"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

// toyStarter replaces a rendered file, brings one of its own and one that
// imports a module which the service has no use for by itself.
func toyStarter(files fstest.MapFS) fstest.MapFS {
	starter := fstest.MapFS{
		"starter/toy/starter.yaml":         {Data: []byte("description: A toy.\nspec:\n  servers: [grpc]\n  resources:\n    - {name: Ball, fields: [{name: colour}]}\n")},
		"starter/toy/files/README.md.tmpl": {Data: []byte("# [[ .Name.Kebab ]] of [[ .Module ]]\n")},
		"starter/toy/files/internal/play/play.go.tmpl": {Data: []byte("// Package play plays.\npackage play\n\nimport (\n" +
			"\t_ \"github.com/redis/go-redis/v9\" // the toy's\n\n\t_ \"[[ .Module ]]/internal/model\"\n)\n")},
		"starter/toy/files/docs/left.txt": {Data: []byte("[[ as it is ]]\n")},
	}
	for p, file := range files {
		starter[p] = file
	}
	return starter
}

func starterGenerator(t *testing.T, files fstest.MapFS) *generator.Generator {
	t.Helper()
	over := map[string][]byte{}
	for name, file := range toyStarter(files) {
		over[name] = file.Data
	}
	g, err := generator.New(templates.FS, "test", render.Overlay{Name: "toys", Files: over})
	require.NoError(t, err)
	return g
}

// TestStarter makes a repository of a starter: what it brings stands on disk,
// what was rendered is the base, and an update with newer templates merges.
func TestStarter(t *testing.T) {
	g := starterGenerator(t, nil)
	starter, err := g.Starter("toy")
	require.NoError(t, err)
	assert.Equal(t, "A toy.", starter.Description)
	s := specOf(t, starter, "chest")
	dir := filepath.Join(t.TempDir(), "chest")
	_, err = g.Create(t.Context(), s, starter.Own, dir)
	require.NoError(t, err)

	at := func(p string) string {
		text, err := os.ReadFile(filepath.Join(dir, p))
		require.NoError(t, err)
		return string(text)
	}
	assert.Equal(t, "# chest of github.com/cloudforet-io/chest\n", at("README.md"))
	assert.Contains(t, at(".spacegen/base/README.md"), "spacegen", "the base is what was rendered")
	assert.Equal(t, "[[ as it is ]]\n", at("docs/left.txt"))
	assert.Contains(t, at("internal/play/play.go"), `"github.com/cloudforet-io/chest/internal/model"`)
	assert.Contains(t, at("go.mod"), "github.com/redis/go-redis/v9", "what the starter imports")
	assert.NotContains(t, at(".spacegen/base/go.mod"), "go-redis")
	assert.Contains(t, at("go.sum"), "github.com/redis/go-redis/v9 ")

	report, err := g.Update(t.Context(), dir, nil, change.Options{AllowDirty: true})
	require.NoError(t, err)
	assert.Zero(t, report.Conflicts)
	assert.Equal(t, "# chest of github.com/cloudforet-io/chest\n", at("README.md"))
	assert.Contains(t, at("go.mod"), "github.com/redis/go-redis/v9")
}

func TestStarterRefused(t *testing.T) {
	g := starterGenerator(t, fstest.MapFS{"starter/toy/files/internal/app/components.gen.go": {Data: []byte("package app\n")}})
	starter, err := g.Starter("toy")
	require.NoError(t, err)
	dir := filepath.Join(t.TempDir(), "chest")
	_, err = g.Create(t.Context(), specOf(t, starter, "chest"), starter.Own, dir)
	require.ErrorContains(t, err, "internal/app/components.gen.go")
	assert.NoDirExists(t, dir)

	_, err = starterGenerator(t, fstest.MapFS{"starter/bare/starter.yaml": {Data: []byte("description: Bare.\n")}}).Starter("bare")
	require.NoError(t, err, "a starter needs no files")

	_, err = g.Starter("nothing")
	require.ErrorIs(t, err, os.ErrNotExist)
}

// TestStarters makes a repository of each starter that spacegen has, under a
// name of its own: nothing in it is drift, and all Go of it has its types right.
func TestStarters(t *testing.T) {
	t.Parallel()
	w := newWorkshop(t)
	g := w.generator
	names, err := g.Starters()
	require.NoError(t, err)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			starter, err := g.Starter(name)
			require.NoError(t, err)
			assert.NotEmpty(t, starter.Description)
			s, dir := probeOf(t, g, starter, name)
			changed, err := report.HandEdits(t.Context(), dir)
			require.NoError(t, err)
			assert.NotEmpty(t, changed, "a starter changes something")
			findings, err := report.Tree(t.Context(), &g.Release, dir)
			require.NoError(t, err)
			assert.Empty(t, findings, "no layer is skipped")
			if name != "supervisor" { // it imports Kubernetes; the golden one is built
				require.NoError(t, w.read(t, s, render.Input{}, onDiskTree(t, dir)))
			}
		})
	}
}

// TestE2EStarters builds, vets and tests a repository of each starter that no golden
// repository is made of.
func TestE2EStarters(t *testing.T) {
	if testing.Short() {
		t.Skip("builds whole repositories")
	}
	t.Parallel()
	g := newGenerator(t)
	names, err := g.Starters()
	require.NoError(t, err)
	tools, err := protocode.NewTools(t.Context(), progress.Quiet)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, tools.Close()) })
	for _, name := range names {
		if isGolden(name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			starter, err := g.Starter(name)
			require.NoError(t, err)
			s, dir := probeOf(t, g, starter, name)
			require.NoError(t, tools.Make(t.Context(), s, dir, progress.Quiet))
			assert.Empty(t, command(t, dir, "gofmt", "-l", "."), "gofmt -l")
			assert.Empty(t, command(t, dir, "go", "mod", "tidy", "-diff"), "go mod tidy -diff")
			command(t, dir, "go", "vet", "./...")
			command(t, dir, "go", "test", "-vet=off", "./...")
		})
	}
}

// probeOf makes a repository of a starter.
func probeOf(t *testing.T, g *generator.Generator, starter *generator.Starter, name string) (s *spec.Spec, dir string) {
	t.Helper()
	s = specOf(t, starter, "probe-"+name)
	s.Module = probe
	dir = filepath.Join(t.TempDir(), "probe")
	_, err := g.Create(t.Context(), s, starter.Own, dir)
	require.NoError(t, err)
	return s, dir
}

func isGolden(starter string) bool {
	folder := "example-" + starter
	if strings.HasPrefix(starter, "plugin-") || starter == "supervisor" {
		folder = starter
	}
	_, err := os.Stat(filepath.Join(goldenFolder, folder))
	return err == nil
}

func specOf(t *testing.T, starter *generator.Starter, name string) *spec.Spec {
	t.Helper()
	s, err := starter.Spec(name)
	require.NoError(t, err)
	s = spec.Defaults(s)
	require.NoError(t, s.Validate())
	return s
}
