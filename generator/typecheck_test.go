package generator_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// A typechecker holds repositories in memory against Go's types, without building
// anything: packages of other modules come from what the go command has of them,
// and a package that was seen before with all that it imports is not read again.
type typechecker struct {
	mutex   sync.Mutex
	set     *token.FileSet
	exports map[string]string // import path → what the compiler has of the package
	others  types.Importer
	seen    map[string]*types.Package // by digest
}

func newTypechecker() *typechecker {
	c := &typechecker{set: token.NewFileSet(), exports: map[string]string{}, seen: map[string]*types.Package{}}
	c.others = importer.ForCompiler(c.set, "gc", func(p string) (io.ReadCloser, error) {
		if c.exports[p] == "" {
			return nil, fmt.Errorf("no package %s", p)
		}
		return os.Open(c.exports[p])
	})
	return c
}

// A checking is the check of one repository.
type checking struct {
	*typechecker
	module  string
	sources map[string][]byte
	folders map[string]*goFolder
	errs    []string
}

// A goFolder is what lies in one folder: a package, its tests, and the tests that
// stand outside it.
type goFolder struct {
	own, tests, apart []*ast.File
	text              []byte // of own
	digest            string
	pkg               *types.Package
	busy              bool
}

// check gives what is wrong with the Go files of a module: path → text.
func (c *typechecker) check(t testing.TB, module string, sources map[string][]byte) []string {
	t.Helper()
	c.mutex.Lock()
	defer c.mutex.Unlock()
	one := &checking{typechecker: c, module: module, sources: sources, folders: map[string]*goFolder{}}
	one.parse()
	if len(one.errs) > 0 {
		return one.errs
	}
	one.export(t)
	for _, at := range slices.Sorted(maps.Keys(one.folders)) {
		folder, tests := one.folders[at], module+"/"+at
		if pkg, err := one.Import(tests); err != nil {
			one.errs = append(one.errs, err.Error())
		} else if len(folder.tests) > 0 && pkg != nil {
			one.types(tests, slices.Concat(folder.own, folder.tests))
		}
		if len(folder.apart) > 0 {
			one.types(tests+"_test", folder.apart)
		}
	}
	return one.errs
}

func (c *checking) parse() {
	system := build.Default
	system.CgoEnabled = false
	system.OpenFile = func(at string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(c.sources[at])), nil }
	for _, at := range slices.Sorted(maps.Keys(c.sources)) {
		dir, name := path.Split(at)
		if path.Ext(at) != ".go" {
			continue
		}
		if match, err := system.MatchFile(path.Clean(dir), name); err != nil || !match {
			continue
		}
		file, err := parser.ParseFile(c.set, at, c.sources[at], parser.SkipObjectResolution)
		if err != nil {
			c.errs = append(c.errs, err.Error())
			continue
		}
		folder := c.folders[path.Dir(at)]
		if folder == nil {
			folder = new(goFolder)
			c.folders[path.Dir(at)] = folder
		}
		switch {
		case strings.HasSuffix(file.Name.Name, "_test"):
			folder.apart = append(folder.apart, file)
		case strings.HasSuffix(at, "_test.go"):
			folder.tests = append(folder.tests, file)
		default:
			folder.own = append(folder.own, file)
			folder.text = append(folder.text, name+"\n"+string(c.sources[at])+"\n"...)
		}
	}
}

// export asks the go command for packages of others that were not needed before.
func (c *checking) export(t testing.TB) {
	t.Helper()
	missing := map[string]bool{}
	for _, folder := range c.folders {
		for _, file := range slices.Concat(folder.own, folder.tests, folder.apart) {
			for _, name := range imports(file) {
				if _, known := c.exports[name]; !known && name != "unsafe" && !strings.HasPrefix(name, c.module+"/") {
					missing[name] = true
				}
			}
		}
	}
	if len(missing) == 0 {
		return
	}
	args := append([]string{"list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}"}, slices.Sorted(maps.Keys(missing))...)
	out, err := exec.CommandContext(t.Context(), "go", args...).CombinedOutput()
	require.NoError(t, err, "go list: %s", out)
	for line := range strings.Lines(string(out)) {
		name, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		c.exports[name] = file
	}
}

func imports(file *ast.File) (names []string) {
	for _, spec := range file.Imports {
		name, _ := strconv.Unquote(spec.Path.Value) // the parser has read it
		names = append(names, name)
	}
	return names
}

// Import gives a package; it is nil for a folder that has tests only.
func (c *checking) Import(name string) (*types.Package, error) {
	at, own := strings.CutPrefix(name, c.module+"/")
	if !own {
		return c.others.Import(name)
	}
	folder := c.folders[at]
	switch {
	case folder == nil:
		return nil, fmt.Errorf("the repository has no package %s", at)
	case folder.busy:
		return nil, fmt.Errorf("%s imports itself", at)
	case folder.pkg != nil || len(folder.own) == 0:
		return folder.pkg, nil
	}
	folder.busy = true
	defer func() { folder.busy = false }()
	digest := sha256.New()
	digest.Write(folder.text)
	for _, file := range folder.own {
		for _, name := range imports(file) {
			if at, own := strings.CutPrefix(name, c.module+"/"); own {
				if _, err := c.Import(name); err != nil {
					return nil, err
				}
				digest.Write([]byte(at + c.folders[at].digest))
			}
		}
	}
	folder.digest = string(digest.Sum(nil))
	if folder.pkg = c.seen[folder.digest]; folder.pkg == nil {
		before := len(c.errs)
		folder.pkg = c.types(name, folder.own)
		if len(c.errs) == before {
			c.seen[folder.digest] = folder.pkg
		}
	}
	return folder.pkg, nil
}

func (c *checking) types(name string, files []*ast.File) *types.Package {
	config := types.Config{Importer: c, Error: func(err error) { c.errs = append(c.errs, err.Error()) }}
	pkg, _ := config.Check(name, c.set, files, nil) // Error has been told
	return pkg
}
