package generator_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"go/ast"
	"go/build"
	"go/format"
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
// and nothing is read twice: no file, no package that was seen before with all that
// it imports, and no tests of such a package.
type typechecker struct {
	mutex   sync.Mutex
	set     *token.FileSet
	exports map[string]string // import path → what the compiler has of the package
	others  types.Importer
	files   map[string]parsed         // by path and text
	seen    map[string]*types.Package // by digest
	tested  map[string]bool           // by digest
}

// A parsed file is what a text is at a path.
type parsed struct {
	file *ast.File // nil: it is for another system
	errs []string
}

// sharedTypes is one for all tests, since all their repositories have the framework.
var sharedTypes = sync.OnceValue(newTypechecker)

func newTypechecker() *typechecker {
	c := &typechecker{
		set: token.NewFileSet(), exports: map[string]string{}, files: map[string]parsed{},
		seen: map[string]*types.Package{}, tested: map[string]bool{},
	}
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
	text, testText    []byte // of own, and of the others
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
		one.folder(at)
	}
	return one.errs
}

// folder checks the package in a folder, and its tests.
func (c *checking) folder(at string) {
	folder, name, before := c.folders[at], c.module+"/"+at, len(c.errs)
	pkg, err := c.Import(name)
	if err != nil {
		c.errs = append(c.errs, err.Error())
		return
	}
	digest, err := c.digest(name+folder.digest, folder.testText, slices.Concat(folder.tests, folder.apart))
	if err != nil {
		c.errs = append(c.errs, err.Error())
		return
	}
	if c.tested[digest] {
		return
	}
	if len(folder.tests) > 0 && pkg != nil {
		c.types(name, slices.Concat(folder.own, folder.tests))
	}
	if len(folder.apart) > 0 {
		c.types(name+"_test", folder.apart)
	}
	c.tested[digest] = len(c.errs) == before
}

func (c *checking) parse() {
	for _, at := range slices.Sorted(maps.Keys(c.sources)) {
		if path.Ext(at) != ".go" || c.elsewhere(at) {
			continue
		}
		key := at + "\x00" + string(c.sources[at])
		read, known := c.files[key]
		if !known {
			read = c.read(at)
			c.files[key] = read
		}
		c.errs = append(c.errs, read.errs...)
		if read.file == nil {
			continue
		}
		folder := c.folders[path.Dir(at)]
		if folder == nil {
			folder = new(goFolder)
			c.folders[path.Dir(at)] = folder
		}
		text := path.Base(at) + "\n" + string(c.sources[at]) + "\n"
		switch {
		case strings.HasSuffix(read.file.Name.Name, "_test"):
			folder.apart, folder.testText = append(folder.apart, read.file), append(folder.testText, text...)
		case strings.HasSuffix(at, "_test.go"):
			folder.tests, folder.testText = append(folder.tests, read.file), append(folder.testText, text...)
		default:
			folder.own, folder.text = append(folder.own, read.file), append(folder.text, text...)
		}
	}
}

// elsewhere reports whether a file lies in another module, of a folder with a go.mod
// of its own: that is imported as the modules of others are.
func (c *checking) elsewhere(at string) bool {
	for dir := path.Dir(at); dir != "."; dir = path.Dir(dir) {
		if _, ok := c.sources[dir+"/go.mod"]; ok {
			return true
		}
	}
	return false
}

// read parses a file, and holds gofmt against it.
func (c *checking) read(at string) (read parsed) {
	system := build.Default
	system.CgoEnabled = false
	system.OpenFile = func(at string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(c.sources[at])), nil }
	dir, name := path.Split(at)
	if match, err := system.MatchFile(path.Clean(dir), name); err != nil || !match {
		return read
	}
	file, err := parser.ParseFile(c.set, at, c.sources[at], parser.SkipObjectResolution)
	if err != nil {
		read.errs = append(read.errs, err.Error())
		return read
	}
	read.file = file
	if tidy, err := format.Source(c.sources[at]); err != nil || !bytes.Equal(tidy, c.sources[at]) {
		read.errs = append(read.errs, at+" is not as gofmt has it")
	}
	return read
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
	var err error
	if folder.digest, err = c.digest(name, folder.text, folder.own); err != nil {
		return nil, err
	}
	if folder.pkg = c.seen[folder.digest]; folder.pkg == nil {
		before := len(c.errs)
		folder.pkg = c.types(name, folder.own)
		if len(c.errs) == before {
			c.seen[folder.digest] = folder.pkg
		}
	}
	return folder.pkg, nil
}

// digest is that of files with all that they import of the repository.
func (c *checking) digest(of string, text []byte, files []*ast.File) (string, error) {
	digest := sha256.New()
	fmt.Fprintf(digest, "%s\n%s", of, text)
	for _, file := range files {
		for _, name := range imports(file) {
			if at, own := strings.CutPrefix(name, c.module+"/"); own {
				if _, err := c.Import(name); err != nil {
					return "", err
				}
				fmt.Fprintf(digest, "%s%s", at, c.folders[at].digest)
			}
		}
	}
	return string(digest.Sum(nil)), nil
}

func (c *checking) types(name string, files []*ast.File) *types.Package {
	config := types.Config{Importer: c, Error: func(err error) { c.errs = append(c.errs, err.Error()) }}
	pkg, _ := config.Check(name, c.set, files, nil) // Error has been told
	return pkg
}
