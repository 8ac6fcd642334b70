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

	"github.com/cloudforet-io/spacegen/core"
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

// TestModulesOfOthers holds the modules.json of other sets against that of services:
// each is the part of it that their packages ask for.
func TestModulesOfOthers(t *testing.T) {
	frontend, framework := map[string]bool{}, map[string]bool{}
	importsBelow(t, "frontend", frontend)
	importsIn(t, core.Source, framework)
	for set, imports := range map[string]map[string]bool{"frontend": frontend, "framework": framework} {
		t.Run(set, func(t *testing.T) { partOfModules(t, "../../templates/"+set+"/modules.json", imports) })
	}
}

func partOfModules(t *testing.T, path string, found map[string]bool) {
	all := readModules(t, modulesPath)
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
	want.Implied = map[string][]string{}
	for m, by := range all.Implied {
		by = slices.DeleteFunc(slices.Clone(by), func(other string) bool { return want.Versions[other] == "" })
		if want.Versions[m] != "" && len(by) > 0 {
			want.Implied[m] = by
		}
	}
	if *update {
		saveModules(t, path, want)
	}
	assert.Equal(t, want, readModules(t, path), "run go test ./generator/render -run TestModules -update")
}

func templateImports(t *testing.T) []string {
	found := map[string]bool{}
	for _, p := range append(render.GeneratedImports(true), foreignImports()...) {
		found[p] = true
	}
	for _, set := range []string{"service", "starter", "frontend"} {
		importsBelow(t, set, found)
	}
	importsIn(t, core.Source, found)
	return slices.Sorted(maps.Keys(found))
}

func importsBelow(t *testing.T, set string, found map[string]bool) {
	sub, err := fs.Sub(templates.FS, set)
	require.NoError(t, err)
	importsIn(t, sub, found)
}

func importsIn(t *testing.T, sub fs.FS, found map[string]bool) {
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
		mod   *modfile.File
		sums  []string
		tests []string
	}
	results := make([]tidied, len(imports))
	var group sync.WaitGroup
	slots := make(chan struct{}, 4)
	for i, p := range imports {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			dir := t.TempDir()
			results[i].mod, results[i].sums = tidyIn(t, dir, []string{p}, modules.Go, versions)
			results[i].tests = ofTests(t, dir, results[i].mod)
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
		pkg.Tests = results[i].tests
		for _, line := range results[i].sums {
			n, _ := slices.BinarySearchFunc(modules.Sums, line, compareSums)
			pkg.Sums = append(pkg.Sums, n)
		}
		require.NotEmpty(t, pkg.Module, p)
		modules.Packages[p] = pkg
	}
	modules.Implied = implied(t, imports, modules)
	saveModules(t, modulesPath, modules)
}

