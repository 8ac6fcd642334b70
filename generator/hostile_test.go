package generator

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/report"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A hostile repository is a clone of what somebody else wrote, beside which lies
// what is none of its business.
type hostile struct {
	*project
	outside     string
	files, list string // the templates that it is updated to
}

// link puts a link at a path.
func (h *hostile) link(at, to string) {
	h.t.Helper()
	require.NoError(h.t, os.RemoveAll(filepath.Join(h.dir, at)))
	require.NoError(h.t, os.MkdirAll(filepath.Dir(filepath.Join(h.dir, at)), 0o755)) //nolint:gosec // a test's folder
	require.NoError(h.t, os.Symlink(to, filepath.Join(h.dir, at)))
}

// journal puts a journal into a folder, with one entry that writes a hook to a
// path.
func (h *hostile) journal(folder, to string) {
	h.t.Helper()
	const hook = "#!/bin/sh\ntouch ran\n"
	text, err := json.Marshal([]map[string]any{{"path": to, "mode": 0o755, "after": merge.Hash([]byte(hook))}})
	require.NoError(h.t, err)
	h.write(folder+"/journal.json", string(text))
	h.write(folder+"/new-0", hook)
}

// lock replaces something of the lock.
func (h *hostile) lock(old, replacement string) {
	h.t.Helper()
	edit(h.t, h.dir, ".spacegen/lock.yaml", old, replacement)
}

// entry puts a file into the lock, as spacegen would have written it there.
func (h *hostile) entry(at string) {
	h.t.Helper()
	head, files, found := strings.Cut(h.read(".spacegen/lock.yaml"), "files:\n")
	require.True(h.t, found)
	all := strings.Split(strings.TrimPrefix(files, "  - path: "), "\n  - path: ")
	all[len(all)-1] = strings.TrimSuffix(all[len(all)-1], "\n")
	all = append(all, at+"\n    owner: generated\n    mode: \"0644\"\n    sha256: "+merge.Hash([]byte(h.read(at))))
	slices.Sort(all)
	h.write(".spacegen/lock.yaml", head+"files:\n  - path: "+strings.Join(all, "\n  - path: ")+"\n")
}

