package generator_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/overlay"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

// keeper is who keeps the golden path of a company: one overlay, several repositories.
type keeper struct {
	*testing.T

	overlay string // its git repository
	library generator.Library
}

func newKeeper(t *testing.T) *keeper {
	t.Helper()
	k := &keeper{T: t, overlay: filepath.Join(t.TempDir(), "golden-path")}
	require.NoError(t, os.CopyFS(k.overlay, os.DirFS("testdata/keeper")))
	k.library = generator.Library{FS: templates.FS, Version: "v1.0.0", Store: overlay.Store{Dir: t.TempDir()}}
	k.git(k.overlay, "init", "-q")
	k.release("v1.0.0")
	return k
}

func (k *keeper) git(dir string, args ...string) {
	k.Helper()
	cmd := exec.CommandContext(k.Context(), "git", append([]string{"-C", dir, "-c", "user.name=t", "-c", "user.email=t@example.com"}, args...)...) //nolint:gosec // a test's own
	out, err := cmd.CombinedOutput()
	require.NoError(k, err, string(out))
}

// release commits what stands in the overlay's repository, as a version.
func (k *keeper) release(version string) {
	k.Helper()
	k.git(k.overlay, "add", "-A")
	k.git(k.overlay, "commit", "-qm", version)
	k.git(k.overlay, "tag", version)
}

// edit replaces something in a file.
func (k *keeper) edit(dir, at, old, with string) {
	k.Helper()
	name := filepath.Join(dir, filepath.FromSlash(at))
	body, err := os.ReadFile(name)
	require.NoError(k, err)
	require.Contains(k, string(body), old)
	require.NoError(k, os.WriteFile(name, []byte(strings.ReplaceAll(string(body), old, with)), 0o644))
}

func (k *keeper) read(dir, at string) string {
	k.Helper()
	body, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(at)))
	require.NoError(k, err)
	return string(body)
}

// make makes a repository by the overlay, and commits it.
func (k *keeper) make(s *spec.Spec) string {
	k.Helper()
	g, err := k.library.With(k.Context(), ".", []overlay.Wanted{{Overlay: spec.Overlay{From: spec.Source("git+file://" + filepath.ToSlash(k.overlay) + "@v1.0.0")}}})
	require.NoError(k, err)
	dir := filepath.Join(k.TempDir(), s.Name)
	g, err = g.In(dir, s)
	require.NoError(k, err)
	g.Release.Sets.Preset().Fill(s)
	s.Values = spec.Values{"team": "payments"}
	_, err = g.Create(k.Context(), spec.Defaults(s), render.Input{}, dir)
	require.NoError(k, err)
	k.git(dir, "init", "-q")
	k.commit(dir)
	return dir
}

func (k *keeper) commit(dir string) {
	k.Helper()
	k.git(dir, "add", "-A")
	k.git(dir, "commit", "-qm", "x", "--allow-empty")
}

// update updates a repository, and gives what became of each path.
func (k *keeper) update(dir string, moves ...string) (map[string]merge.Action, *change.Report) {
	k.Helper()
	g, err := k.library.For(k.Context(), dir, moves...)
	require.NoError(k, err)
	r, err := g.Update(k.Context(), dir, nil, change.Options{})
	require.NoError(k, err)
	did := map[string]merge.Action{}
	for _, c := range r.Changes {
		if !strings.HasPrefix(c.Path, ".spacegen/") {
			did[c.Path] = c.Action
		}
	}
	return did, r
}

// theirs decides the conflicts of a file for the template.
func (k *keeper) theirs(dir, at string) {
	k.Helper()
	var kept []string
	mine := false
	for _, line := range strings.Split(k.read(dir, at), "\n") {
		switch {
		case strings.HasPrefix(line, "<<<<<<< "):
			mine = true
		case line == "=======":
			mine = false
		case !mine && !strings.HasPrefix(line, ">>>>>>> "):
			kept = append(kept, line)
		}
	}
	require.NoError(k, os.WriteFile(filepath.Join(dir, filepath.FromSlash(at)), []byte(strings.Join(kept, "\n")), 0o644))
}

// next is a spacegen whose templates are these, changed.
func (k *keeper) next(version string, edits map[string][2]string) {
	k.Helper()
	all := fstest.MapFS{}
	require.NoError(k, fs.WalkDir(k.library.FS, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(k.library.FS, p)
		if edit, ok := edits[p]; ok {
			require.Contains(k, string(body), edit[0])
			body = []byte(strings.Replace(string(body), edit[0], edit[1], 1))
		}
		all[p] = &fstest.MapFile{Data: body}
		return err
	}))
	k.library.FS, k.library.Version = all, version
}

