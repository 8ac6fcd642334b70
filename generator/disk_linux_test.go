package generator

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDisk lets a real disk run full, and one be read-only: an error, and
// nothing has changed.
func TestDisk(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("mounting needs root")
	}
	mounted := t.TempDir()
	if err := syscall.Mount("tmpfs", mounted, "tmpfs", 0, "size=16m"); err != nil {
		t.Skip("nothing can be mounted here: ", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(mounted, 0)) })
	original := emitted(t)
	for _, what := range []string{"update", "add"} {
		dir := filepath.Join(mounted, what)
		require.NoError(t, os.CopyFS(dir, os.DirFS(original)))
		before := snapshot(t, dir)
		_, do := crashing(t, what)
		filler := filepath.Join(mounted, "filler")
		require.NoError(t, syscall.Mount("", mounted, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
		require.ErrorIs(t, do(t.Context(), dir), syscall.EROFS, what)
		require.NoError(t, syscall.Mount("", mounted, "", syscall.MS_REMOUNT, "size=16m"))
		assert.Empty(t, differing(before, snapshot(t, dir)), "%s, read-only", what)
		for _, free := range []int64{0, 4096, 64 << 10, 256 << 10} {
			fill(t, mounted, filler, free)
			err := do(t.Context(), dir)
			if free < 256<<10 {
				require.ErrorIs(t, err, syscall.ENOSPC, "%s with %d bytes free", what, free)
			}
			if err != nil {
				assert.Empty(t, differing(before, snapshot(t, dir)), "%s with %d bytes free", what, free)
			}
			require.NoError(t, os.Remove(filler))
			if err == nil {
				break // it had room enough
			}
		}
	}
}

// fill takes all room of a disk but for some bytes.
func fill(t *testing.T, mounted, filler string, leave int64) {
	t.Helper()
	var stat syscall.Statfs_t
	require.NoError(t, syscall.Statfs(mounted, &stat))
	size := int64(stat.Bavail)*stat.Bsize - leave
	require.NoError(t, os.WriteFile(filler, make([]byte, size), fs.FileMode(0o600)))
}