// TestHostile: nothing that a cloned repository brings along makes a command write
// into .git, or outside of the repository; and what only looks writes nothing.
func TestHostile(t *testing.T) {
	const tracked, link, inGit = "never carried out", "is a link", "lies in .git"
	for name, c := range map[string]struct {
		attack func(*hostile)
		says   string // what an update says; "": nothing is wrong with it
	}{
		"nothing": {func(*hostile) {}, ""},

		"a journal that writes through a link": {func(h *hostile) {
			h.link("h", ".git/hooks")
			h.journal(".spacegen/journal", "h/post-checkout")
		}, tracked},
		"a journal that leaves it by a link": {func(h *hostile) {
			h.link("o", "../outside")
			h.journal(".spacegen/journal", "o/new")
		}, tracked},
		"a journal that writes into .git":      {func(h *hostile) { h.journal(".spacegen/journal", ".git/hooks/post-checkout") }, tracked},
		"a journal that writes a file":         {func(h *hostile) { h.journal(".spacegen/journal", "Makefile") }, tracked},
		"a journal that leaves the repository": {func(h *hostile) { h.journal(".spacegen/journal", "../outside/new") }, tracked},
		"a journal that is a link": {func(h *hostile) {
			h.journal("j", "Makefile")
			h.link(".spacegen/journal", "../j")
		}, link},
		"a journal without entries":      {func(h *hostile) { h.write(".spacegen/journal/new-0", "x") }, tracked},
		"a change being staged":          {func(h *hostile) { h.write(".spacegen/journal.new/new-0", "x") }, tracked},
		"a change being staged, as link": {func(h *hostile) { h.link(".spacegen/journal.new", "../.git") }, tracked},
		"an undo that writes into .git":  {func(h *hostile) { h.journal(".spacegen/undo", ".git/hooks/post-checkout") }, tracked},
		"an undo that removes a file":    {func(h *hostile) { h.journal(".spacegen/undo", "a.txt") }, tracked},
		"an undo that is a link":         {func(h *hostile) { h.link(".spacegen/undo", "../.git") }, link},

		"a lock that names .git":         {func(h *hostile) { h.entry(".git/HEAD") }, inGit},
		"a lock that names it otherwise": {func(h *hostile) { h.lock("path: a.txt", "path: a/.GIT/HEAD") }, inGit},
		"a lock that names it by a link": {func(h *hostile) {
			h.link("h", ".git")
			h.entry("h/HEAD")
		}, link},
		"a lock that moves a file to .git": {func(h *hostile) {
			h.lock("path: a.txt\n", "path: a.txt\n    at: .git/config\n")
			h.base("a.txt", h.read(".git/config"))
			h.remove("a.txt")
		}, inGit},
		"a lock that moves a file there by a link": {func(h *hostile) {
			h.link("h", ".git")
			h.lock("path: a.txt\n", "path: a.txt\n    at: h/config\n")
			h.base("a.txt", h.read(".git/config"))
			h.remove("a.txt")
		}, link},
		"a lock that moves a file outside": {func(h *hostile) {
			h.link("o", "../outside")
			h.lock("path: a.txt\n", "path: a.txt\n    at: o/file\n")
			h.base("a.txt", "theirs\n")
			h.remove("a.txt")
		}, "escapes"},
		"a lock that names a base": {func(h *hostile) { h.lock("path: a.txt", "path: .Spacegen/base/a.txt") }, "spacegen's own"},
		"a lock that is a link": {func(h *hostile) {
			h.write("l", h.read(".spacegen/lock.yaml"))
			h.link(".spacegen/lock.yaml", "../l")
		}, "no file"},

		"a folder of files is a link": {func(h *hostile) { h.link("sub", ".git/hooks") }, ""}, // nothing stands there
		"a folder of files is another": {func(h *hostile) {
			h.write(".git/hooks/b.txt", h.read("sub/b.txt"))
			h.write(".git/hooks/a.txt", h.read("sub/a.txt"))
			h.link("sub", ".git/hooks")
		}, link},
		"a folder of files leads away":  {func(h *hostile) { h.link("sub", "../outside") }, "escapes"},
		"a folder of bases is a link":   {func(h *hostile) { h.link(".spacegen/base/sub", "../../.git/hooks") }, link},
		"base is a link":                {func(h *hostile) { h.link(".spacegen/base", "../.git") }, link},
		"base leads away":               {func(h *hostile) { h.link(".spacegen/base", "../../outside") }, link},
		"all that spacegen keeps":       {func(h *hostile) { h.link(".spacegen", ".git") }, link},
		"all that spacegen keeps, away": {func(h *hostile) { h.link(".spacegen", "../outside") }, link},
		"a file is a link":              {func(h *hostile) { h.link("a.txt", ".git/config") }, ""},
		"a file beside is a link": {func(h *hostile) {
			h.link("a.txt.spacegen-new", ".git/hooks/x")
			h.link("a.txt", "run.sh")
		}, "no file"},
		"a Spec that is a link": {func(h *hostile) {
			h.write("s", h.read("spacegen.yaml"))
			h.link("spacegen.yaml", "s")
		}, ""},

		"templates that write into .git": {func(h *hostile) {
			h.list += "  - {path: .git/hooks/post-commit, template: run.sh, mode: 0o755}\n"
		}, "writes into .git"},
		"templates that spell it oddly": {func(h *hostile) {
			h.list += "  - {path: \"sub/.g\\u200cIT . /hooks/post-commit\", template: run.sh, mode: 0o755}\n"
		}, inGit},
		"templates that write a journal": {func(h *hostile) {
			h.list += "  - {path: .spacegen/journal/journal.json, template: run.sh}\n"
		}, "writes into .spacegen"},
		"templates that move a file there": {func(h *hostile) {
			h.list = strings.Replace(h.list, "path: a.txt", "path: .git/config", 1) + "moved:\n  - {from: a.txt, to: .git/config}\n"
		}, "writes into .git"},
	} {
		t.Run(name, func(t *testing.T) {
			h := &hostile{project: newProject(t), files: toyFiles, list: toyTable}
			h.t = t
			h.outside = filepath.Join(filepath.Dir(h.dir), "outside")
			require.NoError(t, os.MkdirAll(h.outside, 0o755)) //nolint:gosec // a test's folder
			require.NoError(t, os.WriteFile(filepath.Join(h.outside, "file"), []byte("theirs\n"), 0o600))
			h.commit()
			c.attack(h)
			h.git("add", "-fA")
			h.git("commit", "-q", "--allow-empty", "-m", "x")
			h.run(c.says)
		})
	}
}

