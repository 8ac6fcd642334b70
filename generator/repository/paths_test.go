package repository

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCheckPath(t *testing.T) {
	for _, p := range []string{
		"", ".", "..", "../a", "/a", "a/", "a//b", "a/../b", `a\b`, "a\x00b", "a\nb", "a\x1b[2Jb", "a\xffb",
		".git", ".git/config", "a/.git", "sub/.git/hooks/x", ".GIT/config", ".gIt/x",
		".git./x", ".git /x", ".git. . /x", ".git::$INDEX_ALLOCATION/x", ".git:x", ".git.:x/y", "GIT~1/x", "git~2/x", "git~10",
		".g\u200cit/x", "\u200e.git/x", ".gi\ufefft/x", ".\u206agit/config", ".gi\u00adt", ".git\ufe0f/x",
	} {
		assert.Error(t, checkPath(p), "%q", p)
	}
	for _, p := range []string{"a", "a/b", ".github/workflows/x.yaml", ".gitignore", "a/.gitattributes", "git", "git~", "git~a", "x.git/y", ".gitt", "한국어", "a b/c d"} {
		assert.NoError(t, checkPath(p), "%q", p)
	}
	for _, p := range []string{
		".spacegen/journal", ".spacegen/journal/x", ".spacegen/journal.new/x", ".spacegen/undo/journal.json", ".spacegen/run/admin.json",
		".SPACEGEN/Journal/x", ".spacegen./undo/x", "spaceg~1/undo/x", ".space\u200cgen/run/x",
	} {
		require.NoError(t, checkPath(p), "%q", p)
		assert.ErrorContains(t, checkTarget(p), "spacegen's own", "%q", p)
	}
	for _, p := range []string{".spacegen/lock.yaml", ".spacegen/base/a", ".spacegen/spec.yaml", ".spacegen/journals", "journal/x"} {
		assert.NoError(t, checkTarget(p), "%q", p)
	}
}

// TestDiskWritesThroughNoLink: not even where the link stays inside.
func TestDiskWritesThroughNoLink(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, ".git", "hooks"), 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(dir, ".git", "config"), []byte("x"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), []byte("x"), 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "real"), 0o750))
	for at, to := range map[string]string{"g": ".git", "r": "real", "out": t.TempDir(), "loop": "loop", "nowhere": "nothing"} {
		require.NoError(t, os.Symlink(to, filepath.Join(dir, at)))
	}
	d, err := openDisk(dir)
	require.NoError(t, err)
	defer d.root.Close() //nolint:errcheck // the test ends
	for _, at := range []string{"g/config", "g/hooks/x", "r/x", "out/x", "loop/x", "nowhere/x", "file/x", ".git/x", "real/../.git/x"} {
		for what, do := range map[string]func() error{
			"write":      func() error { return d.write(at, nil, 0o644) },
			"remove":     func() error { return d.remove(at) },
			"remove all": func() error { return d.removeAll(at) },
			"folder":     func() error { return d.folder(at) },
			"from":       func() error { return d.rename(at, "real/x") },
			"to":         func() error { return d.rename("file", at) },
			"sync":       func() error { return d.sync(at) },
		} {
			assert.Error(t, do(), "%s %s", what, at)
		}
	}
	require.NoError(t, d.removeAll("g"), "of a link, the link goes")
	assert.FileExists(t, filepath.Join(dir, ".git", "config"))
	assert.FileExists(t, filepath.Join(dir, "file"))
}

// TestCodeOfProtosIsWrittenThroughNoLink: gen/ is written beside the journal.
func TestCodeOfProtosIsWrittenThroughNoLink(t *testing.T) {
	for _, link := range []string{"gen", "gen/go", "gen/go/v1"} {
		dir := t.TempDir()
		hooks := filepath.Join(dir, ".git", "hooks")
		require.NoError(t, os.MkdirAll(filepath.Join(hooks, "go", "v1"), 0o750))
		require.NoError(t, os.WriteFile(filepath.Join(hooks, "old.pb.go"), nil, 0o600))
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, link)), 0o750))
		require.NoError(t, os.Symlink(hooks, filepath.Join(dir, link)))
		files := map[string][]byte{"gen/go/v1/a.pb.go": []byte("x"), "first.txt": []byte("x")}
		require.ErrorContains(t, Write(t.Context(), dir, files), link+" is a link")
		assert.NoFileExists(t, filepath.Join(dir, "first.txt"), "all is looked at before the first is written")
		if link != "gen/go/v1" {
			require.ErrorContains(t, Clean(dir, "gen/go", []string{".pb.go"}, files), link+" is a link")
		}
		assert.FileExists(t, filepath.Join(hooks, "old.pb.go"))
	}
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "gen"), 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "mine"), []byte("mine"), 0o600))
	require.NoError(t, os.Symlink("../mine", filepath.Join(dir, "gen", ".a.pb.go.spacegen-new")))
	require.NoError(t, os.Symlink("../mine", filepath.Join(dir, "gen", "a.pb.go")))
	require.NoError(t, Write(t.Context(), dir, map[string][]byte{"gen/a.pb.go": []byte("code")}))
	mine, err := os.ReadFile(filepath.Join(dir, "mine")) //nolint:gosec // a test's own
	require.NoError(t, err)
	assert.Equal(t, "mine", string(mine))
}
