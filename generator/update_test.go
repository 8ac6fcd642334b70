package generator

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

func TestEditsSurviveSeveralVersions(t *testing.T) {
	p := newProject(t)
	p.write("a.txt", strings.Replace(p.read("a.txt"), "1", "mine", 1))
	p.update(change.Options{}, "7", "seven")
	p.update(change.Options{}, "7", "seven", "5", "five")
	p.update(change.Options{}, "7", "VII", "5", "five")
	assert.Equal(t, "toy\nmine\n2\n3\n4\nfive\n6\nVII\n", p.read("a.txt"))
}

func TestDeletedStaysDeleted(t *testing.T) {
	p := newProject(t)
	p.remove("a.txt")
	r := p.update(change.Options{}, "7", "seven")
	assert.Equal(t, merge.Absent, actions(r)["a.txt"])
	assert.Empty(t, p.read("a.txt"))
	assert.Contains(t, p.read("sub/a.txt"), "seven", "a.txt does not hide sub/a.txt")
	p.update(change.Options{Merge: merge.Options{Restore: []string{"a.txt"}}}, "7", "seven")
	assert.Contains(t, p.read("a.txt"), "seven")
}

func TestTemplateDropsAFile(t *testing.T) {
	p := newProject(t)
	p.write("sub/mine.txt", "mine\n")
	drop := []string{"  - {path: sub/b.txt, template: b.txt}\n", "", "  - {path: sub/a.txt, template: a.txt}\n", ""}
	p.write("sub/a.txt", p.read("sub/a.txt")+"edited\n")
	r := p.update(change.Options{}, drop...)
	assert.Equal(t, merge.Delete, actions(r)["sub/b.txt"])
	assert.Equal(t, merge.Conflict, actions(r)["sub/a.txt"])
	assert.Empty(t, p.read("sub/b.txt"))
	assert.Contains(t, p.read("sub/a.txt"), "edited")
	assert.Equal(t, "mine\n", p.read("sub/mine.txt"), "files of nobody's survive")
	assert.False(t, p.update(change.Options{}, drop...).Wrote && len(p.update(change.Options{}, drop...).Changes) > 0)
}

func TestSameVersionNewAnswers(t *testing.T) {
	p := newProject(t)
	p.write("a.txt", p.read("a.txt")+"mine\n")
	g := p.generator(toyFiles, toyTable)
	_, err := g.Update(t.Context(), p.dir, func(f *spec.File) error { return f.AddServer(spec.WorkerServer) }, change.Options{})
	require.NoError(t, err)
	assert.NotEmpty(t, p.read("worker.txt"), "an answer switched on brings its files")
	_, err = g.Update(t.Context(), p.dir, func(f *spec.File) error { return f.RemoveServer(spec.WorkerServer) }, change.Options{})
	require.NoError(t, err)
	assert.Empty(t, p.read("worker.txt"), "switched off, it removes them")
	assert.Contains(t, p.read("a.txt"), "mine")
}

func TestNewInTemplateAndProjectAtOnce(t *testing.T) {
	p := newProject(t)
	p.write("new.txt", "mine\n")
	r := p.update(change.Options{}, "files:\n", "files:\n  - {path: new.txt, template: b.txt}\n")
	assert.Equal(t, merge.Conflict, actions(r)["new.txt"])
	assert.Contains(t, p.read("new.txt"), "mine\n")
	assert.Contains(t, p.read("new.txt"), "b1\n")
}

func TestUnicode(t *testing.T) {
	p := newProject(t)
	p.write("a.txt", strings.Replace(p.read("a.txt"), "1", "größer 大 🚀", 1))
	p.update(change.Options{}, "7", "ñ", "files:\n", "files:\n  - {path: 'übung/大.txt', template: b.txt}\n")
	assert.Contains(t, p.read("a.txt"), "größer 大 🚀")
	assert.Contains(t, p.read("a.txt"), "ñ")
	assert.NotEmpty(t, p.read("übung/大.txt"))
}

func TestExecutableBit(t *testing.T) {
	p := newProject(t)
	mode := func(at string) fs.FileMode {
		info, err := os.Stat(filepath.Join(p.dir, at))
		require.NoError(t, err)
		return info.Mode().Perm()
	}
	require.Equal(t, fs.FileMode(0o755), mode("run.sh"))
	require.NoError(t, os.Chmod(filepath.Join(p.dir, "sub/b.txt"), 0o755)) //nolint:gosec // a hand-written file's
	p.update(change.Options{}, ", mode: 0o755", "", "b1", "B1")
	assert.Equal(t, fs.FileMode(0o644), mode("run.sh"), "the template took it away")
	assert.Equal(t, fs.FileMode(0o755), mode("sub/b.txt"), "people's stays")
}

