package merge

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/cloudforet-io/spacegen/generator/render"
)

// A Branch is a repository as a commit has it.
type Branch struct {
	Records map[string]Record // by path as rendered
	Files   map[string]File   // by path
}

// Branches are the two sides of a merge that git has begun, and what both came from.
type Branches struct {
	Base, Ours, Theirs Branch
	Disk               map[string]File // what stands there now
	Unmerged           map[string]bool // what git could not merge
}

// Join brings the files of two branches together, so that an update can follow: whoever
// alone edited a file has his way, with the base of his branch, and what both edited is
// merged, as are their bases. Nothing is rendered: the Plan's records are of both branches.
func (b *Branches) Join(ctx context.Context) (*Plan, error) {
	j := joiner{Branches: b, ctx: ctx, plan: &Plan{Records: map[string]Record{}}}
	known := maps.Clone(b.Ours.Records)
	maps.Copy(known, b.Theirs.Records)
	for _, p := range slices.Sorted(maps.Keys(known)) {
		if err := j.join(p); err != nil {
			return nil, fmt.Errorf("merge %s: %w", p, err)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(b.Unmerged)) {
		if err := j.foreign(p); err != nil {
			return nil, fmt.Errorf("merge %s: %w", p, err)
		}
	}
	slices.SortStableFunc(j.plan.Changes, func(a, b FileChange) int { return compare(a.Path, b.Path) })
	return j.plan, nil
}

type joiner struct {
	*Branches

	ctx  context.Context
	plan *Plan
	done map[string]bool // where files stand that are decided about
}

// join decides about a path that either branch knows.
func (j *joiner) join(p string) error {
	ours, inOurs := j.Ours.Records[p]
	theirs, inTheirs := j.Theirs.Records[p]
	record := ours
	switch {
	case !inOurs:
		record = theirs
	case inTheirs && ours.At != theirs.At && ours.At == j.Base.Records[p].At:
		record.At = theirs.At // they moved it
	}
	at := p
	if record.At != "" {
		at = record.At
	}
	if j.done == nil {
		j.done = map[string]bool{}
	}
	j.done[at] = true
	j.plan.Records[p] = record

	base, mine, yours := j.Base.file(p), j.Ours.file(p), j.Theirs.file(p)
	switch {
	case !inOurs:
		j.become(at, yours, "")
	case !inTheirs:
		j.become(at, mine, "")
	case record.Owner == render.Generated:
		j.become(at, mine, "")
	case mine == nil || yours == nil:
		j.gone(at, base, mine, yours)
	case odd(mine) || odd(yours):
		// It stays as it stands.
	case j.byHand(at, base, mine, yours):
		return j.rebase(p)
	case record.Owner == render.Once:
		merged, conflict, err := j.merge(at, base, mine, yours)
		if err != nil {
			return err
		}
		j.text(at, merged, conflict)
	default:
		return j.managed(p, at, base, mine, yours)
	}
	return nil
}

// managed decides about a file of which both branches have a base.
func (j *joiner) managed(p, at string, base, mine, yours *File) error {
	ours, theirs := j.Ours.Records[p], j.Theirs.Records[p]
	switch {
	case theirs.Pristine(p, yours.Body), bytes.Equal(mine.Body, yours.Body) && ours.Hash == theirs.Hash:
		j.become(at, mine, "")
		return nil
	case ours.Pristine(p, mine.Body):
		theirs.At = j.plan.Records[p].At
		j.plan.Records[p] = theirs
		j.become(at, yours, "")
		return nil
	}
	if err := j.rebase(p); err != nil {
		return err
	}
	merged, conflict, err := j.merge(at, base, mine, yours)
	if err != nil {
		return err
	}
	j.text(at, merged, conflict)
	return nil
}

// rebase merges the bases of a file that has something of both branches. Where they
// conflict, this branch's stays.
func (j *joiner) rebase(p string) error {
	record := j.plan.Records[p]
	if record.Owner != render.Managed {
		return nil
	}
	rendered, unclear, err := Texts(j.ctx, p, j.Base.Records[p].Base, j.Ours.Records[p].Base, j.Theirs.Records[p].Base)
	if err != nil || unclear {
		return err
	}
	record.Base, record.Hash, record.Lost = rendered, Hash(rendered), false
	j.plan.Records[p] = record
	return nil
}

// merge merges what people wrote on both branches.
func (j *joiner) merge(at string, base, mine, yours *File) (*File, bool, error) {
	if base == nil {
		base = &File{Mode: mine.Mode}
	}
	out := &File{Body: mine.Body, Mode: mergeMode(base.Mode, mine.Mode, yours.Mode, true)}
	was, _ := normalise(base.Body)
	have, style := normalise(mine.Body)
	want, _ := normalise(yours.Body)
	switch {
	case bytes.Equal(have, want), bytes.Equal(want, was):
		return out, false, nil
	case bytes.Equal(have, was):
		out.Body = style.restore(want)
		return out, false, nil
	case binary(mine.Body) || binary(yours.Body):
		return out, true, nil
	}
	merged, conflict, err := Texts(j.ctx, at, was, have, want)
	out.Body = style.restore(merged)
	return out, conflict, err
}

// gone decides about a file that people deleted on one branch.
func (j *joiner) gone(at string, base, mine, yours *File) {
	left := mine
	if left == nil {
		left = yours
	}
	switch {
	case left == nil:
		j.become(at, nil, "")
	case base != nil && bytes.Equal(base.Body, left.Body):
		j.become(at, nil, "deleted on one branch")
	case base == nil:
		j.become(at, left, "")
	default: // one deleted what the other edited
		j.become(at, left, "")
		j.plan.Changes = append(j.plan.Changes, FileChange{Path: at, Action: Conflict, Note: "one branch deleted it, the other edited it; it stays: delete it if nobody needs it"})
	}
}

// foreign decides about a file that spacegen does not know and git could not merge: one
// that can be merged by its parts is.
func (j *joiner) foreign(p string) error {
	base, mine, yours := j.Base.Files[p], j.Ours.Files[p], j.Theirs.Files[p]
	if j.done[p] || mine.Body == nil || yours.Body == nil || odd(&mine) || odd(&yours) || !j.marked(p) {
		return nil
	}
	merged, conflict, err := j.merge(p, &base, &mine, &yours)
	if err != nil || conflict {
		return err // git's own markers stay
	}
	j.become(p, merged, "merged by its parts")
	return nil
}

// text writes a merged file, with a conflict or without.
func (j *joiner) text(at string, merged *File, conflict bool) {
	if conflict {
		j.plan.Changes = append(j.plan.Changes, FileChange{Path: at, Action: Conflict, Note: "both branches edited the same lines", Write: true, Body: merged.Body, Mode: merged.Mode})
		return
	}
	j.become(at, merged, "edited on both branches")
}

// become writes a file, or removes it, unless that is how it stands.
func (j *joiner) become(at string, file *File, note string) {
	now, there := j.Disk[at]
	switch {
	case file == nil && there:
		j.plan.Changes = append(j.plan.Changes, FileChange{Path: at, Action: Delete, Note: note, Ours: now.Body})
	case file == nil || odd(file) || there && bytes.Equal(now.Body, file.Body) && now.Mode == file.Mode:
	default:
		j.plan.Changes = append(j.plan.Changes, FileChange{Path: at, Action: Merge, Note: note, Write: true, Body: file.Body, Mode: file.Mode, Ours: now.Body})
	}
}

// byHand reports whether a file is as neither branch has it, nor git merged it: somebody
// decided its conflict already.
func (j *joiner) byHand(at string, base, mine, yours *File) bool {
	now, there := j.Disk[at]
	if !there || j.marked(at) || bytes.Equal(now.Body, mine.Body) || bytes.Equal(now.Body, yours.Body) {
		return false
	}
	if base == nil {
		base = &File{}
	}
	gits, conflict, err := mergeLines(j.ctx, sides{base: base.Body, ours: mine.Body, theirs: yours.Body}, labels{})
	if err == nil && !conflict && bytes.Equal(gits, now.Body) {
		return false
	}
	drivers, conflict, err := j.merge(at, base, mine, yours) // as git has it by our driver
	return err != nil || conflict || !bytes.Equal(drivers.Body, now.Body)
}

func (j *joiner) marked(at string) bool {
	_, marked := Marked(j.Disk[at].Body)
	return marked
}

// odd reports whether something is no file.
func odd(f *File) bool { return f != nil && (f.Dir || f.Link != "") }

// file gives the file of a rendered path, where people moved it; nil if there is none.
func (b Branch) file(p string) *File {
	at := p
	if record := b.Records[p]; record.At != "" {
		at = record.At
	}
	if file, there := b.Files[at]; there {
		return &file
	}
	return nil
}
