package protofile_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/protofile"
)

func TestOut(t *testing.T) {
	out := os.Getenv("OUT")
	if out == "" {
		t.Skip()
	}
	src := protofile.Sources{}
	root := os.DirFS(filepath.Join(out, "proto"))
	require.NoError(t, fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			src[p], err = fs.ReadFile(root, p)
		}
		return err
	}))
	files, err := protofile.Generate(context.Background(), src, protofile.Plugins(os.Getenv("NAME")), func(s string) { t.Log(s) })
	require.NoError(t, err)
	for p, b := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(out, p)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(out, p), b, 0o644))
	}
}
