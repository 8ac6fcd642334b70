package generator_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/protocode"
	"github.com/cloudforet-io/spacegen/generator/report"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// TestStartersGrow adds a resource to what keeps nothing by itself, a plugin and
// a supervisor: what there was and what came compile and work together.
func TestStartersGrow(t *testing.T) {
	if testing.Short() {
		t.Skip("builds whole repositories")
	}
	t.Parallel()
	g := newGenerator(t)
	for _, name := range []string{"plugin-webhook", "supervisor"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			starter, err := g.Starter(name)
			require.NoError(t, err)
			s := specOf(t, starter, "probe-"+name)
			s.Module = probe
			dir := filepath.Join(t.TempDir(), "probe")
			_, err = g.Create(t.Context(), s, starter.Own, dir)
			require.NoError(t, err)
			_, err = g.EditSpec(t.Context(), dir, func(f *spec.File) error {
				return f.AddResource(spec.Resource{Name: "Zone", Fields: []spec.Field{{Name: "name", Required: true}}})
			}, change.Options{})
			require.NoError(t, err)
			findings, err := report.Tree(t.Context(), &g.Release, dir)
			require.NoError(t, err)
			assert.Empty(t, findings)
			require.NoError(t, protocode.Make(t.Context(), s, dir, func(string) {}))
			assert.Empty(t, command(t, dir, "go", "mod", "tidy", "-diff"))
			command(t, dir, "go", "test", "-vet=off", "-run", "Zone|Schemas", "./internal/service", "./internal/manager", "./internal/app")
		})
	}
}
