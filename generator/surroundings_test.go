package generator

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/doctor"
)

// TestWorkspaces: a workspace that leaves a module out keeps go from building it.
// What go itself says is what is held against.
func TestWorkspaces(t *testing.T) {
	t.Setenv("GOWORK", "")
	const listed, out, old = "", "does not list this module", "says go 1.21"
	for name, c := range map[string]struct {
		work string
		says string
	}{
		"lists it":              {"go 1.26.0\n\nuse ./sub/module\n", listed},
		"lists it otherwise":    {"go 1.26.0\n\nuse (\n\t./other\n\t./sub/../sub/module\n)\n", listed},
		"lists another":         {"go 1.26.0\n\nuse ./other\n", out},
		"lists a folder above":  {"go 1.26.0\n\nuse ./sub\n", out},
		"lists none":            {"go 1.26.0\n", out},
		"is of an older go":     {"go 1.21\n\nuse ./sub/module\n", old},
		"cannot be read":        {"gone 1.21\n", "nobody can tell"},
		"is there for no other": {"", listed},
	} {
		t.Run(name, func(t *testing.T) {
			p := &project{t: t, dir: t.TempDir()}
			p.write("sub/module/go.mod", "module example.com/module\n\ngo 1.26.0\n")
			p.write("sub/module/main.go", "package main\n\nfunc main() {}\n")
			p.write("other/go.mod", "module example.com/other\n\ngo 1.26.0\n")
			p.write("sub/go.mod", "module example.com/sub\n\ngo 1.26.0\n")
			if c.work != "" {
				p.write("go.work", c.work)
			}
			dir := filepath.Join(p.dir, "sub", "module")
			found := doctor.Hindrances(t.Context(), dir)
			build := func() error {
				cmd := exec.CommandContext(t.Context(), "go", "list", "./...")
				cmd.Dir = dir
				return cmd.Run()
			}
			if c.says == "" {
				assert.Empty(t, found)
				require.NoError(t, build())
				return
			}
			require.Len(t, found, 1)
			assert.Contains(t, found[0].String(), c.says)
			require.Error(t, build())
			require.NoError(t, run(t.Context(), dir, "go", "mod", "tidy"), "a step that follows has no part in it")
			if found[0].Type == "" {
				return
			}
			assert.Equal(t, "go work use .", found[0].Type)
			cmd := exec.CommandContext(t.Context(), "go", "work", "use", ".")
			cmd.Dir = dir
			require.NoError(t, cmd.Run())
			assert.Empty(t, doctor.Hindrances(t.Context(), dir))
			require.NoError(t, build())
			t.Setenv("GOWORK", "off")
			p.write("go.work", c.work)
			assert.Empty(t, doctor.Hindrances(t.Context(), dir), "whoever switched it off has none")
		})
	}
}

// TestVendor: go builds from vendor/ where there is one, whatever go.mod says.
func TestVendor(t *testing.T) {
	t.Setenv("GOWORK", "")
	t.Setenv("GOFLAGS", "")
	p := &project{t: t, dir: t.TempDir()}
	golang := func(args ...string) error {
		cmd := exec.CommandContext(t.Context(), "go", args...) //nolint:gosec // a test's own
		cmd.Dir = p.dir
		return cmd.Run()
	}
	p.write("needed/go.mod", "module example.com/needed\n\ngo 1.26.0\n")
	p.write("needed/a/a.go", "package a\n")
	p.write("needed/b/b.go", "package b\n")
	p.write("go.mod", "module example.com/module\n\ngo 1.26.0\n\nrequire example.com/needed v1.0.0\n\nreplace example.com/needed => ./needed\n")
	p.write("main.go", "package main\n\nimport _ \"example.com/needed/a\"\n\nfunc main() {}\n")
	assert.Empty(t, doctor.Hindrances(t.Context(), p.dir), "there is no vendor/")
	require.NoError(t, golang("mod", "vendor"))
	assert.Empty(t, doctor.Hindrances(t.Context(), p.dir))

	p.write("main_test.go", "package main\n\nimport _ \"example.com/needed/b\"\n")
	require.Error(t, golang("vet", "./..."))
	found := doctor.Hindrances(t.Context(), p.dir)
	require.Len(t, found, 1, "a test imports what is not there")
	assert.Equal(t, "go mod vendor", found[0].Type)
	require.NoError(t, golang("mod", "vendor"))
	assert.Empty(t, doctor.Hindrances(t.Context(), p.dir))

	p.write("go.mod", "module example.com/module\n\ngo 1.26.0\n\nrequire example.com/needed v1.1.0\n\nreplace example.com/needed => ./needed\n")
	require.Error(t, golang("build", "./..."))
	require.Len(t, doctor.Hindrances(t.Context(), p.dir), 1, "go.mod asks for another version")
	require.NoError(t, golang("mod", "vendor"))

	p.write("main.go", "package main\n\nimport (\n\t_ \"example.com/module/gen\"\n\t_ \"example.com/needed/a\"\n)\n\nfunc main() {}\n")
	assert.Empty(t, doctor.Hindrances(t.Context(), p.dir), "a package of the module's own is not missing in vendor/")
	require.NoError(t, os.RemoveAll(filepath.Join(p.dir, "vendor")))
}

// TestDoctorSaysWhatHinders: doctor looks at what surrounds a repository, too.
func TestDoctorSaysWhatHinders(t *testing.T) {
	t.Setenv("GOWORK", "")
	p := newProject(t)
	p.write("go.mod", "module example.com/toy\n\ngo 1.26.0\n")
	p.write("../go.work", "go 1.26.0\n")
	g := p.generator(toyFiles, toyTable)
	state := diagnosis(g.Doctor(t.Context(), p.dir), "build")
	assert.False(t, state.OK)
	assert.True(t, state.Needed)
	assert.Contains(t, state.Detail, "run 'go work use .'")
}
