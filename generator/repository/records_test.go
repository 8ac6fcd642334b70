package repository

import (
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A clone is a repository with a .git and a neighbour, and records of any kind.
type clone struct {
	dir, neighbour string
}

func newClone(t *testing.T) clone {
	t.Helper()
	parent := t.TempDir()
	c := clone{filepath.Join(parent, "repository"), filepath.Join(parent, "neighbour")}
	c.put(t, "../neighbour/file", "theirs")
	c.put(t, spec.FileName, "name: toy\n")
	c.put(t, "a.txt", "a")
	cmd := exec.CommandContext(t.Context(), "git", "init", "-q", "--template=", c.dir) //nolint:gosec // a test's own
	require.NoError(t, cmd.Run())
	for at, to := range map[string]string{"g": ".git", "n": "../neighbour", "up": ".."} {
		require.NoError(t, os.Symlink(to, filepath.Join(c.dir, at)))
	}
	return c
}

func (c clone) put(t *testing.T, at, text string) {
	t.Helper()
	full := filepath.Join(c.dir, filepath.FromSlash(at))
	require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o750))
	require.NoError(t, os.WriteFile(full, []byte(text), 0o600))
}

// theirs is all that spacegen must not touch.
func (c clone) theirs(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, top := range []string{filepath.Join(c.dir, ".git"), c.neighbour} {
		require.NoError(t, filepath.WalkDir(top, func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			body, err := os.ReadFile(p) //nolint:gosec // a test's own
			files[p] = string(body)
			return err
		}))
	}
	return files
}

func journalOf(t testing.TB, ops ...operation) string {
	t.Helper()
	text, err := json.Marshal(ops)
	require.NoError(t, err)
	return string(text)
}

// FuzzRecords: whatever stands in a lock and in a journal, both are refused, or
// what they name is written in the repository and neither in .git nor elsewhere.
func FuzzRecords(f *testing.F) {
	const head = "version: 2\nspacegen: v1.0.0\ntemplates: []\nfiles:\n"
	entry := func(p, at string) string {
		return head + "  - path: " + p + "\n    at: " + at + "\n    owner: managed\n    mode: \"0644\"\n    sha256: " + digest([]byte("a")) + "\n"
	}
	for _, p := range []string{"a.txt", ".git/config", "g/config", "n/file", "../neighbour/file", "up/neighbour/file", ".GIT/HEAD", "git~1/x", ".spacegen/lock.yaml", ".spacegen/journal/new-0"} {
		write := operation{Path: p, Mode: 0o755, After: digest([]byte("x"))}
		f.Add(entry(p, ""), journalOf(f, write), "x")
		f.Add(entry("a.txt", p), journalOf(f, operation{Path: p, Remove: true, Before: digest([]byte("theirs"))}), "x")
		f.Add(entry(p, "b.txt"), journalOf(f, write, operation{Path: "a.txt", Remove: true, Before: digest([]byte("a"))}), "y")
	}
	f.Add("", "[]", "")
	f.Add(head, "null", "")
	f.Add("files: [{path: a}]", `[{"path":"a","mode":2541}]`, "")
	f.Fuzz(func(t *testing.T, lock, text, body string) {
		c := newClone(t)
		c.put(t, LockPath, lock)
		c.put(t, journal+"/"+entries, text)
		c.put(t, journal+"/new-0", body)
		c.put(t, journal+"/old-0", body)
		before := c.theirs(t)
		ctx := context.Background()
		if p, err := Open(ctx, c.dir); err == nil {
			require.NoError(t, p.Close())
		}
		for range 2 { // the second time nothing is left to recover
			p, recovered, err := OpenToChange(ctx, c.dir)
			if err != nil {
				continue
			}
			if recovered {
				assert.NoDirExists(t, filepath.Join(c.dir, journal))
			}
			if p.Lock != nil {
				drop(t, p)
			}
			require.NoError(t, p.Close())
		}
		require.Equal(t, before, c.theirs(t))
	})
}

