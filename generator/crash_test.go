package generator

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/report"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

// How a process of this test, started anew, learns what to do.
const (
	crashDir = "SPACEGEN_TEST_CRASH_DIR"
	crashDo  = "SPACEGEN_TEST_CRASH_DO" // update or add
	crashAt  = "SPACEGEN_TEST_CRASH_AT" // the step before which it kills itself
)

// newer is the template sets with a few changed, as a later version has them.
func newer(t testing.TB) fs.FS {
	t.Helper()
	later := fstest.MapFS{}
	require.NoError(t, fs.WalkDir(templates.FS, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(templates.FS, p)
		if strings.Contains(p, "service/internal/service/") || strings.HasSuffix(p, "Makefile.tmpl") {
			body = append(body, []byte(comment(p)+" a later version\n")...)
		}
		later[p] = &fstest.MapFile{Data: body}
		return err
	}))
	return later
}

func comment(p string) string {
	if strings.HasSuffix(p, ".go") || strings.HasSuffix(p, ".go.tmpl") {
		return "\n//"
	}
	return "\n#"
}

// crashing is what is tested: an update to newer templates, and an add.
func crashing(t testing.TB, what string) (*Generator, func(context.Context, string) error) {
	t.Helper()
	if what == "add" {
		g, err := New(templates.FS, "v1.0.0")
		require.NoError(t, err)
		return g, func(ctx context.Context, dir string) error {
			_, err := g.EditSpec(ctx, dir, func(f *spec.File) error {
				return f.AddResource(spec.Resource{Name: "Zone", Fields: []spec.Field{{Name: "name", Required: true}}})
			}, change.Options{})
			return err
		}
	}
	g, err := New(newer(t), "v1.1.0")
	require.NoError(t, err)
	return g, func(ctx context.Context, dir string) error {
		_, err := g.Update(ctx, dir, nil, change.Options{})
		return err
	}
}

// TestCrashChild is no test of its own: TestE2ECrash starts it to be killed.
func TestCrashChild(t *testing.T) {
	dir := os.Getenv(crashDir)
	if dir == "" {
		t.Skip("started by TestE2ECrash")
	}
	at, err := strconv.Atoi(os.Getenv(crashAt))
	require.NoError(t, err)
	g, do := crashing(t, os.Getenv(crashDo))
	step := 0
	g.Intercept = func(string, string) error {
		if step++; step == at {
			return syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
		return nil
	}
	require.NoError(t, do(t.Context(), dir))
}

// snapshot is all that stands in a folder, with modes.
func snapshot(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		at, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		if d.Type()&fs.ModeSymlink != 0 {
			to, err := os.Readlink(p)
			files[filepath.ToSlash(at)] = "-> " + to
			return err
		}
		body, err := os.ReadFile(p) //nolint:gosec // a folder of the test's own
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		files[filepath.ToSlash(at)] = info.Mode().String() + " " + string(body)
		return err
	}))
	return files
}

// emitted is a repository of the golden inventory, with an edit of a person's.
func emitted(t testing.TB) string {
	t.Helper()
	dir := created(t, "inventory", func(*spec.Spec) {})
	edit(t, dir, "internal/service/region.go", "package service", "package service\n\n// A person was here.")
	return dir
}

// created is a repository of a golden Spec that was changed.
func created(t testing.TB, golden string, change func(*spec.Spec)) string {
	t.Helper()
	g, err := New(templates.FS, "v1.0.0")
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join("../testdata/golden", golden, "spacegen.yaml")) //nolint:gosec // a test's own
	require.NoError(t, err)
	s, err := spec.Parse("spacegen.yaml", text)
	require.NoError(t, err)
	s.Framework = spec.Vendored // none lies beside it
	change(s)
	dir := filepath.Join(t.TempDir(), golden)
	_, err = g.Create(t.Context(), spec.Defaults(s), render.Input{}, dir)
	require.NoError(t, err)
	return dir
}

func edit(t testing.TB, dir, file, old, replacement string) {
	t.Helper()
	p := filepath.Join(dir, filepath.FromSlash(file))
	body, err := os.ReadFile(p) //nolint:gosec // a folder of the test's own
	require.NoError(t, err)
	require.Contains(t, string(body), old)
	require.NoError(t, os.WriteFile(p, []byte(strings.Replace(string(body), old, replacement, 1)), 0o644)) //nolint:gosec // as emitted
}

// copied is a copy of a folder, in memory where the system has a place for that:
// many are made, and a process that is killed loses nothing that it has written.
func copied(t testing.TB, dir string) string {
	t.Helper()
	parent, err := os.MkdirTemp("/dev/shm", "spacegen-")
	if err != nil {
		parent = t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(parent) }) // it may be gone
	to := filepath.Join(parent, "copy")
	require.NoError(t, os.CopyFS(to, os.DirFS(dir)))
	return to
}

// small is a repository of few files, with an edit of a person's.
func small(t testing.TB) string {
	t.Helper()
	dir := created(t, "minimal", func(s *spec.Spec) {
		s.Resources = []spec.Resource{{Name: "Region", Fields: []spec.Field{{Name: "name", Required: true}}}}
	})
	edit(t, dir, "internal/service/region.go", "package service", "package service\n\n// A person was here.")
	return dir
}

