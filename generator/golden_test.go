package generator_test

import (
	"context"
	"flag"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/progress"
	"github.com/cloudforet-io/spacegen/generator/protocode"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

var update = flag.Bool("update", false, "make the golden repositories anew")

const goldenFolder = "../testdata/golden"

// probe is the module of repositories that are made to be built: what they have
// in common is compiled once, if Go leaves folders' names out (-trimpath).
const probe = "example.com/team/probe"

// goldens finds the golden repositories: each folder is one, made from the
// spacegen.yaml in it.
func goldens(t *testing.T) map[string]*spec.Spec {
	t.Helper()
	entries, err := os.ReadDir(goldenFolder)
	require.NoError(t, err)
	found := map[string]*spec.Spec{}
	for _, e := range entries {
		file := filepath.Join(goldenFolder, e.Name(), spec.FileName)
		data, err := os.ReadFile(file)
		require.NoError(t, err, "every folder in %s is a repository", goldenFolder)
		found[e.Name()], err = spec.Parse(file, data)
		require.NoError(t, err)
	}
	require.NotEmpty(t, found)
	return found
}

// apart is the Spec of a golden repository that is made elsewhere: the others share a
// framework that lies beside them.
func apart(s *spec.Spec) *spec.Spec {
	alone := *s
	alone.Framework = spec.Vendored
	return &alone
}

func newGenerator(t testing.TB) *generator.Generator {
	t.Helper()
	g, err := generator.New(templates.FS, "test")
	require.NoError(t, err)
	return g
}

// TestGolden compares what each golden repository's Spec renders to with what
// stands in its folder, file by file; gen/ is made by the protobuf plugins and
// compared by TestGoldenCode.
func TestGolden(t *testing.T) {
	for name, s := range goldens(t) {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(goldenFolder, name)
			tree := goldenTree(t, name, s)
			if *update {
				writeGolden(t, dir, s, tree)
			}
			compareTree(t, dir, tree)
		})
	}
}

// goldenTree is the golden repository of a name: what its Spec renders to and
// what its starter brings. example-identity has the starter identity; plugins
// and the supervisor have the one of their own name.
func goldenTree(t *testing.T, name string, s *spec.Spec) render.Tree {
	t.Helper()
	g := newGenerator(t)
	in := render.Input{}
	of, example := strings.CutPrefix(name, "example-")
	if example || s.Kind == spec.KindPlugin || s.Kind == spec.KindSupervisor {
		starter, err := g.Starter(of)
		require.NoError(t, err)
		in = starter.Own
	}
	dir := t.TempDir()
	if s.Framework.Folder() != "" {
		require.NoError(t, os.Mkdir(filepath.Join(dir, "core"), 0o750))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "core", "go.mod"), []byte("module "+spec.CoreModule+"\n"), 0o600))
	}
	created, err := g.Preview(t.Context(), s, in, filepath.Join(dir, name))
	require.NoError(t, err)
	return created.Tree
}

// writeGolden makes a golden repository anew.
func writeGolden(t *testing.T, dir string, s *spec.Spec, tree render.Tree) {
	t.Helper()
	require.NoError(t, os.RemoveAll(dir))
	for p, file := range tree {
		target := filepath.Join(dir, p)
		require.NoError(t, os.MkdirAll(filepath.Dir(target), 0o755))
		require.NoError(t, os.WriteFile(target, file.Body, file.Mode))
	}
	if s.Kind.Layered() {
		require.NoError(t, protocode.Make(context.Background(), s, dir, progress.Quiet))
	}
}

// generatedCode reports whether the protobuf plugins make a file, or it is the
// sum of such.
func generatedCode(p string) bool {
	return strings.HasPrefix(p, "gen/") && !strings.HasSuffix(p, "/embed.go") || p == ".spacegen/gen.sum"
}

// onDisk lists the files below dir but for generated code.
func onDisk(t *testing.T, dir string) map[string]fs.FileMode {
	t.Helper()
	files := map[string]fs.FileMode{}
	require.NoError(t, fs.WalkDir(os.DirFS(dir), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || generatedCode(p) {
			return err
		}
		info, err := d.Info()
		files[p] = info.Mode().Perm()
		return err
	}))
	return files
}

func compareTree(t *testing.T, dir string, tree render.Tree) {
	t.Helper()
	disk := onDisk(t, dir)
	for _, p := range tree.Paths() {
		mode, ok := disk[p]
		if !assert.True(t, ok, "missing: %s (run with -update)", p) {
			continue
		}
		body, err := os.ReadFile(filepath.Join(dir, p))
		require.NoError(t, err)
		if string(body) != string(tree[p].Body) {
			assert.Equal(t, string(body), string(tree[p].Body), "differs: %s (run with -update)", p)
		}
		assert.Equal(t, mode&0o111, tree[p].Mode.Perm()&0o111, "executable bit: %s", p)
		delete(disk, p)
	}
	for _, p := range slices.Sorted(maps.Keys(disk)) {
		assert.Fail(t, "extra: "+p+" (run with -update)")
	}
}

// TestGoldenCode makes the code of each golden repository's protos again.
func TestGoldenCode(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the protobuf plugins")
	}
	for name, s := range goldens(t) {
		if !s.Kind.Layered() {
			continue // it has no protos
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			require.NoError(t, os.CopyFS(filepath.Join(dir, "proto"), os.DirFS(filepath.Join(goldenFolder, name, "proto"))))
			text, err := os.ReadFile(filepath.Join(goldenFolder, name, "spacegen.yaml"))
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(dir, "spacegen.yaml"), text, 0o600))
			require.NoError(t, protocode.Make(t.Context(), s, dir, progress.Quiet))
			want := codeBelow(t, filepath.Join(goldenFolder, name))
			got := codeBelow(t, dir)
			assert.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)))
			for p, text := range got {
				assert.True(t, want[p] == text, "differs: %s (run TestGolden with -update)", p)
			}
		})
	}
}

func codeBelow(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, fs.WalkDir(os.DirFS(dir), "gen", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !generatedCode(p) {
			return err
		}
		body, err := os.ReadFile(filepath.Join(dir, p))
		files[p] = string(body)
		return err
	}))
	return files
}

// TestGoldenRepositories builds, vets and tests each golden repository as the
// module that it is, and holds gofmt and go mod tidy against it.
func TestGoldenRepositories(t *testing.T) {
	if testing.Short() {
		t.Skip("builds whole repositories")
	}
	t.Parallel()
	for name, s := range goldens(t) {
		if s.Kind == spec.KindPlatform {
			continue // it has no Go
		}
		framework := s.Kind == spec.KindFramework
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(goldenFolder, name)
			assert.Empty(t, command(t, dir, "gofmt", "-l", "."), "gofmt -l")
			assert.Empty(t, command(t, dir, "go", "mod", "tidy", "-diff"), "go mod tidy -diff")
			command(t, dir, "go", "vet", "-tags", "chaos", "./...") // which type-checks all that go build would
			if !framework {                                         // core/ itself is tested where it stands
				command(t, dir, "go", "test", "-vet=off", "./...")
			}
		})
	}
}

// command runs a command and gives what it prints on its standard output; if it fails,
// so does the test.
func command(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	var out, told strings.Builder // the go command tells there what it downloads
	cmd.Stdout, cmd.Stderr = &out, &told
	err := cmd.Run()
	require.NoError(t, err, "%s %s: %s%s", name, strings.Join(args, " "), &out, &told)
	return out.String()
}
