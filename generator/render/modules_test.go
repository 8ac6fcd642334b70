package render_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/templates"
)

var update = flag.Bool("update", false, "rewrite what the tests compare with")

const (
	rootGoMod   = "../../go.mod"
	modulesPath = "../../templates/service/modules.json"
)

// importLine finds an import of another module in a Go file or a template of
// one. A template's own imports start with [[ .Module ]].
var importLine = regexp.MustCompile(`(?m)^\s*(?:import\s+)?(?:[\w.]+\s+)?"([a-z0-9.-]+\.[a-z]+(?:/[\w.~-]+)+)"(?:\s*//.*)?$`)

// TestModules holds modules.json against the module it was made from: same
// versions, and every import of every template known. With -update it is made
// anew, by `go mod tidy` for each package; that takes a minute.
func TestModules(t *testing.T) {
	imports := templateImports(t)
	versions := rootVersions(t)
	if *update {
		writeModules(t, imports, versions)
	}
	known := readModules(t, modulesPath)
	for _, p := range imports {
		assert.Contains(t, known.Packages, p, "run go test ./generator/render -run TestModules -update")
	}
	for name, version := range known.Versions {
		if want, ok := versions[name]; ok {
			assert.Equal(t, want, version, name)
		}
	}
}

func readModules(t *testing.T, file string) (m render.Modules) {
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &m))
	return m
}

// TestModulesOfFrontends holds the frontends' modules.json against that of
// services: it is the part of it that their packages ask for.
func TestModulesOfFrontends(t *testing.T) {
	const path = "../../templates/frontend/modules.json"
	all, found := readModules(t, modulesPath), map[string]bool{}
	importsBelow(t, "frontend", found)
	want := render.Modules{Go: all.Go, Versions: map[string]string{}, Packages: map[string]render.Package{}}
	sums := map[string]bool{}
	for name := range found {
		for _, i := range all.Packages[name].Sums {
			sums[all.Sums[i]] = true
		}
	}
	want.Sums = slices.SortedFunc(maps.Keys(sums), compareSums)
	for name := range found {
		pkg := all.Packages[name]
		for _, m := range pkg.Requires {
			want.Versions[m] = all.Versions[m]
		}
		lines := pkg.Sums
		pkg.Sums = nil
		for _, i := range lines {
			pkg.Sums = append(pkg.Sums, slices.Index(want.Sums, all.Sums[i]))
		}
		want.Packages[name] = pkg
	}
	if *update {
		text, err := json.MarshalIndent(want, "", " ")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, append(text, '\n'), 0o644))
	}
	assert.Equal(t, want, readModules(t, path), "run go test ./generator/render -run TestModules -update")
}

func templateImports(t *testing.T) []string {
	found := map[string]bool{}
	for _, p := range append(render.GeneratedImports(true), render.ForeignImports()...) {
		found[p] = true
	}
	for _, set := range []string{"service", "starter", "frontend"} {
		importsBelow(t, set, found)
	}
	return slices.Sorted(maps.Keys(found))
}

func importsBelow(t *testing.T, set string, found map[string]bool) {
	sub, err := fs.Sub(templates.FS, set)
	require.NoError(t, err)
	require.NoError(t, fs.WalkDir(sub, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(p, ".go") && !strings.HasSuffix(p, ".go.tmpl") {
			return err
		}
		text, err := fs.ReadFile(sub, p)
		for _, m := range importLine.FindAllSubmatch(text, -1) {
			if name := string(m[1]); !strings.HasPrefix(name, "github.com/cloudforet-io/spacegen/") {
				found[name] = true
			}
		}
		return err
	}))
}

func rootVersions(t *testing.T) map[string]string {
	data, err := os.ReadFile(rootGoMod)
	require.NoError(t, err)
	file, err := modfile.Parse(rootGoMod, data, nil)
	require.NoError(t, err)
	versions := map[string]string{}
	for _, r := range file.Require {
		versions[r.Mod.Path] = r.Mod.Version
	}
	return versions
}

// writeModules asks `go mod tidy` what each package brings, by itself.
func writeModules(t *testing.T, imports []string, versions map[string]string) {
	modules := render.Modules{Go: "1.26.0", Versions: map[string]string{}, Packages: map[string]render.Package{}}
	type tidied struct {
		mod  *modfile.File
		sums []string
	}
	results := make([]tidied, len(imports))
	var group sync.WaitGroup
	slots := make(chan struct{}, 4)
	for i, p := range imports {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			results[i].mod, results[i].sums = tidy(t, p, modules.Go, versions)
		})
	}
	group.Wait()
	if t.Failed() {
		return
	}
	allSums := map[string]bool{}
	for _, r := range results {
		for _, line := range r.sums {
			allSums[line] = true
		}
	}
	modules.Sums = slices.SortedFunc(maps.Keys(allSums), compareSums)
	for i, p := range imports {
		var pkg render.Package
		for _, r := range results[i].mod.Require {
			modules.Versions[r.Mod.Path] = r.Mod.Version
			pkg.Requires = append(pkg.Requires, r.Mod.Path)
			if !r.Indirect && (p == r.Mod.Path || strings.HasPrefix(p, r.Mod.Path+"/")) && len(r.Mod.Path) > len(pkg.Module) {
				pkg.Module = r.Mod.Path
			}
		}
		slices.Sort(pkg.Requires)
		for _, line := range results[i].sums {
			n, _ := slices.BinarySearchFunc(modules.Sums, line, compareSums)
			pkg.Sums = append(pkg.Sums, n)
		}
		require.NotEmpty(t, pkg.Module, p)
		modules.Packages[p] = pkg
	}
	text, err := json.Marshal(modules)
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, json.Indent(&out, text, "", " "))
	compact := regexp.MustCompile(`\n {4,}|\n {3}(\])`).ReplaceAll(out.Bytes(), []byte("$1"))
	require.NoError(t, os.WriteFile(modulesPath, append(compact, '\n'), 0o644))
}

// compareSums orders lines as the go command does in go.sum.
func compareSums(a, b string) int {
	left, right := strings.Fields(a), strings.Fields(b)
	versions := []module.Version{{Path: left[0], Version: left[1]}, {Path: right[0], Version: right[1]}}
	if versions[0] == versions[1] {
		return 0
	}
	module.Sort(versions)
	if versions[0] == (module.Version{Path: left[0], Version: left[1]}) {
		return -1
	}
	return 1
}

func tidy(t *testing.T, pkg, goVersion string, versions map[string]string) (*modfile.File, []string) {
	dir := t.TempDir()
	var mod strings.Builder
	fmt.Fprintf(&mod, "module example.com/probe\n\ngo %s\n\nrequire (\n", goVersion)
	for _, p := range slices.Sorted(maps.Keys(versions)) {
		fmt.Fprintf(&mod, "\t%s %s\n", p, versions[p])
	}
	mod.WriteString(")\n")
	assert.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod.String()), 0o644))
	assert.NoError(t, os.WriteFile(filepath.Join(dir, "probe.go"), fmt.Appendf(nil, "package probe\n\nimport _ %q\n", pkg), 0o644))
	cmd := exec.CommandContext(t.Context(), "go", "mod", "tidy")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if !assert.NoError(t, err, "%s: %s", pkg, out) {
		return new(modfile.File), nil
	}
	data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	assert.NoError(t, err)
	file, err := modfile.Parse("go.mod", data, nil)
	assert.NoError(t, err)
	sums, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	assert.NoError(t, err)
	return file, strings.Split(strings.TrimSpace(string(sums)), "\n")
}
