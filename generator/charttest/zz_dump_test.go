package charttest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

func TestDump(t *testing.T) {
	out := os.Getenv("DUMP")
	if out == "" {
		t.Skip()
	}
	s := spec.New("inventory")
	s.Servers = spec.Servers()
	s.Resources = []spec.Resource{{Name: "Region"}}
	s.Cache = spec.Redis
	var sets []*render.Set
	for _, n := range []string{"helm", "ci"} {
		set, err := render.LoadSet(templates.FS, n)
		require.NoError(t, err)
		sets = append(sets, set)
	}
	tree, err := render.Render(spec.Defaults(s), sets...)
	require.NoError(t, err)
	for p, f := range tree {
		require.NoError(t, os.MkdirAll(filepath.Join(out, filepath.Dir(p)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(out, p), f.Body, f.Mode))
	}
}