func TestSymbolicLinks(t *testing.T) {
	p := newProject(t)
	outside := t.TempDir()
	p.remove("a.txt")
	require.NoError(t, os.WriteFile(filepath.Join(outside, "secret"), []byte("secret\n"), 0o600))
	require.NoError(t, os.Symlink(filepath.Join(outside, "secret"), filepath.Join(p.dir, "a.txt")))
	r := p.update(change.Options{}, "7", "seven")
	assert.Equal(t, merge.Conflict, actions(r)["a.txt"], "a link is never written through")
	body, err := os.ReadFile(filepath.Join(outside, "secret")) //nolint:gosec // a test's own
	require.NoError(t, err)
	assert.Equal(t, "secret\n", string(body))

	p = newProject(t)
	require.NoError(t, os.RemoveAll(filepath.Join(p.dir, "sub")))
	require.NoError(t, os.Symlink(outside, filepath.Join(p.dir, "sub")))
	g := p.generator(strings.Replace(toyFiles, "b1", "B1", 1), toyTable)
	_, err = g.Update(t.Context(), p.dir, nil, change.Options{Merge: merge.Options{Restore: []string{"*"}}})
	require.Error(t, err, "a folder that leads out")
	entries, err := os.ReadDir(outside)
	require.NoError(t, err)
	assert.Len(t, entries, 1)
}

func TestNoOp(t *testing.T) {
	p := newProject(t, "Region")
	p.write("a.txt", "mine\n")
	times := func() map[string]string {
		all := map[string]string{}
		require.NoError(t, filepath.WalkDir(p.dir, func(at string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := d.Info()
			all[at] = info.ModTime().String()
			return err
		}))
		return all
	}
	p.version--
	p.update(change.Options{})
	before := times()
	p.version--
	r := p.update(change.Options{})
	assert.False(t, r.Wrote)
	assert.Empty(t, r.Changes)
	assert.Equal(t, before, times())
}

func TestRenamedByPeople(t *testing.T) {
	p := newProject(t)
	text := p.read("sub/b.txt")
	p.remove("sub/b.txt")
	p.write("elsewhere/c.txt", text)
	p.update(change.Options{}, "b5", "B5")
	assert.Contains(t, p.read("elsewhere/c.txt"), "B5")
	assert.Empty(t, p.read("sub/b.txt"))
	p.update(change.Options{}, "b5", "B55")
	assert.Contains(t, p.read("elsewhere/c.txt"), "B55", "it is remembered")

	require.NoError(t, Move(t.Context(), p.dir, "a.txt", "docs/a.txt"))
	assert.Empty(t, p.read("a.txt"))
	p.update(change.Options{}, "b5", "B55", "7", "seven")
	assert.Contains(t, p.read("docs/a.txt"), "seven")
	for from, to := range map[string]string{"sub/a.txt": "../x", "nobody.txt": "x", "docs/a.txt": "run.sh", "run.sh": ".git/hooks/x"} {
		assert.Error(t, Move(t.Context(), p.dir, from, to), "%s to %s", from, to)
	}
}

func TestRenamedByTheTemplate(t *testing.T) {
	p := newProject(t)
	p.write("sub/b.txt", p.read("sub/b.txt")+"mine\n")
	p.update(change.Options{}, "{path: sub/b.txt,", "{path: other/b.txt,", "files:\n", "moved:\n  - {from: sub/b.txt, to: other/b.txt}\nfiles:\n", "b1", "B1")
	assert.Equal(t, "B1\nb2\nb3\nb4\nb5\nmine\n", p.read("other/b.txt"))
	assert.Empty(t, p.read("sub/b.txt"))
}

func TestLookAlikesOfATemplate(t *testing.T) {
	p := newProject(t, "Alpha")
	p.write("r/alpha.txt", p.read("r/alpha.txt")+"mine\n")
	g := p.generator(toyFiles, toyTable)
	r, err := g.Update(t.Context(), p.dir, func(f *spec.File) error {
		if err := f.RemoveResource("Alpha"); err != nil {
			return err
		}
		return f.AddResource(spec.Resource{Name: "Gamma"})
	}, change.Options{})
	require.NoError(t, err)
	assert.Equal(t, "resource Gamma\n", p.read("r/gamma.txt"))
	assert.Equal(t, "resource Alpha\nmine\n", p.read("r/alpha.txt"))
	assert.Equal(t, 1, r.Conflicts)
}