// TestKeeper has seven wishes of a company in one overlay, three repositories, two releases
// of the overlay, and two of spacegen, which touch the same places.
func TestKeeper(t *testing.T) {
	k := newKeeper(t)
	inventory := spec.New("inventory")
	inventory.Servers = spec.Servers()
	inventory.Resources = []spec.Resource{{Name: "Region"}, {Name: "CloudService"}}
	inventory.Services = []spec.Component{{Name: "Report"}}
	small := spec.New("small")
	console := spec.New("console")
	console.Kind = spec.KindFrontend
	first, second, third := k.make(inventory), k.make(small), k.make(console)

	// The wishes
	for _, dir := range []string{first, second, third} {
		assert.Contains(t, k.read(dir, "Dockerfile"), "\nFROM registry.acme.example/base:1\n", "a base image")
		ci := k.read(dir, ".github/workflows/ci.yaml")
		assert.Contains(t, ci, "runs-on: [self-hosted, acme]", "labels of runners")
		assert.NotContains(t, ci, "ubuntu")
		assert.Contains(t, ci, "\n  scan:\n", "a job more")
		require.NoError(t, filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
			in, _ := filepath.Rel(dir, p)
			if err != nil || filepath.Ext(p) != ".go" || strings.HasPrefix(in, "core") || strings.HasPrefix(in, ".spacegen") {
				return err
			}
			body, err := os.ReadFile(p)
			assert.True(t, strings.HasPrefix(string(body), "// Copyright Acme. Owned by payments.\n\n"), "a header: %s", in)
			return err
		}))
		assert.Contains(t, k.read(dir, "spacegen.yaml"), "module: git.acme.example/services/", "defaults")
	}
	assert.Contains(t, k.read(first, "internal/app/app.go"), `a.telemetry.Log = a.telemetry.Log.With("team", "payments")`, "a field of the log")
	assert.Contains(t, k.read(first, "docs/slo/cloud_service.yaml"), "owner: payments", "a file for each resource")
	assert.Contains(t, k.read(first, "internal/handler/guard/report.go"), `"inventory:Report.run"`, "a changed handler")
	assert.Contains(t, k.read(second, "spacegen.yaml"), "database: sqlite")

	// People's edits: one where the overlay will change something, others elsewhere
	k.edit(first, "Dockerfile", "base:1", "base:1-debug")
	k.edit(second, "README.md", "# ", "# Our ")
	k.edit(second, "Dockerfile", "EXPOSE 50051 8000 9090", "EXPOSE 50051")
	k.commit(first)
	k.commit(second)

	// A release of the overlay
	k.edit(k.overlay, "partials/acme.tmpl", "base:1", "base:2")
	k.edit(k.overlay, "service/slo.tmpl", "owner:", "team:")
	k.release("v1.1.0")
	did, r := k.update(first, "golden-path@v1.1.0")
	assert.Equal(t, map[string]merge.Action{
		"Dockerfile": merge.Conflict, "docs/slo/region.yaml": merge.Update, "docs/slo/cloud_service.yaml": merge.Update,
	}, did)
	assert.Contains(t, strings.Join(r.Notes, "\n"), "the overlay golden-path comes from git+file://"+k.overlay+"@v1.1.0 now")
	k.theirs(first, "Dockerfile")
	assert.Contains(t, k.read(first, "Dockerfile"), "\nFROM registry.acme.example/base:2\n")
	k.commit(first)
	did, _ = k.update(second, "golden-path@v1.1.0")
	assert.Equal(t, map[string]merge.Action{"Dockerfile": merge.Merge}, did)
	assert.Contains(t, k.read(second, "Dockerfile"), "EXPOSE 50051\n")
	k.commit(second)
	did, _ = k.update(third)
	assert.Empty(t, did, "who does not move stays where he is")

	// A release of spacegen, which touches the same places: the default of a block that
	// is filled, what stands beside it, and a template that is overridden
	const guard = "service/internal/handler/guard/component.go.tmpl"
	k.next("v1.1.0", map[string][2]string{
		"ci/Dockerfile.tmpl":               {"gcr.io/distroless/static-debian12:nonroot", "gcr.io/distroless/static-debian13:nonroot"},
		"ci/github/workflows/ci.yaml.tmpl": {"timeout-minutes: 20", "timeout-minutes: 25"},
		guard:                              {`:[[ $p.Pascal ]].write"`, `:[[ $p.Pascal ]].execute"`},
	})
	did, _ = k.update(first)
	assert.Equal(t, map[string]merge.Action{".github/workflows/ci.yaml": merge.Update}, did, "what is the overlay's stays")
	k.commit(first)
	g, err := k.library.For(t.Context(), first)
	require.NoError(t, err)
	assert.Equal(t, []render.Override{{Overlay: "golden-path", Path: guard, Behind: true}}, g.Overrides, "and it is known what spacegen has changed since")

	// The keeper merges: both have changed a line
	w := overlay.Workshop{Dir: k.overlay, Under: k.library.FS, Version: "v1.1.0"}
	plan, notes, err := w.Update(t.Context(), false)
	require.NoError(t, err)
	assert.Empty(t, notes)
	assert.Equal(t, 1, plan.Conflicts())
	assert.Contains(t, k.read(k.overlay, guard), "<<<<<<< yours\n")
	body := k.read(k.overlay, guard)
	i, j := strings.Index(body, "<<<<<<<"), strings.Index(body, ">>>>>>>")
	end := j + strings.Index(body[j:], "\n") + 1
	decided := body[:i] + "\tmethod := pipeline.Method{Resource: \"[[ $p.Pascal ]]\", Verb: \"run\", Permission: \"[[ .Name.Kebab ]]:[[ $p.Pascal ]].run.execute\"}\n" + body[end:]
	require.NoError(t, os.WriteFile(filepath.Join(k.overlay, filepath.FromSlash(guard)), []byte(decided), 0o644))
	k.release("v1.2.0")
	did, _ = k.update(first, "golden-path@v1.2.0")
	assert.Equal(t, map[string]merge.Action{"internal/handler/guard/report.go": merge.Update}, did)
	g, err = k.library.For(t.Context(), first)
	require.NoError(t, err)
	assert.Equal(t, []render.Override{{Overlay: "golden-path", Path: guard}}, g.Overrides)

	// Another release of spacegen, in which a template has another name
	k.next("v1.2.0", nil)
	all := k.library.FS.(fstest.MapFS)
	all["service/internal/handler/guard/part.go.tmpl"] = all[guard]
	delete(all, guard)
	table := all["service/files.yaml"]
	table.Data = []byte(strings.Replace(string(table.Data), "internal/handler/guard/component.go.tmpl", "internal/handler/guard/part.go.tmpl", 1))
	_, err = k.library.For(t.Context(), first)
	require.ErrorContains(t, err, "golden-path:"+guard+": spacegen has no template of this name any more; it is service/internal/handler/guard/part.go.tmpl now")

	// Nothing of this is done without the overlay
	k.library.Store = overlay.Store{Dir: t.TempDir()}
	require.NoError(t, os.RemoveAll(k.overlay))
	_, err = k.library.For(t.Context(), first)
	missing := (*overlay.UnavailableError)(nil)
	require.ErrorAs(t, err, &missing)
	_, pins, err := repository.Overlays(first)
	require.NoError(t, err)
	assert.Len(t, pins, 1)
}

