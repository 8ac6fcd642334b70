package repository

import (
	"context"
	"errors"
	"fmt"
	"path"
)

// ErrPending means that a change of the repository was cut off, and has to be
// finished before anything can be said.
var ErrPending = errors.New("a change of this repository was cut off; 'spacegen update' finishes it, or takes it back, before it does anything else")

// pending gives an error, ErrPending if spacegen can deal with it, where a change
// waits to be carried out.
func (p *Project) pending(ctx context.Context) error {
	_, found, err := p.readJournal(journal)
	if err != nil || !found {
		return err
	}
	if err := p.local(ctx, journal, staging, undo); err != nil {
		return err
	}
	return ErrPending
}

// recover finishes or undoes a change that was cut off.
func (p *Project) recover(ctx context.Context) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if err := p.local(ctx, journal, staging, undo); err != nil {
		return false, err
	}
	if _, err := p.root.Lstat(staging); err == nil {
		if err := p.removeAll(staging); err != nil {
			return false, fmt.Errorf("undo a change that was cut off: %w", err)
		}
	}
	ops, found, err := p.readJournal(journal)
	if err != nil || !found {
		return false, err
	}
	forward, err := p.resumable(ops)
	if err != nil {
		return false, fmt.Errorf("finish a change that was cut off: %w", err)
	}
	if !forward { // it failed, and was being put back
		if err := errors.Join(p.putBack(ops), p.discard()); err != nil {
			return false, fmt.Errorf("undo a change that was cut off: %w", err)
		}
		return true, nil
	}
	keep := false
	for _, op := range ops {
		keep = keep || op.Conflict
	}
	if err := p.carryOut(ops); err != nil {
		return false, fmt.Errorf("finish a change that was cut off: %w", err)
	}
	return true, p.finish(ops, keep)
}

// resumable reports whether a journal has all that is still to be done; if not, it
// has all that is to be put back. The error says why neither is so.
func (p *Project) resumable(ops []operation) (forward bool, err error) {
	forward, backward := true, true
	for i, op := range ops {
		now, there, err := p.read(op.Path)
		if err != nil {
			return false, err
		}
		state := stateOf(now.Body, there)
		if state != op.Before && state != op.After || now.Dir || now.Link != "" {
			return false, fmt.Errorf("%s was edited since; move your version aside and run the command again", op.Path)
		}
		next, err := p.holds(newName(i), op.After)
		if err != nil {
			return false, err
		}
		last, err := p.holds(oldName(i), op.Before)
		if err != nil {
			return false, err
		}
		forward = forward && (op.Remove || next || state == op.After)
		backward = backward && (op.Before == "" || last || state == op.Before)
	}
	if !forward && !backward {
		return false, fmt.Errorf("%s is not whole any more; restore the repository from git, and remove that folder", journal)
	}
	return forward, nil
}

// holds reports whether a file of the journal is there. One that is not what the
// journal says is refused.
func (p *Project) holds(name, hash string) (bool, error) {
	at := path.Join(journal, name)
	file, there, err := p.read(at)
	if err != nil || !there {
		return false, err
	}
	if file.Dir || file.Link != "" || digest(file.Body) != hash {
		return false, fmt.Errorf("%s is not what the journal says; remove %s", at, journal)
	}
	return true, nil
}

func stateOf(body []byte, there bool) string {
	if !there {
		return ""
	}
	return digest(body)
}