// drop removes every file that a lock names.
func drop(t *testing.T, p *Project) {
	t.Helper()
	records, err := p.Records()
	if err != nil {
		return
	}
	var ops []operation
	for at, record := range records {
		if record.At != "" {
			at = record.At
		}
		ops = append(ops, operation{Path: at, Remove: true})
	}
	if p.complete(ops, nil) == nil {
		_ = p.commit(t.Context(), ops, false) // whether it can or not
	}
}

// TestTamperedJournal: a journal that is not what its entries say is not carried
// out; one whose change failed and was being put back is put back to the end.
func TestTamperedJournal(t *testing.T) {
	write := operation{Path: "b.txt", Mode: 0o644, After: digest([]byte("b"))}
	change := operation{Path: "a.txt", Mode: 0o644, After: digest([]byte("A")), Before: digest([]byte("a")), ModeBefore: 0o600}
	for name, c := range map[string]struct {
		ops   []operation
		files map[string]string // of the journal
		says  string
		b     string // b.txt; "" if it is not there
		a     string // a.txt
	}{
		"as written":                 {[]operation{write, change}, map[string]string{"new-0": "b", "new-1": "A", "old-1": "a"}, "", "b", "A"},
		"of other content":           {[]operation{write, change}, map[string]string{"new-0": "evil", "new-1": "A", "old-1": "a"}, "is not what the journal says", "", "a"},
		"of other content before":    {[]operation{write, change}, map[string]string{"new-0": "b", "new-1": "A", "old-1": "evil"}, "is not what the journal says", "", "a"},
		"half put back":              {[]operation{write, change}, map[string]string{"new-0": "b", "old-1": "a"}, "", "", "a"},
		"all put back, not closed":   {[]operation{change}, nil, "", "", "a"},
		"with what is missing":       {[]operation{{Path: "c.txt", After: digest(nil), Before: digest([]byte("c"))}}, nil, "c.txt was edited since", "", "a"},
		"with a setuid bit":          {[]operation{{Path: "b.txt", Mode: fs.ModeSetuid | 0o755, After: digest([]byte("b"))}}, map[string]string{"new-0": "b"}, "more than permissions", "", "a"},
		"with the same path twice":   {[]operation{write, write}, map[string]string{"new-0": "b", "new-1": "b"}, "there twice", "", "a"},
		"that writes nothing":        {[]operation{{Path: "b.txt"}}, nil, "neither written nor removed", "", "a"},
		"that writes its own":        {[]operation{{Path: undo + "/x", After: digest([]byte("b"))}}, map[string]string{"new-0": "b"}, "spacegen's own", "", "a"},
		"that writes through a link": {[]operation{{Path: "g/hooks/x", After: digest([]byte("b"))}}, map[string]string{"new-0": "b"}, "g is a link", "", "a"},
	} {
		t.Run(name, func(t *testing.T) {
			repo := newClone(t)
			repo.put(t, journal+"/"+entries, journalOf(t, c.ops...))
			for file, text := range c.files {
				repo.put(t, journal+"/"+file, text)
			}
			before := repo.theirs(t)
			_, err := Open(t.Context(), repo.dir)
			require.Error(t, err, "somebody has to be told")
			_, recovered, err := OpenToChange(t.Context(), repo.dir)
			if c.says == "" {
				require.NoError(t, err)
				assert.True(t, recovered)
			} else {
				require.ErrorContains(t, err, c.says)
			}
			for file, want := range map[string]string{"a.txt": c.a, "b.txt": c.b} {
				text, err := os.ReadFile(filepath.Join(repo.dir, file)) //nolint:gosec // a test's own
				if want == "" {
					assert.ErrorIs(t, err, fs.ErrNotExist)
				} else {
					require.NoError(t, err)
				}
				assert.Equal(t, want, string(text))
			}
			assert.Equal(t, before, repo.theirs(t))
		})
	}
}

