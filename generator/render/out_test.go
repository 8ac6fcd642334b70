package render_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

func TestOut(t *testing.T) {
	out := os.Getenv("OUT")
	data, err := os.ReadFile(os.Getenv("SPEC"))
	require.NoError(t, err)
	s, err := spec.Parse("x", data)
	require.NoError(t, err)
	var sets []*render.Set
	for _, n := range strings.Fields(os.Getenv("SETS")) {
		set, err := render.LoadSet(templates.FS, n)
		require.NoError(t, err)
		sets = append(sets, set)
	}
	tree, err := render.Render(s, sets...)
	require.NoError(t, err)
	for p, f := range tree {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(out, p)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(out, p), f.Body, f.Mode))
	}
}
