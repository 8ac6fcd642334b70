package generator_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/progress"
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
	var mu sync.Mutex
	say := func(what string) {
		mu.Lock()
		defer mu.Unlock()
		built = append(built, what)
	}
	note := func(step string) func() {
		say(step)
		return func() { say("ended") }
	}

	tools, err := protocode.NewTools(t.Context(), note)
	require.NoError(t, err)
	require.NoError(t, tools.Close())
	assert.Equal(t, []string{
		"build 4 of the plugins that make code of protos, once on this machine",
		"build 1 of 4: protoc-gen-go v1.36.12", "build 2 of 4: protoc-gen-go-grpc v1.6.2",
	}, built[:3])
	assert.Equal(t, slices.Repeat([]string{"ended"}, 5), slices.DeleteFunc(built, func(s string) bool { return s != "ended" }))

	folder := filepath.Join(cache, "spacegen", "plugins")
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, entries, 4, "each program, and nothing of how it was built")
	require.NoError(t, os.Remove(filepath.Join(folder, entries[0].Name())))
	built = nil
	_, err = protocode.NewTools(t.Context(), note)
	require.NoError(t, err)
	assert.Equal(t, []string{
		"build 1 of the plugins that make code of protos, once on this machine", "build 1 of 1: protoc-gen-go-grpc v1.6.2", "ended", "ended",
	}, built, "only what is missing")

	g, s := newGenerator(t), apart(goldens(t)["minimal"])
	dir := filepath.Join(t.TempDir(), "minimal")
	_, err = g.Create(t.Context(), s, render.Input{}, dir)
	require.NoError(t, err)
	t.Setenv("PATH", "")
	require.NoError(t, protocode.Make(t.Context(), s, dir, progress.Quiet))
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
	tools, err := protocode.NewTools(t.Context(), progress.Quiet)
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
