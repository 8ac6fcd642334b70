package repository

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/schema"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// ErrNoMerge means that git has begun nothing that could be resolved.
var ErrNoMerge = errors.New("no git merge, rebase, cherry-pick or revert is under way, so that there is nothing to resolve; after one that is concluded, 'spacegen update' brings the repository in step")

// A Merge is a merge of branches that git has begun in a project, by whatever command.
type Merge struct {
	merge.Branches

	Doing              string // merge, rebase, cherry-pick, revert
	Base, Ours, Theirs Commit // their files stand in Branches
}

// A Commit is what spacegen keeps of a repository in a commit.
type Commit struct {
	Spec, Last []byte // spacegen.yaml, and the Spec of the last render
	Lock       *Lock  // nil: spacegen rendered nothing as yet
	Migrations schema.Migrations
}

// OpenMerge opens a repository in which git has begun a merge, whatever conflicts git
// left in what spacegen keeps there.
func OpenMerge(ctx context.Context, dir string) (*Project, *Merge, error) {
	p, _, err := begin(ctx, dir, func(p *Project) (bool, error) { return p.recover(ctx) })
	if err != nil {
		return nil, nil, err
	}
	m, err := p.readMerge(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, p.Close())
	}
	p.Lock = m.Ours.Lock
	return p, m, nil
}

func (p *Project) readMerge(ctx context.Context) (*Merge, error) {
	switch in, err := p.inGit(ctx); {
	case err != nil:
		return nil, err
	case !in:
		return nil, ErrNoMerge
	}
	m := &Merge{}
	var base, theirs string
	for _, way := range []struct{ doing, head, base, theirs string }{
		{"merge", "MERGE_HEAD", "", "MERGE_HEAD"},
		{"rebase", "REBASE_HEAD", "REBASE_HEAD^", "REBASE_HEAD"},
		{"cherry-pick", "CHERRY_PICK_HEAD", "CHERRY_PICK_HEAD^", "CHERRY_PICK_HEAD"},
		{"revert", "REVERT_HEAD", "REVERT_HEAD", "REVERT_HEAD^"},
	} {
		if p.commitOf(ctx, way.head) != "" {
			m.Doing, base, theirs = way.doing, p.commitOf(ctx, way.base), p.commitOf(ctx, way.theirs)
			break
		}
	}
	if m.Doing == "" {
		return nil, ErrNoMerge
	}
	if m.Doing == "merge" {
		if found, err := p.git(ctx, nil, "merge-base", "HEAD", theirs); err == nil {
			base = strings.TrimSpace(string(found))
		}
	}
	if err := p.readUnmerged(ctx, m); err != nil {
		return nil, err
	}
	for _, side := range []struct {
		commit string
		about  *Commit
		files  *merge.Branch
	}{{base, &m.Base, &m.Branches.Base}, {"HEAD", &m.Ours, &m.Branches.Ours}, {theirs, &m.Theirs, &m.Branches.Theirs}} {
		if err := p.readCommit(ctx, side.commit, m.Unmerged, side.about, side.files); err != nil {
			return nil, err
		}
	}
	if m.Ours.Lock == nil || m.Theirs.Lock == nil {
		return nil, fmt.Errorf("only one of the two branches has %s, so that there is nothing of spacegen's to merge: take that of the other, 'git checkout --ours -- %s' or --theirs, then run 'spacegen update'", LockPath, Folder)
	}
	m.Disk = map[string]merge.File{}
	for _, b := range []merge.Branch{m.Branches.Ours, m.Branches.Theirs} {
		for at := range b.Files {
			file, there, err := p.read(at)
			if err != nil {
				return nil, err
			}
			if there {
				m.Disk[at] = file
			}
		}
	}
	return m, nil
}

