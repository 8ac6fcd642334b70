package site_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/console/internal/site"
)

func TestExport(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "app")
	dist := fstest.MapFS{
		"placeholder.html":       {Data: []byte("not built")},
		"app/index.html":         {Data: []byte("page")},
		"app/assets/index-1a.js": {Data: []byte("script")},
	}
	for range 2 { // a pod's first container may run again
		require.NoError(t, site.Export(dist, folder))
	}
	text, err := os.ReadFile(filepath.Join(folder, "assets", "index-1a.js"))
	require.NoError(t, err)
	assert.Equal(t, "script", string(text))
	assert.NoFileExists(t, filepath.Join(folder, "placeholder.html"))

	require.ErrorContains(t, site.Export(fstest.MapFS{"placeholder.html": {}}, folder), "make app")
}
