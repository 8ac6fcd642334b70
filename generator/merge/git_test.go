package merge_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/merge"
)

func TestWithoutGit(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	base, ours, theirs := "a\n", "mine\n", "b\n"
	_, err := merge.Run(t.Context(), input("x", sides{&base, &ours, &theirs, 0o644, 0o644, 0o644}))
	require.ErrorIs(t, err, merge.ErrNoGit)
	_, err = merge.Run(t.Context(), input("x", sides{&base, &base, &theirs, 0o644, 0o644, 0o644}))
	assert.NoError(t, err, "nothing has to be merged")
}

// TestHostileGit: neither a configuration nor the environment of git has a say.
func TestHostileGit(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("GIT_CONFIG_COUNT", "1")
	t.Setenv("GIT_CONFIG_KEY_0", "merge.conflictStyle")
	t.Setenv("GIT_CONFIG_VALUE_0", "merge")
	t.Setenv("GIT_DIR", "/nonexistent")
	base, ours, theirs := "a\n", "mine\n", "b\n"
	plan := run(t, input("x", sides{&base, &ours, &theirs, 0o644, 0o644, 0o644}))
	assert.Contains(t, string(plan.Changes[0].Body), "||||||| spacegen 1\na\n")
}

func TestMarked(t *testing.T) {
	line, marked := merge.Marked([]byte("a\n<<<<<<< yours\nb\n=======\nc\n>>>>>>> spacegen 2\n"))
	assert.True(t, marked)
	assert.Equal(t, 2, line)
	_, marked = merge.Marked([]byte("# heading\n=======\n\n>>>>>>> quoted\n"))
	assert.False(t, marked)
}
