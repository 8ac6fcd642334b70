package generator_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator"
)

// TestPlugins makes a plugin of each kind: it builds, is tidy, and passes the
// tests that came with it, those through a real connection included.
func TestPlugins(t *testing.T) {
	g := newGenerator(t)
	names, err := g.Starters()
	require.NoError(t, err)
	found := 0
	for _, name := range names {
		if !strings.HasPrefix(name, "plugin-") {
			continue
		}
		found++
		t.Run(name, func(t *testing.T) {
			if testing.Short() {
				t.Skip("builds another repository")
			}
			starter, err := g.Starter(name)
			require.NoError(t, err)
			s, dir := specOf(t, starter, "probe"), filepath.Join(t.TempDir(), "probe")
			_, err = g.Create(t.Context(), s, starter.Own, dir)
			require.NoError(t, err)
			require.NoError(t, generator.Proto(t.Context(), s, dir, func(string) {}))
			for _, file := range []string{"internal/core/schema/schema.go", "internal/service/schemas/options.json", "config/container.yaml", "Dockerfile", ".github/workflows/ci.yaml"} {
				assert.FileExists(t, filepath.Join(dir, file))
			}
			assert.NoDirExists(t, filepath.Join(dir, "deploy"), "a plugin is deployed by the supervisor")
			assert.Empty(t, command(t, dir, "gofmt", "-l", "."))
			assert.Empty(t, command(t, dir, "go", "mod", "tidy", "-diff"))
			command(t, dir, "go", "vet", "./...")
			command(t, dir, "go", "test", "./internal/app", "./internal/interface/...", "./internal/service", "./internal/manager", "./internal/connector")
		})
	}
	assert.Equal(t, 7, found)
}
