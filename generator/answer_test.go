package generator

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// TestGitThatDoesNotAnswer: where git keeps a repository and does not say what is
// committed in it, an edit may be one that nobody could bring back: nothing is
// written, and what to do is said.
func TestGitThatDoesNotAnswer(t *testing.T) {
	table := strings.Replace(toyTable, "{path: sub/b.txt, template: b.txt}", "{path: sub/b.txt, template: b.txt, owner: generated}", 1)
	for name, c := range map[string]struct {
		silence func(*testing.T, *project)
		says    string
	}{
		"foreign owner": {func(t *testing.T, p *project) {
			if os.Getuid() != 0 {
				t.Skip("giving files away needs root")
			}
			t.Setenv("HOME", t.TempDir())
			for _, at := range []string{".", ".git"} {
				require.NoError(t, os.Chown(filepath.Join(p.dir, at), 65534, 65534))
			}
		}, "git config --global --add safe.directory "},
		"git is missing": {func(t *testing.T, _ *project) { t.Setenv("PATH", t.TempDir()) }, "install git"},
		"a .git that leads nowhere": {func(t *testing.T, p *project) {
			require.NoError(t, os.Rename(filepath.Join(p.dir, ".git"), filepath.Join(t.TempDir(), "gone")))
			p.write(".git", "gitdir: ../gone\n")
		}, "mend the git repository"},
		"a .git that is a link to nothing": {func(t *testing.T, p *project) {
			require.NoError(t, os.Rename(filepath.Join(p.dir, ".git"), filepath.Join(t.TempDir(), "gone")))
			require.NoError(t, os.Symlink("gone", filepath.Join(p.dir, ".git")))
		}, "mend the git repository"},
		"an index that is broken": {func(_ *testing.T, p *project) { p.write(".git/index", "DIRC") }, "git"},
		"a HEAD that is broken":   {func(_ *testing.T, p *project) { p.write(".git/HEAD", "?") }, "mend the git repository"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProject(t)
			p.version++
			_, err := p.generator(toyFiles, table).Update(t.Context(), p.dir, nil, change.Options{})
			require.NoError(t, err)
			p.commit()
			p.write("sub/b.txt", "mine\n")
			p.write("a.txt", strings.Replace(p.read("a.txt"), "3", "mine", 1))
			c.silence(t, p)
			before := snapshot(t, p.dir)
			p.version++
			g := p.generator(strings.NewReplacer("b1", "B1", "7", "seven").Replace(toyFiles), table)
			_, err = g.Update(t.Context(), p.dir, nil, change.Options{})
			require.ErrorContains(t, err, c.says)
			if name != "an index that is broken" && name != "git is missing" { // where other things fail first
				require.ErrorContains(t, err, "--allow-dirty")
			}
			addZone := func(f *spec.File) error { return f.AddResource(spec.Resource{Name: "Zone"}) }
			_, err = p.generator(toyFiles, table).EditSpec(t.Context(), p.dir, addZone, change.Options{})
			require.Error(t, err)
			require.Empty(t, differing(before, snapshot(t, p.dir)))
			if name == "an index that is broken" {
				return // it is not known before it is asked
			}
			state := diagnosis(g.Doctor(t.Context(), p.dir), "work tree")
			assert.False(t, state.OK)
			assert.Contains(t, state.Detail, c.says)
			if name == "git is missing" {
				return // nor is there anything that merges
			}

			r, err := g.Update(t.Context(), p.dir, nil, change.Options{AllowDirty: true})
			require.NoError(t, err)
			assert.Contains(t, strings.Join(r.Notes, "\n"), "git was not asked")
			assert.Contains(t, p.read("a.txt"), "mine")
			assert.Contains(t, p.read("a.txt"), "seven")
			assert.Contains(t, p.read("sub/b.txt"), "B1")
		})
	}
}

// TestNoGit: without git nothing can be asked; what is lost is said.
func TestNoGit(t *testing.T) {
	table := strings.Replace(toyTable, "{path: sub/b.txt, template: b.txt}", "{path: sub/b.txt, template: b.txt, owner: generated}", 1)
	p := newProject(t)
	_, err := p.generator(toyFiles, table).Update(t.Context(), p.dir, nil, change.Options{})
	require.NoError(t, err)
	p.write("sub/b.txt", "mine\n")
	g := p.generator(toyFiles, table)
	r, err := g.Update(t.Context(), p.dir, nil, change.Options{})
	require.NoError(t, err)
	i := changeOf(r, "sub/b.txt")
	require.NotNil(t, i)
	assert.Equal(t, "your edits in this generated file are overwritten", i.Note)
	state := diagnosis(g.Doctor(t.Context(), p.dir), "work tree")
	assert.True(t, state.OK)
	assert.Contains(t, state.Detail, "not kept in git")
}

func changeOf(r *change.Report, at string) *merge.FileChange {
	for i := range r.Changes {
		if r.Changes[i].Path == at {
			return &r.Changes[i]
		}
	}
	return nil
}

// TestEditsThatGitDoesNotShow: git can be told not to look at files, and then calls
// none of them changed.
func TestEditsThatGitDoesNotShow(t *testing.T) {
	for _, flag := range []string{"--assume-unchanged", "--skip-worktree"} {
		p := newProject(t)
		p.commit()
		p.git("update-index", flag, "a.txt", "sub/a.txt")
		p.write("a.txt", strings.Replace(p.read("a.txt"), "3", "mine", 1))
		p.version++
		g := p.generator(strings.Replace(toyFiles, "7", "seven", 1), toyTable)
		_, err := g.Update(t.Context(), p.dir, nil, change.Options{})
		require.ErrorContains(t, err, "a.txt", flag)
		assert.NotContains(t, err.Error(), "sub/a.txt", "it is as it was committed")
		assert.Contains(t, p.read("a.txt"), "mine")
		assert.NotContains(t, p.read("a.txt"), "seven")
	}
}

// TestFolderThatLooksLikeGit: a folder of the repository that git would take for
// the inside of a repository has a configuration that anybody may have written.
func TestFolderThatLooksLikeGit(t *testing.T) {
	outer := &project{t: t, dir: t.TempDir()}
	p := newProject(t)
	dir := filepath.Join(outer.dir, "services", "toy")
	require.NoError(t, os.CopyFS(dir, os.DirFS(p.dir)))
	ran := filepath.Join(t.TempDir(), "ran")
	bare := exec.CommandContext(t.Context(), "git", "init", "-q", "--bare", filepath.Join(outer.dir, "bare")) //nolint:gosec // a test's own
	require.NoError(t, bare.Run())
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join(outer.dir, "bare"))))
	inner := &project{t: t, dir: dir, version: 1}
	inner.write("config", "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n[filter \"x\"]\n\tclean = touch "+ran+"\n[core]\n\tfsmonitor = touch "+ran+"\n")
	inner.write(".gitattributes", "* filter=x\n")
	inner.write("a.txt", inner.read("a.txt")+"mine\n")
	outer.git("init", "-q")
	g := p.generator(strings.Replace(toyFiles, "7", "seven", 1), toyTable)
	_, err := g.Update(t.Context(), dir, nil, change.Options{})
	require.ErrorContains(t, err, "looks like the inside of a git repository")
	_, err = g.Update(t.Context(), dir, nil, change.Options{AllowDirty: true})
	require.NoError(t, err, "git is not asked")
	_, err = repository.InGit(t.Context(), dir)
	require.Error(t, err)
	assert.NoFileExists(t, ran)
}
