package generator_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/protocode"
	"github.com/cloudforet-io/spacegen/generator/render"
)

// TestE2EToolsAreBuiltOnce: what the cache has is run as it is, without Go.
func TestE2EToolsAreBuiltOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the plugins")
	}
	cache := t.TempDir()
	keepBuildCache(t)
	t.Setenv("XDG_CACHE_HOME", cache)
	var built []string
	note := func(step string) { built = append(built, step) }

	tools, err := protocode.NewTools(t.Context(), note)
	require.NoError(t, err)
	require.NoError(t, tools.Close())
	assert.Len(t, built, 4)

	folder := filepath.Join(cache, "spacegen", "plugins")
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, entries, 4, "each program, and nothing of how it was built")
	require.NoError(t, os.Remove(filepath.Join(folder, entries[0].Name())))
	built = nil
	_, err = protocode.NewTools(t.Context(), note)
	require.NoError(t, err)
	assert.Equal(t, []string{"build protoc-gen-go-grpc v1.6.2"}, built, "only what is missing")

	g, s := newGenerator(t), apart(goldens(t)["minimal"])
	dir := filepath.Join(t.TempDir(), "minimal")
	_, err = g.Create(t.Context(), s, render.Input{}, dir)
	require.NoError(t, err)
	t.Setenv("PATH", "")
	require.NoError(t, protocode.Make(t.Context(), s, dir, func(string) {}))
	assert.FileExists(t, filepath.Join(dir, "gen/openapi/minimal.swagger.json"))
}

// TestE2EToolsWithoutACache: plugins are built for once and leave nothing behind.
func TestE2EToolsWithoutACache(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the plugins")
	}
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	temporary := t.TempDir()
	keepBuildCache(t)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(file, "below"))
	t.Setenv("TMPDIR", temporary)
	tools, err := protocode.NewTools(t.Context(), func(string) {})
	require.NoError(t, err)
	entries, err := os.ReadDir(temporary)
	require.NoError(t, err)
	assert.Len(t, entries, 1)
	require.NoError(t, tools.Close())
	entries, err = os.ReadDir(temporary)
	require.NoError(t, err)
	assert.Empty(t, entries)
}

// keepBuildCache has Go's cache stay where it is, wherever the user's one goes.
func keepBuildCache(t *testing.T) {
	t.Helper()
	t.Setenv("GOCACHE", strings.TrimSpace(command(t, ".", "go", "env", "GOCACHE")))
}
