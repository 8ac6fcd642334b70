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

// A File is one of Go's, and what it imports.
type File struct {
	At      string
	Body    []byte
	Imports []string
	Nested  bool // it is of a module below the repository's
	Broken  bool // it cannot be parsed
}

// Files gives the Go files of a repository: those of tests and of any platform, too.
func Files(fsys fs.FS) (files []File, err error) {
	nested := map[string]bool{} // folders
	err = fs.WalkDir(fsys, ".", func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			nested[at], err = nests(fsys, at)
			nested[at] = nested[at] || nested[path.Dir(at)]
			return err
		}
		if path.Ext(at) != ".go" || !d.Type().IsRegular() {
			return nil
		}
		body, err := fs.ReadFile(fsys, at)
		if err != nil {
			return err
		}
		file := File{At: at, Body: body, Nested: nested[path.Dir(at)]}
		parsed, err := parser.ParseFile(token.NewFileSet(), at, body, parser.ImportsOnly)
		file.Broken = err != nil
		if !file.Broken {
			for _, i := range parsed.Imports {
				if name, err := strconv.Unquote(i.Path.Value); err == nil {
					file.Imports = append(file.Imports, name)
				}
			}
		}
		files = append(files, file)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the repository's Go code: %w", err)
	}
	return files, nil
}

// nests reports whether a folder is the root of a module below the repository's. Folders
// that hold none of a module's packages, as the go command has it, are skipped.
func nests(fsys fs.FS, at string) (bool, error) {
	if at == "." {
		return false, nil
	}
	name := path.Base(at)
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || slices.Contains([]string{"testdata", "vendor", "node_modules"}, name) {
		return false, fs.SkipDir
	}
	_, err := fs.Stat(fsys, path.Join(at, "go.mod"))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
