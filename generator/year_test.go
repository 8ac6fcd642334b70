package generator

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/progress"
	"github.com/cloudforet-io/spacegen/generator/protocode"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

// Yearly is the template sets as a later version has them: every second file
// is changed, Go files at the top, in a doc comment, and by functions at the
// end, the rest at the top and the end.
func Yearly(t *testing.T, version int) fstest.MapFS {
	t.Helper()
	later, n := fstest.MapFS{}, 0
	require.NoError(t, fs.WalkDir(templates.FS, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(templates.FS, p)
		if err != nil {
			return err
		}
		n++
		for v := 2; v <= version && n%2 == 0; v++ {
			body = changedTemplate(p, string(body), v)
		}
		if strings.HasSuffix(p, "config/config.yaml.tmpl") && strings.HasPrefix(p, "service") {
			body = []byte(strings.Replace(string(body), "PORT: 50051", "PORT: 50053", 1)) // people change it, too
		}
		later[p] = &fstest.MapFile{Data: body}
		return nil
	}))
	return later
}

func changedTemplate(p, body string, version int) []byte {
	switch name := strings.TrimSuffix(p, ".tmpl"); {
	case filepath.Base(p) == "files.yaml" || filepath.Base(p) == "modules.json" || strings.HasSuffix(name, ".json"):
	case strings.HasSuffix(name, ".go"):
		body += fmt.Sprintf("\n// of version %d of the templates.\n", version)
		body = strings.Replace(body, "\nfunc ", fmt.Sprintf("\n// Since version %d.\nfunc ", version), 1)
		body = strings.Replace(body, "\n// Since version", "\n//\n// Since version", 1)
	case strings.HasSuffix(name, ".md"):
		body += fmt.Sprintf("\nVersion %d of the templates.\n", version)
	case strings.HasSuffix(name, ".proto"):
		body += fmt.Sprintf("\n// Version %d of the templates.\n", version)
	case strings.HasSuffix(name, ".sql"), strings.HasSuffix(name, ".tpl"), strings.Contains(p, "helm/templates"):
	default:
		body = fmt.Sprintf("# Version %d of the templates.\n", version) + body + fmt.Sprintf("\n# Version %d.\n", version)
	}
	return []byte(body)
}

// lived are the edits of a year, by quarter.
type lived struct {
	t   *testing.T
	dir string
	n   int
}

func (l *lived) change(file, old, replacement string) {
	l.t.Helper()
	edit(l.t, l.dir, file, old, replacement)
	l.n++
}

// function adds a function at the end of a Go file, where templates add, too.
func (l *lived) function(files ...string) {
	l.t.Helper()
	for _, file := range files {
		p := filepath.Join(l.dir, filepath.FromSlash(file))
		body, err := os.ReadFile(p) //nolint:gosec // a test's own
		require.NoError(l.t, err)
		l.n++
		body = append(body, fmt.Sprintf("\n// Own%d is a person's.\nfunc Own%d() int { return %d }\n", l.n, l.n, l.n)...)
		require.NoError(l.t, os.WriteFile(p, body, 0o644)) //nolint:gosec // as emitted
	}
}

// body puts a statement into the first function of a Go file.
func (l *lived) body(files ...string) {
	l.t.Helper()
	for _, file := range files {
		p := filepath.Join(l.dir, filepath.FromSlash(file))
		body, err := os.ReadFile(p) //nolint:gosec // a test's own
		require.NoError(l.t, err)
		at := strings.Index(string(body), "\nfunc ")
		brace := strings.Index(string(body)[at:], "{\n") + at + 2
		l.n++
		text := string(body)[:brace] + fmt.Sprintf("\t// A person's remark %d.\n", l.n) + string(body)[brace:]
		require.NoError(l.t, os.WriteFile(p, []byte(text), 0o644)) //nolint:gosec // as emitted
	}
}

func (l *lived) file(file, text string, mode fs.FileMode) {
	l.t.Helper()
	p := filepath.Join(l.dir, filepath.FromSlash(file))
	require.NoError(l.t, os.MkdirAll(filepath.Dir(p), 0o755)) //nolint:gosec // as emitted
	require.NoError(l.t, os.WriteFile(p, []byte(text), mode))
	l.n++
}

func (l *lived) move(from, to string) {
	l.t.Helper()
	require.NoError(l.t, os.MkdirAll(filepath.Dir(filepath.Join(l.dir, to)), 0o755)) //nolint:gosec // as emitted
	require.NoError(l.t, os.Rename(filepath.Join(l.dir, from), filepath.Join(l.dir, to)))
	l.n++
}

func (l *lived) remove(files ...string) {
	l.t.Helper()
	for _, file := range files {
		require.NoError(l.t, os.Remove(filepath.Join(l.dir, file)))
		l.n++
	}
}

