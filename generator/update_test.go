package generator

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

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

// toy are small template sets, in which a test can change what it likes.
func toy(files, table string) fstest.MapFS {
	fsys := fstest.MapFS{
		"helm/files.yaml": {Data: []byte("files: []\n")}, "ci/files.yaml": {Data: []byte("files: []\n")},
		"service/files.yaml": {Data: []byte(table)},
	}
	name := ""
	for line := range strings.Lines(files) {
		if rest, ok := strings.CutPrefix(line, "-- "); ok {
			name = "service/" + strings.TrimSuffix(strings.TrimSpace(rest), " --")
			fsys[name] = &fstest.MapFile{}
			continue
		}
		fsys[name].Data = append(fsys[name].Data, line...)
	}
	return fsys
}

const (
	toyTable = "files:\n  - {path: a.txt, template: a.txt}\n  - {path: sub/b.txt, template: b.txt}\n  - {path: sub/a.txt, template: a.txt}\n  - {path: run.sh, template: run.sh, mode: 0o755}\n  - {path: 'r/[[ .Resource.Snake ]].txt', template: r.txt, each: resources}\n  - {path: worker.txt, template: b.txt, when: .Worker}\n"
	toyFiles = "-- a.txt --\n[[ .Name.Kebab ]]\n1\n2\n3\n4\n5\n6\n7\n-- b.txt --\nb1\nb2\nb3\nb4\nb5\n-- run.sh --\n#!/bin/sh\necho 1\n-- r.txt --\nresource [[ .Resource.Pascal ]]\n"
)

// project is a toy repository, and the templates that it was made of.
type project struct {
	t       *testing.T
	dir     string
	version int
}

func newProject(t *testing.T, resources ...string) *project {
	t.Helper()
	p := &project{t: t, dir: filepath.Join(t.TempDir(), "toy"), version: 1}
	s := spec.New("toy")
	for _, r := range resources {
		s.Resources = append(s.Resources, spec.Resource{Name: r})
	}
	_, err := p.generator(toyFiles, toyTable).Create(t.Context(), spec.Defaults(s), render.Own{}, p.dir)
	require.NoError(t, err)
	return p
}

func (p *project) generator(files, table string) *Generator {
	p.t.Helper()
	g, err := New(toy(files, table), "v1."+string(rune('0'+p.version))+".0")
	require.NoError(p.t, err)
	return g
}

// update brings templates with the replacements in, as the next version.
func (p *project) update(o Changes, replacements ...string) *Report {
	p.t.Helper()
	p.version++
	var ofTable []string // what says something of a table
	for i := 0; i < len(replacements); i += 2 {
		if strings.ContainsAny(replacements[i], "{:,") {
			ofTable = append(ofTable, replacements[i], replacements[i+1])
		}
	}
	files, table := strings.NewReplacer(replacements...), strings.NewReplacer(ofTable...)
	report, err := p.generator(files.Replace(toyFiles), table.Replace(toyTable)).Update(p.t.Context(), p.dir, nil, o)
	require.NoError(p.t, err)
	return report
}

func (p *project) write(at, text string) {
	p.t.Helper()
	full := filepath.Join(p.dir, filepath.FromSlash(at))
	require.NoError(p.t, os.MkdirAll(filepath.Dir(full), 0o755))  //nolint:gosec // a test's folder
	require.NoError(p.t, os.WriteFile(full, []byte(text), 0o644)) //nolint:gosec // likewise
}

func (p *project) read(at string) string {
	p.t.Helper()
	body, err := os.ReadFile(filepath.Join(p.dir, filepath.FromSlash(at)))
	if os.IsNotExist(err) {
		return ""
	}
	require.NoError(p.t, err)
	return string(body)
}

func (p *project) remove(at string) {
	p.t.Helper()
	require.NoError(p.t, os.Remove(filepath.Join(p.dir, at)))
}

func (p *project) git(args ...string) string {
	p.t.Helper()
	cmd := exec.CommandContext(p.t.Context(), "git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com"}, args...)...) //nolint:gosec // a test's own
	cmd.Dir = p.dir
	out, err := cmd.CombinedOutput()
	require.NoError(p.t, err, "%s", out)
	return string(out)
}

