package generator

import (
	"context"
	"fmt"
	"io/fs"
	"os"

	"github.com/cloudforet-io/spacegen/generator/protofile"
)

// ReadProtos gives the files of an API: those of a package below folders, as
// imports name them (only some of them, if they are named), and whatever they
// import. The error is
// protofile.ErrNoPackage if no file is of the package.
func ReadProtos(ctx context.Context, pkg string, folders, only []string) (protofile.Sources, error) {
	var roots []fs.FS
	for _, folder := range folders {
		if info, err := os.Stat(folder); err != nil {
			return nil, fmt.Errorf("read protos: %w", err)
		} else if !info.IsDir() {
			return nil, fmt.Errorf("read protos: %s is no folder; name the one that imports are relative to", folder)
		}
		roots = append(roots, os.DirFS(folder))
	}
	all, err := protofile.ReadSources(roots...)
	if err != nil {
		return nil, err
	}
	return protofile.Needed(ctx, all, pkg, only...)
}