// TestCrash copies the repository before every single write, fsync, rename and removal
// of an update and of an add: what stands there is what a process that is killed leaves
// (TestE2ECrash kills some). Whatever is left, the next command leads to the tree before
// or to the tree after.
func TestCrash(t *testing.T) {
	if testing.Short() {
		t.Skip("recovers hundreds of repositories")
	}
	t.Parallel()
	original := small(t)
	before := snapshot(t, original)
	for _, what := range []string{"update", "add"} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			g, do := crashing(t, what)
			dir := copied(t, original)
			steps, undone, finished := 0, 0, 0
			first := 0 // of the steps after which it is finished
			var after map[string]string
			g.Intercept = func(string, string) error {
				steps++
				left := copied(t, dir)
				now := recovered(t, left, steps)
				switch {
				case assert.ObjectsAreEqual(before, now):
					undone++
				case after == nil:
					first, after = steps, now
					fallthrough
				default:
					require.Empty(t, differing(after, now), "left before step %d, not as before step %d", steps, first)
					finished++
				}
				return os.RemoveAll(filepath.Dir(left))
			}
			require.NoError(t, do(t.Context(), dir))
			t.Logf("left at %d points; %d undone, %d finished", steps, undone, finished)
			assert.Greater(t, steps, 50)
			assert.Positive(t, undone)
			assert.Positive(t, finished)
			now := snapshot(t, dir)
			require.Equal(t, keys(after), keys(now), "what is finished later is what is finished at once")
			require.Empty(t, differing(after, now))
		})
	}
}

// recovered is what a command that only looks at what was left before a step leaves
// alone, and one that changes the repository makes whole.
func recovered(t *testing.T, dir string, step int) map[string]string {
	t.Helper()
	left := snapshot(t, dir)
	if _, err := report.HandEdits(t.Context(), dir); err != nil { // a command that only looks
		require.ErrorIs(t, err, repository.ErrPending, "left before step %d", step)
	}
	require.Empty(t, differing(left, snapshot(t, dir)), "left before step %d, and looked at", step)
	p, _, err := repository.OpenToChange(t.Context(), dir) // as any command that changes the repository
	require.NoError(t, err, "left before step %d", step)
	require.NoError(t, p.Close())
	return snapshot(t, dir)
}

// TestE2ECrash kills processes before some of the steps: what they leave is what
// TestCrash takes for it.
func TestE2ECrash(t *testing.T) {
	if testing.Short() {
		t.Skip("starts dozens of processes")
	}
	t.Parallel()
	original := small(t)
	for _, what := range []string{"update", "add"} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			g, do := crashing(t, what)
			dir := copied(t, original)
			step, killed := 0, 0
			g.Intercept = func(string, string) error {
				if step++; step%9 != 1 {
					return nil
				}
				killed++
				left := copied(t, original)
				cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestCrashChild$") //nolint:gosec // itself
				cmd.Env = append(os.Environ(), crashDir+"="+left, crashDo+"="+what, crashAt+"="+strconv.Itoa(step))
				out, err := cmd.CombinedOutput()
				exit := (*exec.ExitError)(nil)
				require.ErrorAs(t, err, &exit, "%s", out)
				require.Equal(t, syscall.SIGKILL, exit.Sys().(syscall.WaitStatus).Signal(), "%s", out)
				want, got := snapshot(t, dir), snapshot(t, left)
				require.Equal(t, keys(want), keys(got), "killed before step %d", step)
				require.Empty(t, differing(want, got), "killed before step %d", step)
				recovered(t, left, step)
				return os.RemoveAll(filepath.Dir(left))
			}
			require.NoError(t, do(t.Context(), dir))
			assert.Greater(t, killed, 10)
		})
	}
}

func keys(m map[string]string) string {
	return strings.Join(slices.Sorted(maps.Keys(m)), "\n")
}

// TestFailure fails each step instead, as a full disk or a folder that cannot
// be written to does: an error, and nothing has changed.
func TestFailure(t *testing.T) {
	if testing.Short() {
		t.Skip("does an update hundreds of times")
	}
	t.Parallel()
	original := small(t)
	g, do := crashing(t, "update")
	steps := 0
	g.Intercept = func(string, string) error { steps++; return nil }
	require.NoError(t, do(t.Context(), copied(t, original)))
	before := snapshot(t, original)
	full := errors.New("no space left on device")
	closed := 0
	for at := 1; at <= steps; at++ {
		dir := copied(t, original)
		step, what := 0, ""
		g.Intercept = func(doing, path string) error {
			if step++; step == at {
				what = fmt.Sprint(doing, " ", path)
				return full
			}
			return nil
		}
		err := do(t.Context(), dir)
		require.ErrorIs(t, err, full, what)
		if strings.Contains(err.Error(), "nothing was written") || strings.Contains(err.Error(), "everything was put back") {
			require.Empty(t, differing(before, snapshot(t, dir)), "failed at step %d, %s", at, what)
		} else {
			closed++ // all was done, but for closing the journal: the next command does that
		}
		require.NoError(t, os.RemoveAll(filepath.Dir(dir)))
	}
	assert.Less(t, closed, steps/4)
}
