package generator_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// TestStartersKeepBuf: a resource that joins a starter does not touch buf.yaml, in
// which people write.
func TestStartersKeepBuf(t *testing.T) {
	t.Parallel()
	lintStarters(t, func(*testing.T, string, string) {})
}

// TestE2ELintStarters: buf finds nothing in the protos of any starter, whatever the
// module is called, nor when a resource joins them.
func TestE2ELintStarters(t *testing.T) {
	if testing.Short() {
		t.Skip("runs buf for each starter")
	}
	t.Parallel()
	const buf = "buf"
	needPrograms(t, buf)
	lintStarters(t, func(t *testing.T, when, dir string) {
		t.Run(when, func(t *testing.T) { command(t, dir, buf, "lint") })
	})
}

// lintStarters makes a repository of each starter, and adds a resource.
func lintStarters(t *testing.T, lint func(t *testing.T, when, dir string)) {
	t.Helper()
	g := newGenerator(t)
	names, err := g.Starters()
	require.NoError(t, err)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			starter, err := g.Starter(name)
			require.NoError(t, err)
			s, err := starter.Spec("probe-" + name)
			require.NoError(t, err)
			s.Module = "example.com/x/probe"
			s = spec.Defaults(s)
			dir := filepath.Join(t.TempDir(), "probe")
			_, err = g.Create(t.Context(), s, starter.Own, dir)
			require.NoError(t, err)
			before, err := os.ReadFile(filepath.Join(dir, "buf.yaml"))
			require.NoError(t, err)
			lint(t, "as made", dir)
			_, err = g.EditSpec(t.Context(), dir, func(f *spec.File) error {
				return f.AddResource(spec.Resource{Name: "Zone", Fields: []spec.Field{{Name: "name"}}})
			}, change.Options{})
			require.NoError(t, err)
			after, err := os.ReadFile(filepath.Join(dir, "buf.yaml"))
			require.NoError(t, err)
			assert.Equal(t, string(before), string(after))
			lint(t, "with a resource", dir)
		})
	}
}
