package overlay_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/overlay"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "git", append([]string{"-C", dir, "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always"}, args...)...).CombinedOutput() //nolint:gosec // a test's own
	require.NoError(t, err, string(out))
}

// TestKept is what a store does with what it has: it is used, and held to what a
// repository was rendered with; who asks anew gets it anew.
func TestKept(t *testing.T) {
	source := filepath.Join(t.TempDir(), "golden")
	write(t, source, map[string]string{"ci/Makefile.tmpl": "all:\r\n", ".gitattributes": "* text=auto\n"})
	git(t, source, "init", "-q")
	git(t, source, "-c", "core.autocrlf=false", "add", "-A")
	git(t, source, "commit", "-qm", "x")
	git(t, source, "tag", "v1.0.0")
	var told []string
	store := overlay.Store{Dir: t.TempDir(), Progress: func(step string) func() { told = append(told, step); return func() {} }}
	from := "git+file://" + filepath.ToSlash(source) + "@v1.0.0"
	first, err := store.Open(t.Context(), ".", want(from))
	require.NoError(t, err)
	assert.Equal(t, "all:\n", string(first.Files["ci/Makefile.tmpl"]), "as git has it, whatever the user's git makes of it elsewhere")
	assert.Equal(t, []string{"fetch " + from}, told)
	second, err := store.Open(t.Context(), ".", want(from))
	require.NoError(t, err)
	assert.Equal(t, first, second)
	assert.Len(t, told, 1, "it is kept")

	kept, err := filepath.Glob(filepath.Join(store.Dir, "*", "*", "ci", "Makefile.tmpl"))
	require.NoError(t, err)
	require.Len(t, kept, 1)
	require.NoError(t, os.WriteFile(kept[0], []byte("evil:\n"), 0o644))
	pin := first.Pin()
	_, err = store.Open(t.Context(), ".", overlay.Wanted{Overlay: first.Overlay, Pin: &pin})
	require.ErrorContains(t, err, "is no longer what this repository was rendered with")
	again, err := store.Open(t.Context(), ".", overlay.Wanted{Overlay: first.Overlay, Fresh: true})
	require.NoError(t, err)
	assert.Equal(t, first, again)
	left, err := filepath.Glob(filepath.Join(store.Dir, "*", ".*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

// TestFolders are folders of a repository, as hostile as they come.
func TestFolders(t *testing.T) {
	for name, test := range map[string]struct {
		make func(t *testing.T, root string)
		from string
		want string
	}{
		"none": {func(*testing.T, string) {}, "../templates", "there is no folder ../templates; restore it or"},
		"empty": {func(t *testing.T, root string) {
			t.Helper()
			require.NoError(t, os.Mkdir(filepath.Join(root, "t"), 0o755))
		}, "./t", "it holds no templates; restore them or"},
		"a link out": {func(t *testing.T, root string) {
			t.Helper()
			require.NoError(t, os.Symlink("../..", filepath.Join(root, "t")))
		}, "./t", "escapes"},
		"a file": {func(t *testing.T, root string) { t.Helper(); write(t, root, map[string]string{"t": "x"}) }, "./t", "not a directory"},
		"a pipe within": {func(t *testing.T, root string) {
			t.Helper()
			write(t, root, map[string]string{"t/ci/x": ""})
			require.NoError(t, syscall.Mkfifo(filepath.Join(root, "t/ci/pipe"), 0o600))
		}, "./t", "ci/pipe is no file"},
		"a link to a pipe": {func(t *testing.T, root string) {
			t.Helper()
			write(t, root, map[string]string{"t/ci/x": ""})
			require.NoError(t, syscall.Mkfifo(filepath.Join(root, "t/pipe"), 0o600))
			require.NoError(t, os.Symlink("../pipe", filepath.Join(root, "t/ci/link")))
		}, "./t", "ci/link is no file"},
		"a conflict": {func(t *testing.T, root string) {
			t.Helper()
			write(t, root, map[string]string{"t/ci/x": "a\n<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\n"})
		}, "./t", "ci/x:2: a conflict is left here"},
		"a manifest": {func(t *testing.T, root string) {
			t.Helper()
			write(t, root, map[string]string{"t/overlay.yaml": "nam: x"})
		}, "./t", "field nam not found"},
		"a submodule that is not checked out": {func(t *testing.T, root string) {
			t.Helper()
			other := filepath.Join(t.TempDir(), "other")
			write(t, other, map[string]string{"ci/x": ""})
			git(t, other, "init", "-q")
			git(t, other, "add", "-A")
			git(t, other, "commit", "-qm", "x")
			git(t, root, "init", "-q")
			git(t, root, "submodule", "--quiet", "add", other, "t")
			git(t, root, "commit", "-qm", "x")
			git(t, root, "submodule", "--quiet", "deinit", "-f", "t")
		}, "./t", "./t is a submodule that is not checked out; fetch it by 'git submodule update --init -- ./t'"},
	} {
		t.Run(name, func(t *testing.T) {
			root := filepath.Join(t.TempDir(), "repository")
			require.NoError(t, os.Mkdir(root, 0o755))
			test.make(t, root)
			_, err := overlay.Store{Dir: t.TempDir()}.Open(t.Context(), root, overlay.Wanted{Overlay: spec.Overlay{Name: "acme", From: spec.Source(test.from)}})
			require.ErrorContains(t, err, "the overlay acme ("+test.from+") is not available, and nothing was changed: ")
			require.ErrorContains(t, err, test.want)
		})
	}
}