func (p *project) commit() {
	p.t.Helper()
	if _, err := os.Stat(filepath.Join(p.dir, ".git")); os.IsNotExist(err) {
		p.git("init", "-q")
	}
	p.git("add", "-A")
	p.git("commit", "-q", "--allow-empty", "-m", "x")
}

func actions(r *Report) map[string]merge.Action {
	all := map[string]merge.Action{}
	for _, c := range r.Changes {
		all[c.Path] = c.Action
	}
	return all
}

func TestEditsSurviveSeveralVersions(t *testing.T) {
	p := newProject(t)
	p.write("a.txt", strings.Replace(p.read("a.txt"), "1", "mine", 1))
	p.update(Changes{}, "7", "seven")
	p.update(Changes{}, "7", "seven", "5", "five")
	p.update(Changes{}, "7", "VII", "5", "five")
	assert.Equal(t, "toy\nmine\n2\n3\n4\nfive\n6\nVII\n", p.read("a.txt"))
}

func TestDeletedStaysDeleted(t *testing.T) {
	p := newProject(t)
	p.remove("a.txt")
	r := p.update(Changes{}, "7", "seven")
	assert.Equal(t, merge.Absent, actions(r)["a.txt"])
	assert.Empty(t, p.read("a.txt"))
	assert.Contains(t, p.read("sub/a.txt"), "seven", "a.txt does not hide sub/a.txt")
	p.update(Changes{Merge: merge.Options{Restore: []string{"a.txt"}}}, "7", "seven")
	assert.Contains(t, p.read("a.txt"), "seven")
}

func TestTemplateDropsAFile(t *testing.T) {
	p := newProject(t)
	p.write("sub/mine.txt", "mine\n")
	drop := []string{"  - {path: sub/b.txt, template: b.txt}\n", "", "  - {path: sub/a.txt, template: a.txt}\n", ""}
	p.write("sub/a.txt", p.read("sub/a.txt")+"edited\n")
	r := p.update(Changes{}, drop...)
	assert.Equal(t, merge.Delete, actions(r)["sub/b.txt"])
	assert.Equal(t, merge.Conflict, actions(r)["sub/a.txt"])
	assert.Empty(t, p.read("sub/b.txt"))
	assert.Contains(t, p.read("sub/a.txt"), "edited")
	assert.Equal(t, "mine\n", p.read("sub/mine.txt"), "files of nobody's survive")
	assert.False(t, p.update(Changes{}, drop...).Wrote && len(p.update(Changes{}, drop...).Changes) > 0)
}

func TestSameVersionNewAnswers(t *testing.T) {
	p := newProject(t)
	p.write("a.txt", p.read("a.txt")+"mine\n")
	g := p.generator(toyFiles, toyTable)
	_, err := g.Update(t.Context(), p.dir, func(f *spec.File) error { return f.AddServer(spec.WorkerServer) }, Changes{})
	require.NoError(t, err)
	assert.NotEmpty(t, p.read("worker.txt"), "an answer switched on brings its files")
	_, err = g.Update(t.Context(), p.dir, func(f *spec.File) error { return f.RemoveServer(spec.WorkerServer) }, Changes{})
	require.NoError(t, err)
	assert.Empty(t, p.read("worker.txt"), "switched off, it removes them")
	assert.Contains(t, p.read("a.txt"), "mine")
}

func TestNewInTemplateAndProjectAtOnce(t *testing.T) {
	p := newProject(t)
	p.write("new.txt", "mine\n")
	r := p.update(Changes{}, "files:\n", "files:\n  - {path: new.txt, template: b.txt}\n")
	assert.Equal(t, merge.Conflict, actions(r)["new.txt"])
	assert.Contains(t, p.read("new.txt"), "mine\n")
	assert.Contains(t, p.read("new.txt"), "b1\n")
}