// base makes a text that of a file's base, in the lock too.
func (h *hostile) base(at, text string) {
	h.t.Helper()
	h.lock(merge.Hash([]byte(h.read(".spacegen/base/"+at))), merge.Hash([]byte(text)))
	h.write(".spacegen/base/"+at, text)
}

// run runs every command, and holds them to what they may do.
func (h *hostile) run(says string) {
	t, ctx := h.t, h.t.Context()
	t.Helper()
	git, outside, all := h.guarded(), snapshot(t, h.outside), snapshot(t, h.dir)
	h.version++
	g := h.generator(strings.Replace(h.files, "7", "seven", 1), h.list)
	looks := map[string]func() error{
		"check":  func() error { _, err := report.Tree(ctx, &g.Release, h.dir); return err },
		"list":   func() error { _, err := g.List(ctx, h.dir); return err },
		"stubs":  func() error { _, err := g.Explain(ctx, h.dir); return err },
		"diff":   func() error { _, err := report.HandEdits(ctx, h.dir); return err },
		"graph":  func() error { _, err := g.Draw(ctx, h.dir); return err },
		"doctor": func() error { g.Doctor(ctx, h.dir); return nil },
		"dry": func() error {
			_, err := g.Update(ctx, h.dir, nil, change.Options{DryRun: true})
			return err
		},
	}
	for name, look := range looks {
		_ = look() // whether it can or not
		require.Empty(t, differing(all, snapshot(t, h.dir)), "%s writes", name)
	}
	addZone := func(f *spec.File) error { return f.AddResource(spec.Resource{Name: "Zone"}) }
	changes := []struct {
		name string
		do   func() error
	}{
		{"abort", func() error { _, err := Abort(ctx, h.dir); return err }},
		{"update", func() error { _, err := g.Update(ctx, h.dir, nil, change.Options{}); return err }},
		{"update without asking git", func() error {
			_, err := g.Update(ctx, h.dir, nil, change.Options{AllowDirty: true, Merge: merge.Options{Theirs: []string{"**"}}})
			return err
		}},
		{"add", func() error { _, err := g.EditSpec(ctx, h.dir, addZone, change.Options{AllowDirty: true}); return err }},
		{"abort again", func() error { _, err := Abort(ctx, h.dir); return err }},
		{"mv", func() error { return Move(ctx, h.dir, "run.sh", "h/run.sh") }},
		{"mv into .git", func() error { return Move(ctx, h.dir, "run.sh", ".Git/hooks/post-commit") }},
	}
	for _, change := range changes {
		err := change.do()
		if change.name == "update" {
			if says == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, says)
			}
		}
		require.Empty(t, differing(git, h.guarded()), "%s writes into .git", change.name)
		require.Empty(t, differing(outside, snapshot(t, h.outside)), "%s writes outside of the repository", change.name)
	}
	assert.NoFileExists(t, filepath.Join(h.dir, "ran"))
}

// guarded is all in .git but what git itself writes when it is told of conflicts.
func (h *hostile) guarded() map[string]string {
	h.t.Helper()
	files := snapshot(h.t, filepath.Join(h.dir, ".git"))
	for at := range files {
		if at == "index" || strings.HasPrefix(at, "objects/") {
			delete(files, at)
		}
	}
	return files
}
