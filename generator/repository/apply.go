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

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
)

// BesideSuffix is what the name of a file ends in that is written next to one
// that is not to be touched.
const BesideSuffix = ".spacegen-new"

// An Edit is all that changes in a project at once.
type Edit struct {
	Plan     *merge.Plan
	SpecPath string // empty: the Spec stays
	SpecText []byte
	By       Provenance // for the lock
}

// Apply makes a change: all of it, or, whatever happens, none. It reports
// whether there was anything to write.
func (p *Project) Apply(ctx context.Context, e Edit) (bool, error) {
	ops, err := p.operations(e)
	if err != nil || len(ops) == 0 {
		return false, err
	}
	return true, p.commit(ctx, ops, e.Plan.Conflicts() > 0)
}

// operations lists what is written and removed, sorted by path, the lock last.
func (p *Project) operations(e Edit) ([]operation, error) {
	var ops []operation
	conflicts := map[string]bool{}
	for _, c := range e.Plan.Changes {
		if c.Action == merge.Conflict {
			conflicts[c.Path] = true
		}
		switch {
		case c.Write:
			ops = append(ops, operation{Path: c.Path, body: c.Body, Mode: c.Mode.Perm()})
		case c.Action == merge.Delete:
			ops = append(ops, operation{Path: c.Path, Remove: true})
		}
		if c.Beside != nil {
			ops = append(ops, operation{Path: c.Path + BesideSuffix, body: c.Beside, Mode: c.Mode.Perm()})
		}
	}
	if e.SpecPath != "" {
		ops = append(ops, operation{Path: e.SpecPath, body: e.SpecText})
	}
	bases, err := p.bases(e.Plan.Records)
	if err != nil {
		return nil, err
	}
	ops = append(ops, bases...)
	slices.SortFunc(ops, func(a, b operation) int { return bytes.Compare([]byte(a.Path), []byte(b.Path)) })

	lock, err := lockOf(e.Plan.Records, e.By).Encode()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(lock, p.lockText) {
		ops = append(ops, operation{Path: LockPath, body: lock, Mode: 0o644})
	}
	return ops, p.complete(ops, conflicts)
}

// bases are the changes of .spacegen/base.
func (p *Project) bases(records map[string]merge.Record) ([]operation, error) {
	old, err := p.Records()
	if err != nil {
		return nil, err
	}
	var ops []operation
	for at, record := range records {
		if record.Owner != render.Managed {
			continue
		}
		if was, known := old[at]; !known || was.Owner != render.Managed || was.Lost || was.Hash != record.Hash {
			ops = append(ops, operation{Path: path.Join(BasePath, at), body: record.Base, Mode: 0o644})
		}
	}
	for at, record := range old {
		now, stays := records[at]
		if record.Owner == render.Managed && !record.Lost && (!stays || now.Owner != render.Managed) {
			ops = append(ops, operation{Path: path.Join(BasePath, at), Remove: true})
		}
	}
	return ops, nil
}

// complete notes of each operation what stands there now.
func (p *Project) complete(ops []operation, conflicts map[string]bool) error {
	for i := range ops {
		op := &ops[i]
		op.Conflict = conflicts[op.Path]
		if !op.Remove {
			op.After = digest(op.body)
		}
		if err := errors.Join(checkTarget(op.Path), p.direct(op.Path)); err != nil {
			return fmt.Errorf("write %s: %w; nothing was written", op.Path, err)
		}
		info, err := p.root.Lstat(op.Path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return fmt.Errorf("write %s: %w", op.Path, err)
		case !info.Mode().IsRegular():
			return fmt.Errorf("write %s: something stands there that is no file", op.Path)
		}
		if op.old, err = p.root.ReadFile(op.Path); err != nil {
			return fmt.Errorf("read %s: %w", op.Path, err)
		}
		op.Before, op.ModeBefore = digest(op.old), info.Mode().Perm()
		if op.Mode == 0 {
			op.Mode = op.ModeBefore
		}
	}
	return nil
}

func lockOf(records map[string]merge.Record, by Provenance) *Lock {
	lock := by.lock()
	for _, at := range slices.Sorted(maps.Keys(records)) {
		r := records[at]
		lock.Files = append(lock.Files, LockFile{Path: at, At: r.At, Owner: r.Owner, Mode: fmt.Sprintf("%04o", r.Mode.Perm()), SHA256: r.Hash, Bare: r.Unpinned})
	}
	return lock
}
