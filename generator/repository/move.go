package repository

import (
	"context"
	"fmt"
	"path"
	"slices"

	"github.com/cloudforet-io/spacegen/generator/render"
)

// Move records that a managed file stands elsewhere than where it is rendered,
// and moves it there if it doesn't yet. from is where it is rendered or stands.
func (p *Project) Move(ctx context.Context, from, to string) error {
	from, to = path.Clean(from), path.Clean(to)
	if err := p.CheckLock(); err != nil {
		return fmt.Errorf("move %s: %w", from, err)
	}
	if p.Lock == nil {
		return fmt.Errorf("move %s: spacegen has not written anything here yet; run 'spacegen update' first", from)
	}
	if err := checkTarget(to); err != nil {
		return fmt.Errorf("move %s: %w", from, err)
	}
	if within(canonicalPath(to), Folder) {
		return fmt.Errorf("move %s: %s lies in spacegen's own folder", from, to)
	}
	i := slices.IndexFunc(p.Lock.Files, func(f LockFile) bool { return f.Path == from || f.At == from })
	if i < 0 {
		return fmt.Errorf("move %s: spacegen did not write this file; move it as you like", from)
	}
	if j := slices.IndexFunc(p.Lock.Files, func(f LockFile) bool { return (f.Path == to && f.At == "" || f.At == to) }); j >= 0 && j != i {
		return fmt.Errorf("move %s: %s is another file that spacegen wrote", from, to)
	}
	record := &p.Lock.Files[i]
	if record.Owner == render.Generated {
		return fmt.Errorf("move %s: the file is generated, and would be written there again", from)
	}
	now := record.Path
	if record.At != "" {
		now = record.At
	}
	old, stands, err := p.read(now)
	if err != nil {
		return err
	}
	there, taken, err := p.read(to)
	if err != nil {
		return err
	}
	switch {
	case there.Dir:
		return fmt.Errorf("move %s: %s is a folder; name the file: %s", from, to, path.Join(to, path.Base(now)))
	case stands && taken && now != to:
		return fmt.Errorf("move %s: both %s and %s exist; remove one of them", from, now, to)
	case !stands && !taken:
		return fmt.Errorf("move %s: neither %s nor %s exists", from, now, to)
	}
	if record.At = to; to == record.Path {
		record.At = ""
	}
	text, err := p.Lock.Encode()
	if err != nil {
		return err
	}
	var ops []operation
	if stands && now != to {
		ops = append(ops, operation{Path: to, body: old.Body, Mode: old.Mode}, operation{Path: now, Remove: true})
	}
	if string(text) != string(p.lockText) {
		ops = append(ops, operation{Path: LockPath, body: text, Mode: 0o644})
	}
	if err := p.complete(ops, nil); err != nil || len(ops) == 0 {
		return err
	}
	return p.commit(ctx, ops, false)
}
