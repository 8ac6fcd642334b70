package repository

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
)

// Pending reports whether an update ended with conflicts and was neither taken
// back nor concluded.
func (p *Project) Pending() (bool, error) {
	_, err := p.root.Lstat(undo)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Conclude ends an update whose conflicts are decided: it can't be taken back
// any more.
func (p *Project) Conclude() error {
	if err := p.removeAll(undo); err != nil {
		return fmt.Errorf("conclude the update: %w", err)
	}
	return nil
}

// Abort takes back the last update, if it ended with conflicts. Files that it
// wrote without a conflict and that were edited since keep it from doing so.
func (p *Project) Abort(ctx context.Context) ([]string, error) {
	ops, found, err := p.readJournal(undo)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, ErrNothingToAbort
	}
	var back []operation
	var paths []string
	for i, op := range ops {
		now, there, err := p.read(op.Path)
		if err != nil {
			return nil, err
		}
		if now.Dir || now.Link != "" {
			return nil, fmt.Errorf("abort the update: %s is no file any more; move it aside and run the command again", op.Path)
		}
		state := stateOf(now.Body, there)
		if state != op.After && state != op.Before && !op.Conflict {
			return nil, fmt.Errorf("abort the update: %s was edited since; move your version aside and run the command again", op.Path)
		}
		if state == op.Before {
			continue
		}
		reverse := operation{Path: op.Path, Remove: op.Before == "", Mode: op.ModeBefore, After: op.Before, Before: state, ModeBefore: now.Mode, old: now.Body}
		if !reverse.Remove {
			old, there, err := p.read(path.Join(undo, oldName(i)))
			if err != nil {
				return nil, fmt.Errorf("abort the update: %w", err)
			}
			if !there || old.Dir || old.Link != "" || digest(old.Body) != op.Before {
				return nil, fmt.Errorf("abort the update: %s is not what the update kept; take %s from git", path.Join(undo, oldName(i)), op.Path)
			}
			reverse.body = old.Body
		}
		back = append(back, reverse)
		paths = append(paths, op.Path)
	}
	if err := p.commit(ctx, back, false); err != nil {
		return nil, err
	}
	if err := p.merged(ctx, paths); err != nil {
		return paths, fmt.Errorf("the files are as they were before the update, but git may still list conflicts, which 'git reset' ends: %w", err)
	}
	return paths, nil
}