func TestConflictsAreUnmergedInGit(t *testing.T) {
	p := newProject(t)
	p.commit()
	p.write("a.txt", strings.Replace(p.read("a.txt"), "7", "mine", 1))
	p.write("sub/a.txt", strings.Replace(p.read("sub/a.txt"), "1", "mine", 1))
	p.commit()
	r := p.update(Changes{}, "7", "seven")
	assert.Equal(t, 1, r.Conflicts)
	assert.Equal(t, "a.txt", strings.TrimSpace(p.git("diff", "--name-only", "--diff-filter=U")), "the conflict, and no other file")
	assert.Len(t, strings.Split(strings.TrimSpace(p.git("ls-files", "-u")), "\n"), 3, "stages 1, 2 and 3")
	assert.Contains(t, p.git("show", ":2:a.txt"), "mine")
	assert.Contains(t, p.git("show", ":3:a.txt"), "seven")
	r = p.update(Changes{AllowDirty: true}, "7", "seven")
	assert.Equal(t, []repository.Place{{Path: "a.txt", Line: 8}}, r.Marked, "it is told as long as it stands")
	assert.False(t, r.Wrote, "or there would be no way back")
	_, err := Abort(t.Context(), p.dir)
	require.NoError(t, err)
	assert.Empty(t, p.git("status", "--porcelain"), "git knows of no conflict any more")
}

func TestDecidedConflictsAreConcluded(t *testing.T) {
	p := newProject(t)
	p.commit()
	p.write("a.txt", strings.Replace(p.read("a.txt"), "7", "mine", 1))
	p.commit()
	require.Equal(t, 1, p.update(Changes{}, "7", "seven").Conflicts)
	p.write("a.txt", "decided\n")
	p.git("add", "a.txt")
	r := p.update(Changes{AllowDirty: true}, "7", "seven")
	assert.True(t, r.Decided)
	assert.Equal(t, Steps{SkipGit: true}, r.Steps, "what did not happen while the conflict stood")
	assert.False(t, p.update(Changes{AllowDirty: true}, "7", "seven").Decided, "once")
	_, err := Abort(t.Context(), p.dir)
	require.ErrorIs(t, err, repository.ErrNothingToAbort)
}

func TestAbort(t *testing.T) {
	p := newProject(t)
	p.write("a.txt", strings.Replace(p.read("a.txt"), "7", "mine", 1))
	before := snapshot(t, p.dir)
	_, err := Abort(t.Context(), p.dir)
	require.ErrorIs(t, err, repository.ErrNothingToAbort)
	require.Equal(t, 1, p.update(Changes{}, "7", "seven").Conflicts)
	p.write("a.txt", "half decided\n")
	_, err = Abort(t.Context(), p.dir)
	require.NoError(t, err)
	assert.Equal(t, before, snapshot(t, p.dir))
}

func TestDirty(t *testing.T) {
	p := newProject(t)
	p.commit()
	p.write("sub/b.txt", p.read("sub/b.txt")+"not committed\n")
	p.write("untracked.txt", "fine\n")
	p.update(Changes{}, "7", "seven") // touches a.txt alone
	p.version++
	g := p.generator(strings.Replace(toyFiles, "b1", "B1", 1), toyTable)
	before := snapshot(t, p.dir)
	_, err := g.Update(t.Context(), p.dir, nil, Changes{})
	require.ErrorContains(t, err, "sub/b.txt")
	assert.Equal(t, before, snapshot(t, p.dir))
	_, err = g.Update(t.Context(), p.dir, nil, Changes{AllowDirty: true})
	require.NoError(t, err)
	assert.Equal(t, "B1\nb2\nb3\nb4\nb5\nnot committed\n", p.read("sub/b.txt"))
}

func TestSubfolderWorktreeAndShallowClone(t *testing.T) {
	outer := &project{t: t, dir: t.TempDir()}
	p := newProject(t)
	require.NoError(t, os.CopyFS(filepath.Join(outer.dir, "services", "toy"), os.DirFS(p.dir)))
	outer.write("services/other.txt", "1\n")
	outer.commit()
	tree := filepath.Join(t.TempDir(), "tree")
	outer.git("worktree", "add", "-q", tree)
	clone := filepath.Join(t.TempDir(), "clone")
	outer.git("clone", "-q", "--depth", "1", "file://"+outer.dir, clone)
	for _, top := range []string{outer.dir, tree, clone} {
		at := &project{t: t, dir: filepath.Join(top, "services", "toy"), version: 1}
		at.write("a.txt", strings.Replace(at.read("a.txt"), "7", "mine", 1))
		at.git("commit", "-q", "-a", "-m", "x")
		r := at.update(Changes{}, "7", "seven", "b1", "B1")
		assert.Equal(t, 1, r.Conflicts)
		assert.Contains(t, at.read("sub/b.txt"), "B1")
		assert.Contains(t, at.git("status", "--porcelain", "a.txt"), "UU")
	}
}