// TestModulesOfOverlays has an overlay import a package that spacegen's templates don't:
// go.mod requires what the overlay names, and nothing else is taken from it.
func TestModulesOfOverlays(t *testing.T) {
	files := func(manifest string) render.Overlay {
		m, err := render.ReadManifest([]byte(manifest))
		require.NoError(t, err)
		return render.Overlay{Name: "acme", Manifest: m, Files: map[string][]byte{
			"service/files.yaml":  []byte("files: [{path: internal/acme/log.go, template: log.go.tmpl}]"),
			"service/log.go.tmpl": []byte("package acme\n\nimport _ \"example.com/log/v2/json\"\n"),
		}}
	}
	create := func(manifest string) (string, error) {
		g, err := generator.New(templates.FS, "test", files(manifest))
		require.NoError(t, err)
		dir := filepath.Join(t.TempDir(), "demo")
		created, err := g.Create(t.Context(), spec.Defaults(spec.New("demo")), render.Input{}, dir)
		if err != nil {
			return "", err
		}
		return string(created.Tree["go.mod"].Body), nil
	}
	mod, err := create("modules: {example.com/log/v2: v2.3.1, example.com/other: v1.0.0}")
	require.NoError(t, err)
	assert.Contains(t, mod, "\n\texample.com/log/v2 v2.3.1\n")
	assert.NotContains(t, mod, "example.com/other")

	_, err = create("name: acme")
	require.ErrorContains(t, err, "example.com/log/v2/json is imported, but modules.json does not know it; an overlay names the module in its overlay.yaml, under modules")
}