// commitOf gives the commit of a name; "" if there is none.
func (p *Project) commitOf(ctx context.Context, name string) string {
	if name == "" {
		return ""
	}
	out, err := p.git(ctx, nil, "rev-parse", "--quiet", "--verify", name+"^{commit}")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// readUnmerged lists what git could not merge.
func (p *Project) readUnmerged(ctx context.Context, m *Merge) error {
	out, err := p.git(ctx, nil, "ls-files", "-z", "--unmerged")
	if err != nil {
		return err
	}
	m.Unmerged = map[string]bool{}
	for entry := range strings.SplitSeq(string(out), "\x00") {
		if _, at, found := strings.Cut(entry, "\t"); found {
			m.Unmerged[at] = true
		}
	}
	return nil
}

// readCommit reads what a commit has of the files that spacegen knows, and of others that
// are wanted. An empty commit has none.
func (p *Project) readCommit(ctx context.Context, commit string, others map[string]bool, c *Commit, b *merge.Branch) error {
	*b = merge.Branch{Records: map[string]merge.Record{}, Files: map[string]merge.File{}}
	if commit == "" {
		return nil
	}
	out, err := p.git(ctx, nil, "ls-tree", "-r", "-z", commit)
	if err != nil {
		return err
	}
	type entry struct{ mode, id string }
	tree := map[string]entry{}
	for line := range strings.SplitSeq(string(out), "\x00") {
		about, at, found := strings.Cut(line, "\t")
		if fields := strings.Fields(about); found && len(fields) == 3 && fields[1] == "blob" {
			tree[at] = entry{fields[0], fields[2]}
		}
	}
	read := func(paths []string) (map[string][]byte, error) {
		paths = slices.DeleteFunc(paths, func(at string) bool { return tree[at].id == "" })
		ids := make([]string, len(paths))
		for i, at := range paths {
			ids[i] = tree[at].id
		}
		bodies, err := p.blobs(ctx, ids)
		all := map[string][]byte{}
		for i := range bodies {
			all[paths[i]] = bodies[i]
		}
		return all, err
	}
	own, err := read([]string{spec.FileName, render.SpecPath, LockPath})
	if err != nil {
		return err
	}
	c.Spec, c.Last = own[spec.FileName], own[render.SpecPath]
	if own[LockPath] == nil {
		return nil
	}
	migrations, err := read(slices.DeleteFunc(slices.Collect(maps.Keys(tree)), func(at string) bool {
		return path.Dir(path.Dir(at)) != schema.Folder || path.Ext(at) != ".sql"
	}))
	if err != nil {
		return err
	}
	c.Migrations = schema.Migrations{}
	for at, text := range migrations {
		c.Migrations[strings.TrimPrefix(at, schema.Folder+"/")] = string(text)
	}
	if c.Lock, err = DecodeLock(own[LockPath]); err != nil {
		return fmt.Errorf("commit %.12s: %w", commit, err)
	}
	wanted := maps.Clone(others)
	for _, file := range c.Lock.Files {
		wanted[file.Path], wanted[path.Join(BasePath, file.Path)] = true, true
		if file.At != "" {
			wanted[file.At] = true
		}
	}
	bodies, err := read(slices.Sorted(maps.Keys(wanted)))
	if err != nil {
		return err
	}
	for _, file := range c.Lock.Files {
		if b.Records[file.Path], err = file.record(bodies[path.Join(BasePath, file.Path)]); err != nil {
			return err
		}
	}
	for at, body := range bodies {
		if within(at, BasePath) {
			continue
		}
		file := merge.File{Body: body, Mode: 0o644}
		switch tree[at].mode {
		case "100755":
			file.Mode = 0o755
		case "120000":
			file = merge.File{Link: string(body)}
		}
		b.Files[at] = file
	}
	return nil
}

// record is what a lock knows of a file, with its base if there is one.
func (f LockFile) record(base []byte) (merge.Record, error) {
	mode, err := strconv.ParseUint(f.Mode, 8, 32)
	if err != nil {
		return merge.Record{}, fmt.Errorf("read %s: %w", LockPath, err)
	}
	record := merge.Record{Owner: f.Owner, Mode: fs.FileMode(mode), Hash: f.SHA256, Unpinned: f.Bare, At: f.At}
	if f.Owner == render.Managed {
		record.Base = base
		if record.Lost = digest(base) != f.SHA256; record.Lost {
			record.Base = nil
		}
	}
	return record, nil
}

// blobs reads objects of git, in one go.
func (p *Project) blobs(ctx context.Context, ids []string) ([][]byte, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	out, err := p.git(ctx, []byte(strings.Join(ids, "\n")+"\n"), "cat-file", "--batch")
	if err != nil {
		return nil, err
	}
	bodies := make([][]byte, len(ids))
	for i := range ids {
		head, rest, _ := bytes.Cut(out, []byte("\n"))
		fields := strings.Fields(string(head))
		if len(fields) != 3 {
			return nil, fmt.Errorf("git cat-file: %q is nothing that spacegen understands", head)
		}
		size, err := strconv.Atoi(fields[2])
		if err != nil || size >= len(rest) {
			return nil, fmt.Errorf("git cat-file: %q is nothing that spacegen understands", head)
		}
		bodies[i], out = rest[:size:size], rest[size+1:]
	}
	return bodies, nil
}

// Resolved tells git which files are merged: those that it could not merge, and that have
// no conflict any more, and all that stand in folders of spacegen's.
func (p *Project) Resolved(ctx context.Context, paths []string) error {
	var known []string
	for _, at := range paths {
		there, err := p.stands(at)
		if err != nil {
			return err
		}
		tracked, err := p.git(ctx, nil, "ls-files", "-z", "--", at)
		if err != nil {
			return err
		}
		if there || len(tracked) > 0 {
			known = append(known, at)
		}
	}
	if len(known) == 0 {
		return nil
	}
	_, err := p.git(ctx, nil, append([]string{"add", "--all", "--"}, known...)...)
	return err
}