func TestIgnoredFilesAreNotWritten(t *testing.T) {
	p := newProject(t)
	p.write(".gitignore", "new.txt\n")
	p.commit()
	p.update(Changes{}, "files:\n", "files:\n  - {path: new.txt, template: b.txt}\n")
	assert.Empty(t, p.read("new.txt"))
}

func TestUnicode(t *testing.T) {
	p := newProject(t)
	p.write("a.txt", strings.Replace(p.read("a.txt"), "1", "größer 大 🚀", 1))
	p.update(Changes{}, "7", "ñ", "files:\n", "files:\n  - {path: 'übung/大.txt', template: b.txt}\n")
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
	require.NoError(t, os.Chmod(filepath.Join(p.dir, "sub/b.txt"), 0o755)) //nolint:gosec // people's own
	p.update(Changes{}, ", mode: 0o755", "", "b1", "B1")
	assert.Equal(t, fs.FileMode(0o644), mode("run.sh"), "the template took it away")
	assert.Equal(t, fs.FileMode(0o755), mode("sub/b.txt"), "people's stays")
}

func TestSymbolicLinks(t *testing.T) {
	p := newProject(t)
	outside := t.TempDir()
	p.remove("a.txt")
	require.NoError(t, os.WriteFile(filepath.Join(outside, "secret"), []byte("secret\n"), 0o600))
	require.NoError(t, os.Symlink(filepath.Join(outside, "secret"), filepath.Join(p.dir, "a.txt")))
	r := p.update(Changes{}, "7", "seven")
	assert.Equal(t, merge.Conflict, actions(r)["a.txt"], "a link is never written through")
	body, err := os.ReadFile(filepath.Join(outside, "secret")) //nolint:gosec // a test's own
	require.NoError(t, err)
	assert.Equal(t, "secret\n", string(body))

	p = newProject(t)
	require.NoError(t, os.RemoveAll(filepath.Join(p.dir, "sub")))
	require.NoError(t, os.Symlink(outside, filepath.Join(p.dir, "sub")))
	g := p.generator(strings.Replace(toyFiles, "b1", "B1", 1), toyTable)
	_, err = g.Update(t.Context(), p.dir, nil, Changes{Merge: merge.Options{Restore: []string{"*"}}})
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
	p.update(Changes{})
	before := times()
	p.version--
	r := p.update(Changes{})
	assert.False(t, r.Wrote)
	assert.Empty(t, r.Changes)
	assert.Equal(t, before, times())
}

func TestRenamedByPeople(t *testing.T) {
	p := newProject(t)
	text := p.read("sub/b.txt")
	p.remove("sub/b.txt")
	p.write("elsewhere/c.txt", text)
	p.update(Changes{}, "b5", "B5")
	assert.Contains(t, p.read("elsewhere/c.txt"), "B5")
	assert.Empty(t, p.read("sub/b.txt"))
	p.update(Changes{}, "b5", "B55")
	assert.Contains(t, p.read("elsewhere/c.txt"), "B55", "it is remembered")

	require.NoError(t, Move(t.Context(), p.dir, "a.txt", "docs/a.txt"))
	assert.Empty(t, p.read("a.txt"))
	p.update(Changes{}, "b5", "B55", "7", "seven")
	assert.Contains(t, p.read("docs/a.txt"), "seven")
	for from, to := range map[string]string{"sub/a.txt": "../x", "nobody.txt": "x", "docs/a.txt": "run.sh", "run.sh": ".git/hooks/x"} {
		assert.Error(t, Move(t.Context(), p.dir, from, to), "%s to %s", from, to)
	}
}

func TestRenamedByTheTemplate(t *testing.T) {
	p := newProject(t)
	p.write("sub/b.txt", p.read("sub/b.txt")+"mine\n")
	p.update(Changes{}, "{path: sub/b.txt,", "{path: other/b.txt,", "files:\n", "moved:\n  - {from: sub/b.txt, to: other/b.txt}\nfiles:\n", "b1", "B1")
	assert.Equal(t, "B1\nb2\nb3\nb4\nb5\nmine\n", p.read("other/b.txt"))
	assert.Empty(t, p.read("sub/b.txt"))
}

