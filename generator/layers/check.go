package layers

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"path"
	"slices"

	"golang.org/x/tools/go/analysis"
)

// A Finding is an import that the rule forbids.
type Finding struct {
	Path    string // of the file
	Line    int    // from 1
	Message string
}

// Check runs the analyzer over a repository, sorted by path and line. Files that
// can't be parsed are left to the compiler, which says it better; build tags are
// not looked at. Folders that the go command passes by are passed by here, too.
func Check(fsys fs.FS, module string) ([]Finding, error) {
	set := token.NewFileSet()
	folders := map[string][]*ast.File{}
	err := fs.WalkDir(fsys, ".", func(at string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && elsewhere(fsys, at) {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || path.Ext(at) != ".go" {
			return err
		}
		text, err := fs.ReadFile(fsys, at)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(set, at, text, parser.ImportsOnly)
		if err != nil {
			return nil //nolint:nilerr // see above
		}
		folders[path.Dir(at)] = append(folders[path.Dir(at)], file)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("check the layers: %w", err)
	}
	analyzer := New(module)
	var findings []Finding
	for _, folder := range slices.Sorted(maps.Keys(folders)) {
		files := folders[folder]
		_, err := analyzer.Run(&analysis.Pass{
			Analyzer: analyzer, Fset: set, Files: files,
			Pkg: types.NewPackage(path.Join(module, folder), files[0].Name.Name),
			Report: func(d analysis.Diagnostic) {
				// Where it stands in the file that was read: what a //line
				// directive names need not be in the repository.
				at := set.PositionFor(d.Pos, false)
				findings = append(findings, Finding{at.Filename, at.Line, d.Message})
			},
		})
		if err != nil {
			return nil, fmt.Errorf("check the layers of %s: %w", folder, err)
		}
	}
	return findings, nil
}

// elsewhere reports whether the packages of a folder are none of the module's.
func elsewhere(fsys fs.FS, at string) bool {
	if at == "." {
		return false
	}
	name := path.Base(at)
	_, err := fs.Stat(fsys, path.Join(at, "go.mod"))
	return err == nil || name[0] == '.' || name[0] == '_' || name == "testdata" || name == "vendor" || name == "node_modules"
}
