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

// TestLintStarters: buf finds nothing in the protos of any starter, whatever the
// module is called, nor when a resource joins them; and that does not touch
// buf.yaml, in which people write.
func TestLintStarters(t *testing.T) {
	const buf = "buf"
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
			lint := func(when string) {
				t.Run(when, func(t *testing.T) {
					needPrograms(t, buf)
					command(t, dir, buf, "lint")
				})
			}
			lint("as made")
			_, err = g.EditSpec(t.Context(), dir, func(f *spec.File) error {
				return f.AddResource(spec.Resource{Name: "Zone", Fields: []spec.Field{{Name: "name"}}})
			}, change.Options{})
			require.NoError(t, err)
			after, err := os.ReadFile(filepath.Join(dir, "buf.yaml"))
			require.NoError(t, err)
			assert.Equal(t, string(before), string(after))
			lint("with a resource")
		})
	}
}
