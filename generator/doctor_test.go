package generator

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

// programs makes a PATH of programs that print a version, beside git and go.
func programs(t *testing.T, versions map[string]string) {
	t.Helper()
	folder := t.TempDir()
	for _, real := range []string{"git", "go", "sh"} {
		at, err := exec.LookPath(real)
		require.NoError(t, err)
		require.NoError(t, os.Symlink(at, filepath.Join(folder, real)))
	}
	for name, version := range versions {
		script := "#!/bin/sh\necho " + version + "\n"
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(script), 0o755)) //nolint:gosec // a program
	}
	t.Setenv("PATH", folder)
}

// TestDoctorNode: what the apps of frontends are built with is looked at where
// there is one, and is held to what app/package.json asks for.
func TestDoctorNode(t *testing.T) {
	g, err := New(templates.FS, "v1.0.0")
	require.NoError(t, err)
	work := t.TempDir()
	make := func(s *spec.Spec) string {
		s = spec.Defaults(s)
		require.NoError(t, s.Validate())
		dir := filepath.Join(work, s.Name)
		_, err := g.Create(t.Context(), s, render.Input{}, dir)
		require.NoError(t, err)
		return dir
	}
	console := make(&spec.Spec{Name: "console", Kind: spec.KindFrontend})
	platform := func(name string, members ...spec.Member) string {
		return make(&spec.Spec{Name: name, Kind: spec.KindPlatform, Platform: spec.Platform{Members: members}})
	}
	odd := make(&spec.Spec{Name: "odd", Kind: spec.KindFrontend})
	require.NoError(t, os.WriteFile(filepath.Join(odd, "app/package.json"), []byte(`{"engines": {"node": "latest", "npm": "^11 || >=12.1"}}`), 0o600))
	bare := make(&spec.Spec{Name: "bare", Kind: spec.KindFrontend})
	require.NoError(t, os.Remove(filepath.Join(bare, "app/package.json")))

	good := map[string]string{"node": "v22.1.0", "npm": "11.0.1"}
	for name, c := range map[string]struct {
		dir      string
		programs map[string]string
		node     string // "" where it is not looked at
		npm      string
		healthy  bool
	}{
		"as asked for":    {console, good, "v22.1.0", "11.0.1", true},
		"too old":         {console, map[string]string{"node": "v20.18.3", "npm": "9.0.0"}, "is v20.18.3, but " + filepath.Join(console, "app/package.json") + " asks for >=20.19; install one of these", "9.0.0", false},
		"none":            {console, nil, "is missing or does not run; install Node.js", "install npm", false},
		"odd range":       {odd, good, `"latest" is no range of versions of node`, "11.0.1", false},
		"npm's own range": {odd, map[string]string{"node": "v22.1.0", "npm": "12.0.9"}, "no range", "asks for ^11 || >=12.1", false},
		"no package.json": {bare, good, "v22.1.0", "11.0.1", true},
		"platform":        {platform("with", spec.Member{Name: "console", Kind: spec.KindFrontend, Path: "../console"}), map[string]string{"node": "v1.0.0", "npm": "1.0.0"}, "console/app/package.json asks for", "1.0.0", false},
		"member away":     {platform("away", spec.Member{Name: "portal", Kind: spec.KindFrontend}), nil, "", "", true},
		"no frontend":     {platform("without", spec.Member{Name: "billing", Kind: spec.KindService}), nil, "", "", true},
		"service":         {make(spec.New("billing")), nil, "", "", true},
		"elsewhere":       {work, nil, "", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			programs(t, c.programs)
			found, healthy := map[string]string{}, true
			for _, d := range g.Doctor(t.Context(), c.dir) {
				found[d.What] = d.Detail
				healthy = healthy && (d.OK || !d.Needed)
			}
			for what, want := range map[string]string{"node": c.node, "npm": c.npm} {
				if want == "" {
					assert.NotContains(t, found, what)
				} else {
					assert.Contains(t, found[what], want)
				}
			}
			assert.Equal(t, c.healthy, healthy)
		})
	}
}

// TestDoctorSpec: a Spec that is wrong is named.
func TestDoctorSpec(t *testing.T) {
	g, err := New(templates.FS, "v1.0.0")
	require.NoError(t, err)
	p := &project{t: t, dir: t.TempDir()}
	p.write(spec.FileName, "name: toy\nservers: [soap]\n")
	for _, d := range g.Doctor(t.Context(), p.dir) {
		if d.What == "spec" {
			assert.Contains(t, d.Detail, "spacegen.yaml:2:11")
			return
		}
	}
	t.Error("nothing is said of the Spec")
}