// ofTests are the modules of a go.mod that packages need for nothing but their tests.
func ofTests(t *testing.T, dir string, mod *modfile.File) []string {
	var names []string
	for _, r := range mod.Require {
		if r.Indirect {
			names = append(names, r.Mod.Path)
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	why := strings.Split(strings.TrimSpace(goIn(t, dir, append([]string{"mod", "why", "-m"}, names...)...)), "\n\n") // one for each, in order
	if !assert.Len(t, why, len(names)) {
		return nil
	}
	built := strings.Fields(goIn(t, dir, "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", "."))
	var found []string
	for i, m := range names { // the shortest way to one may lead through a test, and another one not
		if (strings.Contains(why[i], ".test\n") || strings.Contains(why[i], "does not need")) && !slices.Contains(built, m) {
			found = append(found, m)
		}
	}
	return found
}

// implied gives, for each module that is of tests, those whose go.mod names it in its version.
func implied(t *testing.T, imports []string, modules render.Modules) map[string][]string {
	dir := t.TempDir()
	_, _ = tidyIn(t, dir, imports, modules.Go, modules.Versions)
	ofTests := map[string]bool{}
	for _, pkg := range modules.Packages {
		for _, m := range pkg.Tests {
			ofTests[m] = true
		}
	}
	found := map[string][]string{}
	for line := range strings.Lines(goIn(t, dir, "mod", "graph")) {
		from, to, _ := strings.Cut(strings.TrimSpace(line), " ")
		by, version, _ := strings.Cut(from, "@")
		named, its, _ := strings.Cut(to, "@")
		if ofTests[named] && modules.Versions[named] == its && version != "" && modules.Versions[by] == version {
			found[named] = append(found[named], by)
		}
	}
	for _, by := range found {
		slices.Sort(by)
	}
	return found
}

func goIn(t *testing.T, dir string, args ...string) string {
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	assert.NoError(t, err)
	return string(out)
}

func saveModules(t *testing.T, path string, modules render.Modules) {
	text, err := json.Marshal(modules)
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, json.Indent(&out, text, "", " "))
	compact := regexp.MustCompile(`\n {4,}|\n {3}(\])`).ReplaceAll(out.Bytes(), []byte("$1"))
	require.NoError(t, os.WriteFile(path, append(compact, '\n'), 0o644))
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

func tidyIn(t *testing.T, dir string, imports []string, goVersion string, versions map[string]string) (*modfile.File, []string) {
	var mod strings.Builder
	fmt.Fprintf(&mod, "module example.com/probe\n\ngo %s\n\nrequire (\n", goVersion)
	for _, p := range slices.Sorted(maps.Keys(versions)) {
		fmt.Fprintf(&mod, "\t%s %s\n", p, versions[p])
	}
	mod.WriteString(")\n")
	assert.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod.String()), 0o644))
	probe := []byte("package probe\n")
	for _, pkg := range imports {
		probe = fmt.Appendf(probe, "\nimport _ %q\n", pkg)
	}
	assert.NoError(t, os.WriteFile(filepath.Join(dir, "probe.go"), probe, 0o644))
	cmd := exec.CommandContext(t.Context(), "go", "mod", "tidy")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if !assert.NoError(t, err, "%v: %s", imports, out) {
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

// foreignImports is what the code of the user's protos may import.
func foreignImports() []string {
	return []string{
		"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate",
		"cloud.google.com/go/longrunning/autogen/longrunningpb",
		"google.golang.org/genproto/googleapis/api",
		"google.golang.org/genproto/googleapis/api/annotations",
		"google.golang.org/genproto/googleapis/api/httpbody",
		"google.golang.org/genproto/googleapis/api/visibility",
		"google.golang.org/genproto/googleapis/rpc/code",
		"google.golang.org/genproto/googleapis/rpc/errdetails",
		"google.golang.org/genproto/googleapis/rpc/status",
		"google.golang.org/genproto/googleapis/type/calendarperiod",
		"google.golang.org/genproto/googleapis/type/color",
		"google.golang.org/genproto/googleapis/type/date",
		"google.golang.org/genproto/googleapis/type/datetime",
		"google.golang.org/genproto/googleapis/type/dayofweek",
		"google.golang.org/genproto/googleapis/type/decimal",
		"google.golang.org/genproto/googleapis/type/expr",
		"google.golang.org/genproto/googleapis/type/fraction",
		"google.golang.org/genproto/googleapis/type/interval",
		"google.golang.org/genproto/googleapis/type/latlng",
		"google.golang.org/genproto/googleapis/type/localized_text",
		"google.golang.org/genproto/googleapis/type/money",
		"google.golang.org/genproto/googleapis/type/month",
		"google.golang.org/genproto/googleapis/type/phone_number",
		"google.golang.org/genproto/googleapis/type/postaladdress",
		"google.golang.org/genproto/googleapis/type/quaternion",
		"google.golang.org/genproto/googleapis/type/timeofday",
		"google.golang.org/protobuf/types/descriptorpb",
		"google.golang.org/protobuf/types/known/anypb",
		"google.golang.org/protobuf/types/known/apipb",
		"google.golang.org/protobuf/types/known/durationpb",
		"google.golang.org/protobuf/types/known/emptypb",
		"google.golang.org/protobuf/types/known/fieldmaskpb",
		"google.golang.org/protobuf/types/known/sourcecontextpb",
		"google.golang.org/protobuf/types/known/structpb",
		"google.golang.org/protobuf/types/known/timestamppb",
		"google.golang.org/protobuf/types/known/typepb",
		"google.golang.org/protobuf/types/known/wrapperspb",
	}
}
