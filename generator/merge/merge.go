// Package merge brings what spacegen renders and what people wrote together:
// base (what was rendered last), ours (what stands on disk) and theirs (what is
// rendered now) become a Plan. It writes nothing.
package merge

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/cloudforet-io/spacegen/generator/render"
)

// A File is a file as it stands on disk.
type File struct {
	Body []byte
	Mode fs.FileMode // permission bits
	Link string      // where a symbolic link leads; Body is empty then
	Dir  bool        // a folder stands where a file should
}

// A Record is what is known of a file since it was rendered last.
type Record struct {
	Owner    render.Owner
	Mode     fs.FileMode
	Hash     string // SHA-256 of the body, in hexadecimal
	Unpinned string // SHA-256 of a generated file without the versions that it pins (actions, images, npm packages); empty: it pins none
	Base     []byte // the body, of managed files
	Lost     bool   // a managed file whose base is missing or was changed
	At       string // where people moved the file, if they did
}

// Pristine reports whether a file is as it was rendered, but for its pins.
func (r Record) Pristine(p string, body []byte) bool {
	switch {
	case Hash(body) == r.Hash:
		return true
	case r.Owner == render.Generated:
		return r.Unpinned != "" && Hash(unpinned(p, body)) == r.Unpinned
	default:
		return r.Base != nil && pinned(p) != nil && bytes.Equal(unpinned(p, body), unpinned(p, r.Base))
	}
}

// Input is all that a Plan follows from.
type Input struct {
	Records map[string]Record // by path as rendered
	Ours    map[string]File   // by path on disk; what is absent does not exist
	Theirs  render.Tree
	Moved   map[string]string // by the template sets: old path → new path
	Away    map[string]bool   // paths on disk that are not checked out, though nobody deleted them
	Stay    map[string]bool   // paths that are not deleted when they are rendered no more
	Needing map[string]string // files of owner once that can't be without what goes with them, and what is to be said then
	Old     string            // names base in conflicts: "spacegen 1.2.0"
	New     string            // names theirs
	Options Options
}

// An Action is what happens to a path.
type Action string

// The actions.
const (
	Create   Action = "create"   // new in the templates
	Update   Action = "update"   // only the template changed it
	Merge    Action = "merge"    // both changed it, and the changes go together
	Conflict Action = "conflict" // both changed it, and somebody has to decide
	Delete   Action = "delete"   // the template dropped it, nobody had changed it
	Keep     Action = "keep"     // it stays as people made it
	Absent   Action = "absent"   // people deleted it, and it stays deleted
	Away     Action = "away"     // it lies outside of a sparse checkout, and waits
)

// A FileChange is what a Plan says of one path. Paths that nothing happens to, and
// that need no word, have none.
type FileChange struct {
	Path   string
	Action Action
	Note   string // why, in words, where it is not plain
	Write  bool   // Body and Mode are what the file becomes
	Loses  bool   // what people wrote in it goes
	Lines  bool   // an edit of some lines, that nothing else in the file is mixed up with
	Body   []byte
	Mode   fs.FileMode
	Beside []byte // theirs, to be written next to a file that cannot hold it

	Base, Ours, Theirs []byte // the sides of a merge; Ours of whatever is replaced, too
}

// A Plan is what a merge comes to.
type Plan struct {
	Changes []FileChange // sorted by path
	Records map[string]Record
}

// Conflicts counts the paths that somebody has to decide about.
func (p *Plan) Conflicts() int {
	n := 0
	for _, c := range p.Changes {
		if c.Action == Conflict {
			n++
		}
	}
	return n
}