func (l *lived) windows(file string) {
	l.t.Helper()
	p := filepath.Join(l.dir, file)
	body, err := os.ReadFile(p) //nolint:gosec // a test's own
	require.NoError(l.t, err)
	require.NoError(l.t, os.WriteFile(p, []byte(strings.ReplaceAll(string(body), "\n", "\r\n")), 0o644)) //nolint:gosec // as emitted
	l.n++
}

func (l *lived) quarters() []func() {
	return []func(){
		func() {
			l.function("internal/service/region.go", "internal/service/cloud_service.go", "internal/manager/region.go", "internal/manager/cloud_service.go",
				"internal/model/region.go", "internal/connector/database/cloud_service.go", "internal/handler/guard/region.go")
			l.body("internal/app/grpc.go", "internal/app/rest.go", "internal/app/worker.go", "core/server/grpc.go", "core/cache/cache.go")
			l.change("Makefile", ".PHONY: race", ".PHONY: own\nown: ## A person's own target\n\techo own\n\n.PHONY: race")
			l.change("README.md", "## Commands", "## Who to ask\n\nThe team.\n\n## Commands")
			l.change("config/config.yaml", "PORT: 50051", "PORT: 50052 # ours")
		},
		func() {
			l.function("internal/handler/guard/cloud_service.go", "internal/interface/grpc/region.go", "internal/app/database.go", "internal/service/census.go",
				"core/queue/put.go", "core/worker/worker.go")
			l.move("internal/service/region_convert.go", "internal/service/region_messages.go")
			l.move("internal/model/cloud_service.go", "internal/model/cloudservice.go")
			l.remove(".github/pull_request_template.md", "internal/app/reach_test.go")
			l.change("deploy/helm/values.yaml", "drainDelay: 5", "drainDelay: 7")
			l.change("Dockerfile", "WORKDIR /src", "WORKDIR /work")
			l.file("internal/service/own_test.go", "package service_test\n\nimport \"testing\"\n\nfunc TestOwn(t *testing.T) { t.Log(\"own\") }\n", 0o644)
		},
		func() {
			l.function("core/telemetry/mask.go", "core/query/parse.go", "core/config/load.go", "internal/interface/grpc/cloud_service.go")
			l.body("core/lifecycle/lifecycle.go", "core/scheduler/scheduler.go", "core/database/open.go")
			l.windows("README.md")
			l.file("scripts/own.sh", "#!/bin/sh\necho own\n", 0o755)
			l.change("proto/spaceone/api/inventory/v1/region.proto", "  // Updates a region.", "  // Counts regions, a person's own rpc.\n  rpc count(google.protobuf.Empty) returns (RegionInfo);\n\n  // Updates a region.")
			l.file("internal/handler/guard/region_count.go", "package guard\n\nimport (\n\t\"context\"\n\n\t\"google.golang.org/protobuf/types/known/emptypb\"\n\n\tapi \"github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1\"\n)\n\n// Count is a person's own.\nfunc (g *Region) Count(context.Context, *emptypb.Empty) (*api.RegionInfo, error) {\n\treturn &api.RegionInfo{}, nil\n}\n", 0o644)
			l.change(".golangci.yaml", "version: \"2\"", "version: \"2\" # ours")
		},
	}
}

