package generator_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestE2EProgramsAreLean: programs are built so that the linker leaves out methods that
// nothing calls. One call of a method by a name that is not known, in any module, and it
// leaves out none: a program is a third larger then.
func TestE2EProgramsAreLean(t *testing.T) {
	if testing.Short() {
		t.Skip("links a whole program")
	}
	t.Parallel()
	dir := filepath.Join(goldenFolder, "inventory")
	for _, file := range []string{"Makefile", "Dockerfile"} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		require.NoError(t, err)
		assert.Contains(t, string(text), "go build -trimpath -tags grpcnotrace -ldflags \"-s -w ", file)
	}
	program := filepath.Join(t.TempDir(), "inventory")
	command(t, dir, "go", "build", "-trimpath", "-tags", "grpcnotrace", "-ldflags", "-s -w", "-o", program, "./cmd/inventory")
	info, err := os.Stat(program)
	require.NoError(t, err)
	assert.Less(t, info.Size(), int64(42<<20), "of the 37 MB that it had on linux/amd64")
}