// Run merges. The Plan's records are those of theirs: base goes forward to
// what was rendered, never to what came out of the merge.
func Run(ctx context.Context, in Input) (*Plan, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	m := merger{Input: in, ctx: ctx, plan: &Plan{Records: map[string]Record{}}}
	m.applyMoves()
	for _, p := range in.Theirs.Paths() {
		if err := m.rendered(p); err != nil {
			return nil, fmt.Errorf("merge %s: %w", p, err)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(m.Records)) {
		if _, stays := in.Theirs[p]; !stays {
			m.dropped(p)
		}
	}
	slices.SortStableFunc(m.plan.Changes, func(a, b FileChange) int { return compare(a.Path, b.Path) })
	m.plan.Changes = collapsed(m.plan.Changes)
	return m.plan, nil
}

// collapsed makes one change of those of the same path, which a file has that
// was moved and then merged.
func collapsed(changes []FileChange) []FileChange {
	var out []FileChange
	for _, c := range changes {
		if len(out) == 0 || out[len(out)-1].Path != c.Path {
			out = append(out, c)
			continue
		}
		last := &out[len(out)-1]
		if last.Note != "" && c.Note != "" {
			c.Note = last.Note + "; " + c.Note
		} else if c.Note == "" {
			c.Note = last.Note
		}
		*last = c
	}
	return out
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

type merger struct {
	Input

	ctx  context.Context
	plan *Plan
}

func (m *merger) add(c FileChange) { m.plan.Changes = append(m.plan.Changes, c) }

// rendered decides about a path that is rendered.
func (m *merger) rendered(p string) error {
	theirs := m.Theirs[p]
	record, known := m.Records[p]
	at := p
	if known && record.At != "" {
		at = record.At
	}
	if m.Away[at] {
		m.waits(p, at, !known || record.Hash != Hash(theirs.Body) || record.Mode != theirs.Mode)
		return nil
	}
	ours, there := m.Ours[at]
	m.record(p, theirs, record.At)
	if known && record.Owner == render.Once && theirs.Owner == render.Once && (there || !match(m.Options.Restore, at)) {
		return nil
	}
	switch {
	case there && (ours.Dir || ours.Link != ""):
		m.obstacle(at, ours, theirs, known && record.Hash == Hash(theirs.Body))
	case !there && !known:
		m.add(FileChange{Path: at, Action: Create, Write: true, Body: theirs.Body, Mode: theirs.Mode})
	case !there:
		m.deleted(at, record, theirs)
	case theirs.Owner == render.Once:
		m.note(FileChange{Path: at, Action: Keep, Note: "stood there before the template did"}, !known)
	case theirs.Owner == render.Generated:
		m.generated(at, record, known, ours, theirs)
	default:
		return m.managed(at, record, known, ours, theirs)
	}
	return nil
}

// waits leaves a path that is not checked out for an update that finds it there:
// what is known of it stays.
func (m *merger) waits(p, at string, changed bool) {
	record, known := m.Records[p]
	if known {
		m.plan.Records[p] = record
	}
	if changed && record.Owner != render.Once {
		m.add(FileChange{Path: at, Action: Away, Note: "it lies outside of your sparse checkout; an update where it is checked out changes it"})
	}
}

// record remembers what is rendered now as the next base.
func (m *merger) record(p string, theirs render.File, at string) {
	r := Record{Owner: theirs.Owner, Mode: theirs.Mode, Hash: Hash(theirs.Body), At: at}
	if theirs.Owner == render.Managed {
		r.Base = theirs.Body
	}
	r.Unpinned = Bare(p, theirs)
	m.plan.Records[p] = r
}

func (m *merger) note(c FileChange, wanted bool) {
	if wanted {
		m.add(c)
	}
}

// obstacle: something that is no file stands in the way.
func (m *merger) obstacle(p string, ours File, theirs render.File, same bool) {
	if same {
		return // it stood there before, and there is nothing new to say
	}
	what := "a symbolic link stands there"
	if ours.Dir {
		what = "a folder stands there"
	}
	m.add(FileChange{Path: p, Action: Conflict, Note: what + "; it stays", Beside: theirs.Body, Mode: theirs.Mode, Theirs: theirs.Body})
}

// deleted: people deleted a file that is still rendered.
func (m *merger) deleted(p string, record Record, theirs render.File) {
	switch {
	case theirs.Owner == render.Generated, match(m.Options.Restore, p):
		m.add(FileChange{Path: p, Action: Create, Note: "was deleted", Write: true, Body: theirs.Body, Mode: theirs.Mode})
	case record.Hash != Hash(theirs.Body):
		m.add(FileChange{Path: p, Action: Absent, Note: "you deleted it; the template changed"})
	}
}

// generated: the file is spacegen's alone.
func (m *merger) generated(p string, record Record, known bool, ours File, theirs render.File) {
	if known && record.Unpinned == "" && record.Hash == Hash(theirs.Body) {
		record.Unpinned = Bare(p, theirs) // a lock from before there was one
	}
	theirs.Body = keepNewer(p, theirs.Body, ours.Body)
	write := FileChange{Path: p, Action: Update, Write: true, Body: theirs.Body, Mode: theirs.Mode, Ours: ours.Body}
	switch edited := !known || !record.Pristine(p, ours.Body) || chosen(p, ours.Body, theirs.Body); {
	case string(ours.Body) == string(theirs.Body):
		if ours.Mode != theirs.Mode {
			m.add(write)
		}
	case !known && !isGenerated(ours.Body):
		m.add(FileChange{Path: p, Action: Conflict, Note: "you have a file of this name", Beside: theirs.Body, Mode: theirs.Mode, Ours: ours.Body, Theirs: theirs.Body})
	case edited && m.Options.Keep:
		m.add(FileChange{Path: p, Action: Keep, Note: "your edits in a generated file are kept, as --keep says"})
	default:
		switch _, marked := Marked(ours.Body); {
		case marked: // by git, and both sides are in its branches
			write.Note = "a conflict was left in this generated file; it is written anew"
		case edited:
			write.Loses, write.Note = true, "your edits in this generated file are overwritten"
		}
		m.add(write)
	}
}

// dropped decides about a path that is rendered no more.
func (m *merger) dropped(p string) {
	record := m.Records[p]
	at := p
	if record.At != "" {
		at = record.At
	}
	if m.Away[at] {
		m.waits(p, at, true)
		return
	}
	ours, there := m.Ours[at]
	isFile := !ours.Dir && ours.Link == ""
	goes := FileChange{Path: at, Action: Delete, Loses: true, Ours: ours.Body}
	switch {
	case !there:
	case m.Stay[p]:
		m.add(FileChange{Path: at, Action: Keep, Note: "it may have been applied"})
	case isFile && record.Pristine(at, ours.Body) && ours.Mode == record.Mode:
		m.add(FileChange{Path: at, Action: Delete})
	case m.Options.Drop && isFile:
		goes.Note = "your edits with it, as --force says"
		m.add(goes)
	case record.Owner == render.Once && m.Needing[p] == "":
		m.add(FileChange{Path: at, Action: Keep, Note: "the templates no longer include this file"})
	case match(m.Options.Theirs, at) && isFile:
		goes.Note = "your edits with it, as --theirs says"
		m.add(goes)
	case match(m.Options.Ours, at):
		m.add(FileChange{Path: at, Action: Keep, Note: "as --ours says; the templates no longer include this file"})
	default:
		note := "the templates no longer include this file, but you edited it; it stays, and later updates leave it alone"
		m.add(FileChange{Path: at, Action: Conflict, Note: cmp.Or(m.Needing[p], note), Base: record.Base, Ours: ours.Body})
	}
}