// TestLocalFolders: what spacegen keeps for itself is made where it is missing, and
// refused where it came with the repository or leads elsewhere.
func TestLocalFolders(t *testing.T) {
	const folder = Folder + "/run"
	git := func(c clone, args ...string) {
		cmd := exec.CommandContext(t.Context(), "git", append([]string{"-C", c.dir}, args...)...) //nolint:gosec // a test's own
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	for name, c := range map[string]struct {
		prepare func(clone)
		says    string
	}{
		"none":    {func(clone) {}, ""},
		"there":   {func(c clone) { c.put(t, folder+"/admin.json", "{}") }, ""},
		"tracked": {func(c clone) { c.put(t, folder+"/admin.json", "{}"); git(c, "add", "-f", ".") }, "git tracks " + folder + "/admin.json"},
		"other case": {func(c clone) {
			c.put(t, folder+"/x", "")
			c.put(t, ".Spacegen/RUN/x", "")
			git(c, "add", "-f", ".Spacegen")
		}, "git tracks .Spacegen/RUN/x"},
		"a link": {func(c clone) {
			c.put(t, Folder+"/x", "")
			require.NoError(t, os.Symlink("../../neighbour", filepath.Join(c.dir, folder)))
		}, "is a link"},
		"links in it": {func(c clone) {
			c.put(t, folder+"/x", "")
			require.NoError(t, os.Symlink("../../../neighbour/file", filepath.Join(c.dir, folder, "data.db")))
		}, "data.db is a link"},
	} {
		t.Run(name, func(t *testing.T) {
			repo := newClone(t)
			c.prepare(repo)
			root, err := OpenLocal(t.Context(), repo.dir, folder)
			if c.says != "" {
				require.ErrorContains(t, err, c.says)
				return
			}
			require.NoError(t, err)
			require.NoError(t, root.WriteFile("x", nil, 0o600))
			require.NoError(t, root.Close())
			assert.FileExists(t, filepath.Join(repo.dir, folder, "x"))
		})
	}
}

// dangerous is a name that some file system takes for .git, said otherwise than
// canonical says it.
var dangerous = regexp.MustCompile(`(?i)^\p{Cf}*\.\p{Cf}*g\p{Cf}*i\p{Cf}*t[. \p{Cf}]*(:.*)?$|^git~\d+[. ]*(:.*)?$`)

// FuzzDecode: whatever a lock and a journal say, the paths that are taken from them
// lie in the repository and not in .git.
func FuzzDecode(f *testing.F) {
	const head = "version: 2\nspacegen: v1.0.0\ntemplates: []\nfiles:\n"
	for _, p := range []string{"a.txt", ".git/config", "x/.GIT/HEAD", "git~1/x", ".g\u200cit/x", ".git::$INDEX_ALLOCATION", ".git. ", "../x", ".spacegen/journal/x"} {
		f.Add(head+"  - path: "+strconv.Quote(p)+"\n    at: "+strconv.Quote(p)+"\n    owner: managed\n    mode: \"0644\"\n    sha256: "+digest(nil)+"\n",
			journalOf(f, operation{Path: p, After: digest(nil)}))
	}
	f.Fuzz(func(t *testing.T, lock, journal string) {
		var paths []string
		if l, err := DecodeLock([]byte(lock)); err == nil {
			for _, file := range l.Files {
				paths = append(paths, file.Path)
				if file.At != "" {
					paths = append(paths, file.At)
				}
			}
		}
		if ops, err := decodeJournal([]byte(journal)); err == nil {
			for _, op := range ops {
				paths = append(paths, op.Path)
			}
		}
		for _, p := range paths {
			require.True(t, filepath.IsLocal(p), "%q", p)
			for name := range strings.SplitSeq(p, "/") {
				require.NotRegexp(t, dangerous, name, "%q", p)
			}
		}
	})
}
