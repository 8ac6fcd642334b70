package generator_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPlugins makes a plugin of each kind and looks at what plugins have in
// common. That each builds and passes its own tests is for TestStarters.
func TestPlugins(t *testing.T) {
	g := newGenerator(t)
	names, err := g.Starters()
	require.NoError(t, err)
	var kinds []string
	for _, name := range names {
		kind, ok := strings.CutPrefix(name, "plugin-")
		if !ok {
			continue
		}
		kinds = append(kinds, kind)
		t.Run(kind, func(t *testing.T) {
			starter, err := g.Starter(name)
			require.NoError(t, err)
			dir := filepath.Join(t.TempDir(), "probe")
			_, err = g.Create(t.Context(), specOf(t, starter, "probe"), starter.Own, dir)
			require.NoError(t, err)
			for _, p := range []string{"core/schema/schema.go", "internal/service/schemas/options.json", "config/container.yaml", ".github/workflows/release.yaml"} {
				assert.FileExists(t, filepath.Join(dir, p))
			}
			for _, p := range []string{"deploy", "internal/model", "internal/connector/database", ".github/workflows/make-helm-chart.yaml"} {
				assert.NoFileExists(t, filepath.Join(dir, p), "a plugin keeps nothing and has no chart")
				assert.NoDirExists(t, filepath.Join(dir, p), "a plugin keeps nothing and has no chart")
			}
			dockerfile, err := os.ReadFile(filepath.Join(dir, "Dockerfile"))
			require.NoError(t, err)
			assert.Contains(t, string(dockerfile), "ENV SPACEONE_CONFIG_FILE=/config.yaml\n", "in a container others reach it")
		})
	}
	assert.Equal(t, []string{"asset", "auth", "cost", "log", "metric", "notification", "webhook"}, kinds)
}
