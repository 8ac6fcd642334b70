package gosource

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Imports gives what the Go files of a module import, by file: those of tests and of any
// platform, too, and of no module below it. A file that cannot be parsed has none, and is
// in broken.
func Imports(fsys fs.FS) (imports map[string][]string, broken []string, err error) {
	imports = map[string][]string{}
	err = fs.WalkDir(fsys, ".", func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return skipped(fsys, at)
		}
		if path.Ext(at) != ".go" || !d.Type().IsRegular() {
			return nil
		}
		body, err := fs.ReadFile(fsys, at)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), at, body, parser.ImportsOnly)
		if err != nil {
			broken = append(broken, at)
			return nil //nolint:nilerr // told by broken
		}
		for _, i := range file.Imports {
			if name, err := strconv.Unquote(i.Path.Value); err == nil {
				imports[at] = append(imports[at], name)
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read the repository's Go code: %w", err)
	}
	return imports, broken, nil
}

// skipped tells fs.WalkDir which folders hold none of a module's packages, as the go
// command has it.
func skipped(fsys fs.FS, at string) error {
	if at == "." {
		return nil
	}
	name := path.Base(at)
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || slices.Contains([]string{"testdata", "vendor", "node_modules"}, name) {
		return fs.SkipDir
	}
	_, err := fs.Stat(fsys, path.Join(at, "go.mod"))
	switch {
	case err == nil:
		return fs.SkipDir
	case errors.Is(err, fs.ErrNotExist):
		return nil
	default:
		return err
	}
}