func TestHostileGitConfiguration(t *testing.T) {
	p := newProject(t)
	p.commit()
	hook := filepath.Join(p.dir, ".git", "hooks", "post-index-change")
	ran := filepath.Join(t.TempDir(), "ran")
	require.NoError(t, os.WriteFile(hook, []byte("#!/bin/sh\ntouch "+ran+"\n"), 0o755)) //nolint:gosec // a hook has to be executable
	monitor := filepath.Join(t.TempDir(), "monitor")
	require.NoError(t, os.WriteFile(monitor, []byte("#!/bin/sh\ntouch "+ran+"\n"), 0o755)) //nolint:gosec // likewise
	p.write("a.txt", strings.Replace(p.read("a.txt"), "7", "mine", 1))
	p.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "-a", "-m", "x")
	for key, value := range map[string]string{"core.autocrlf": "true", "commit.gpgsign": "true", "core.fsmonitor": monitor, "merge.conflictstyle": "merge"} {
		p.git("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "config", key, value)
	}
	require.NoError(t, os.RemoveAll(ran))
	r := p.update(Changes{AllowDirty: true}, "7", "seven")
	assert.Equal(t, 1, r.Conflicts)
	assert.Contains(t, p.read("a.txt"), "||||||| ")
	assert.NotContains(t, p.read("a.txt"), "\r")
	assert.NoFileExists(t, ran)
}

func TestOlderBinaryAndBrokenLock(t *testing.T) {
	p := newProject(t)
	p.update(Changes{}, "7", "seven")
	p.version = 1
	_, err := p.generator(toyFiles, toyTable).Update(t.Context(), p.dir, nil, Changes{})
	require.ErrorContains(t, err, "this is spacegen v1.1.0, but the repository was rendered by v1.2.0")
	lock := p.read(repository.LockPath)
	for what, broken := range map[string]string{
		"no path inside": strings.Replace(lock, "path: a.txt", "path: ../a.txt", 1),
		"out of order":   strings.Replace(lock, "path: a.txt", "path: zzz.txt", 1),
		"owner":          strings.Replace(lock, "owner: managed", "owner: mine", 1),
		"format 9":       strings.Replace(lock, "version: 2", "version: 9", 1),
		"lock.yaml":      "<<<<<<< HEAD\n" + lock,
	} {
		p.write(repository.LockPath, broken)
		_, err := p.generator(toyFiles, toyTable).Update(t.Context(), p.dir, nil, Changes{})
		assert.ErrorContains(t, err, what)
	}
}

func TestMissingBase(t *testing.T) {
	p := newProject(t)
	p.remove(".spacegen/base/a.txt")
	p.write("a.txt", "mine\n")
	r := p.update(Changes{}, "7", "seven")
	assert.Equal(t, merge.Conflict, actions(r)["a.txt"])
	assert.Contains(t, p.read("a.txt"), "mine")
	assert.NotEmpty(t, p.read(".spacegen/base/a.txt"), "and there is one again")
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
	}, Changes{})
	require.NoError(t, err)
	assert.Equal(t, "resource Gamma\n", p.read("r/gamma.txt"))
	assert.Equal(t, "resource Alpha\nmine\n", p.read("r/alpha.txt"))
	assert.Equal(t, 1, r.Conflicts)
}

func TestCheckFindings(t *testing.T) {
	g, err := New(templates.FS, "v1.0.0")
	require.NoError(t, err)
	dir := emitted(t)
	findings, err := g.Check(t.Context(), dir)
	require.NoError(t, err)
	require.Empty(t, findings)
	edit(t, dir, "internal/service/service.gen.go", "package service", "// mine\npackage service")
	edit(t, dir, "internal/interface/grpc/region.go", "import (", "import (\n\t_ \"github.com/cloudforet-io/inventory/internal/connector\"")
	edit(t, dir, "Makefile", "NAME :=", "<<<<<<< yours\nA\n=======\nB\n>>>>>>> spacegen\nNAME :=")
	require.NoError(t, os.Remove(filepath.Join(dir, ".spacegen/base/README.md")))
	findings, err = g.Check(t.Context(), dir)
	require.NoError(t, err)
	rules := map[string]string{}
	for _, f := range findings {
		rules[f.Rule] = f.Path
	}
	assert.Equal(t, map[string]string{
		RuleEdited: "internal/service/service.gen.go", RuleLayer: "internal/interface/grpc/region.go",
		RuleConflict: "Makefile", RuleBase: "README.md",
	}, rules)
}
