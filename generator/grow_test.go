package generator_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/progress"
	"github.com/cloudforet-io/spacegen/generator/protocode"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/report"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// TestStartersGrow adds a resource to what keeps nothing by itself, a plugin and
// a supervisor: what there was and what came compile together.
func TestStartersGrow(t *testing.T) {
	t.Parallel()
	w := newWorkshop(t)
	growStarters(t, func(t *testing.T, s *spec.Spec, dir string) {
		if s.Name != "probe-supervisor" { // it imports Kubernetes: TestE2EStartersGrow builds it
			require.NoError(t, w.read(t, s, render.Input{}, onDiskTree(t, dir)))
		}
	})
}

// TestE2EStartersGrow has them work together.
func TestE2EStartersGrow(t *testing.T) {
	if testing.Short() {
		t.Skip("builds whole repositories")
	}
	t.Parallel()
	growStarters(t, func(t *testing.T, s *spec.Spec, dir string) {
		require.NoError(t, protocode.Make(t.Context(), s, dir, progress.Quiet))
		assert.Empty(t, command(t, dir, "go", "mod", "tidy", "-diff"))
		command(t, dir, "go", "test", "-vet=off", "-run", "Zone|Schemas", "./internal/service", "./internal/manager", "./internal/app")
	})
}

func growStarters(t *testing.T, check func(t *testing.T, s *spec.Spec, dir string)) {
	t.Helper()
	g := newGenerator(t)
	for _, name := range []string{"plugin-webhook", "supervisor"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			starter, err := g.Starter(name)
			require.NoError(t, err)
			s, dir := probeOf(t, g, starter, name)
			_, err = g.EditSpec(t.Context(), dir, func(f *spec.File) error {
				return f.AddResource(spec.Resource{Name: "Zone", Fields: []spec.Field{{Name: "name", Required: true}}})
			}, change.Options{})
			require.NoError(t, err)
			findings, err := report.Tree(t.Context(), &g.Release, dir)
			require.NoError(t, err)
			assert.Empty(t, findings)
			check(t, s, dir)
		})
	}
}