// TestE2EYear emits a repository, lives in it, adds to it and updates it three
// times. It builds and its tests pass after each step; there are far fewer
// conflicts than git has for the same three trees.
func TestE2EYear(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds and tests a repository four times")
	}
	text, err := os.ReadFile("../testdata/golden/inventory/spacegen.yaml")
	require.NoError(t, err)
	s, err := spec.Parse("spacegen.yaml", text)
	require.NoError(t, err)
	s.Framework = spec.Own // so that edits in core/ are merged, too
	p := &project{t: t, dir: filepath.Join(t.TempDir(), "inventory")}
	g, err := New(templates.FS, "v1.0.0")
	require.NoError(t, err)
	created, err := g.Create(t.Context(), s, render.Input{}, p.dir)
	require.NoError(t, err)
	base := created.Tree
	require.NoError(t, protocode.Make(t.Context(), s, p.dir, progress.Quiet))
	p.commit()

	l := &lived{t: t, dir: p.dir}
	ours, gits := 0, 0
	var where []string
	for i, quarter := range l.quarters() {
		quarter()
		p.commit()
		if i == 1 {
			r, err := g.EditSpec(t.Context(), p.dir, func(f *spec.File) error {
				return f.AddResource(spec.Resource{Name: "Zone", Fields: []spec.Field{{Name: "name", Required: true}}})
			}, change.Options{})
			require.NoError(t, err)
			require.Zero(t, r.Conflicts)
			p.commit()
			s = r.Spec
			again, err := g.Release.Sets.Repository(t.Context(), s, render.Input{})
			require.NoError(t, err)
			base = again.Tree
		}
		g, err = New(Yearly(t, i+2), fmt.Sprintf("v1.%d.0", i+1))
		require.NoError(t, err)
		theirs, err := g.Release.Sets.Repository(t.Context(), s, render.Input{})
		require.NoError(t, err)
		gits += gitConflicts(t, p.dir, base, theirs.Tree)
		r, err := g.Update(t.Context(), p.dir, nil, change.Options{})
		require.NoError(t, err)
		ours += r.Conflicts
		for _, c := range r.Changes {
			if c.Action == merge.Conflict {
				where = append(where, c.Path)
				keepMine(t, p.dir, c.Path)
			}
		}
		require.NoError(t, protocode.Make(t.Context(), r.Spec, p.dir, progress.Quiet))
		goCommand(t, p.dir, "vet", "./...")
		goCommand(t, p.dir, "test", "-vet=off", "./cmd/...", "./config/...", "./internal/app/...", "./internal/connector/...",
			"./internal/handler/...", "./internal/interface/...", "./internal/manager/...", "./internal/model/...", "./internal/service/...")
		p.commit()
		base = theirs.Tree
	}
	t.Logf("%d edits; %d conflicts of ours, %d of git's", l.n, ours, gits)
	assert.GreaterOrEqual(t, l.n, 40)
	assert.Equal(t, []string{"config/config.yaml"}, where, "where both sides changed the same line, and nowhere else")
	assert.LessOrEqual(t, 3*ours, gits)
	for _, mine := range []string{"Makefile\x00own: ##", "README.md\x00Who to ask", "config/config.yaml\x0050052 # ours", "Dockerfile\x00/work",
		"deploy/helm/values.yaml\x00drainDelay: 7", "internal/service/own_test.go\x00TestOwn", "scripts/own.sh\x00own",
		"internal/model/cloudservice.go\x00Version", "internal/service/region_messages.go\x00func "} {
		file, want, _ := strings.Cut(mine, "\x00")
		if file != "internal/model/cloudservice.go" {
			assert.Contains(t, p.read(file), want)
		}
		assert.NotEmpty(t, p.read(file), file)
	}
	assert.Empty(t, p.read(".github/pull_request_template.md"))
	assert.Empty(t, p.read("internal/model/cloud_service.go"))
	for i := 1; i <= l.n; i++ { // every function and remark stands somewhere
		if name := fmt.Sprintf("Own%d ", i); slices.Contains(l.marks(), name) {
			assert.NotEmpty(t, p.git("grep", "-l", name), name)
		}
	}
}

// marks are what the functions that were added are called.
func (l *lived) marks() []string {
	var all []string
	for i := 1; i <= 7; i++ {
		all = append(all, fmt.Sprintf("Own%d ", i))
	}
	return all
}

// gitConflicts counts the files that plain git leaves conflicts in, when it
// merges what stands at dir with theirs, from base.
func gitConflicts(t *testing.T, dir string, base, theirs render.Tree) int {
	t.Helper()
	p := &project{t: t, dir: t.TempDir()}
	put := func(tree render.Tree) string {
		entries, err := os.ReadDir(p.dir)
		require.NoError(t, err)
		for _, e := range entries {
			if e.Name() != ".git" {
				require.NoError(t, os.RemoveAll(filepath.Join(p.dir, e.Name())))
			}
		}
		for at, file := range tree {
			p.write(at, string(file.Body))
		}
		p.commit()
		return strings.TrimSpace(p.git("rev-parse", "HEAD"))
	}
	root := put(base)
	their := put(theirs)
	mine := render.Tree{}
	require.NoError(t, fs.WalkDir(os.DirFS(dir), ".", func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if at == ".git" || at == "gen" || at == ".spacegen" {
				return fs.SkipDir
			}
			return nil
		}
		body, err := os.ReadFile(filepath.Join(dir, at)) //nolint:gosec // a test's own
		mine[at] = render.File{Body: body}
		return err
	}))
	for at, file := range base {
		if strings.HasPrefix(at, ".spacegen/") {
			mine[at] = file
		}
	}
	p.git("checkout", "-q", root)
	our := put(mine)
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), "git", "merge-tree", "--write-tree", "--name-only", "--no-messages", our, their) //nolint:gosec // a test's own
	cmd.Dir = p.dir
	out, _ := cmd.Output() // the exit status is 1 when there are conflicts
	return len(strings.Split(strings.TrimSpace(string(out)), "\n")) - 1
}

// keepMine decides every conflict in a file for the first side.
func keepMine(t *testing.T, dir, file string) {
	t.Helper()
	p := filepath.Join(dir, file)
	body, err := os.ReadFile(p) //nolint:gosec // a test's own
	require.NoError(t, err)
	var out strings.Builder
	side := "both"
	for line := range strings.Lines(string(body)) {
		switch {
		case strings.HasPrefix(line, "<<<<<<< "):
			side = "ours"
		case strings.HasPrefix(line, "||||||| "):
			side = "base"
		case strings.HasPrefix(line, ">>>>>>> "):
			side = "both"
		case side == "both" || side == "ours":
			out.WriteString(line)
		}
	}
	require.NoError(t, os.WriteFile(p, []byte(out.String()), 0o644)) //nolint:gosec // as emitted
}

func goCommand(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "go %s:\n%s", args[0], out)
}
