package repository

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// findDepth is how far below a folder repositories are looked for.
const findDepth = 5

// Find gives the repositories that a folder means, as absolute paths in order: itself, or
// all that lie below it or, where none does, the one that it lies in. Links below it are
// not followed. The error is ErrNoProject if there is none.
func Find(dir string) ([]string, error) {
	top, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if isRoot(top) {
		return []string{top}, nil
	}
	if info, err := os.Lstat(top); err == nil && info.Mode()&fs.ModeSymlink != 0 { // WalkDir follows none
		if top, err = filepath.EvalSymlinks(top); err != nil {
			return nil, fmt.Errorf("%s: %w", dir, err)
		}
	}
	var roots []string
	err = filepath.WalkDir(top, func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch {
		case !d.IsDir():
			return nil
		case at != top && Passed(d.Name()):
			return fs.SkipDir
		case isRoot(at):
			roots = append(roots, at)
			return fs.SkipDir
		case strings.Count(at[len(top):], string(filepath.Separator)) >= findDepth:
			return fs.SkipDir
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look for %s in and below %s: %w", spec.FileName, dir, err)
	}
	if len(roots) > 0 {
		return roots, nil
	}
	root, err := FindRoot(top)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return []string{root}, nil
}

// Passed reports whether a folder of a name is passed by where repositories are looked for:
// what lies in it belongs to tools, or to tests.
func Passed(name string) bool {
	return strings.HasPrefix(name, ".") || slices.Contains([]string{"node_modules", "vendor", "testdata"}, name)
}

// isRoot reports whether a repository stands in a folder.
func isRoot(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, spec.FileName))
	return err == nil && info.Mode().IsRegular()
}
