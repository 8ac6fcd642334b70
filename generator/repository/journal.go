package repository

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
)

// A change is written into a journal first, whole, with what was there before.
// Renaming the journal to its name decides: until then nothing has happened,
// and from then on the change will be finished, by this process or by the next
// command that changes the project.
const (
	staging = Folder + "/journal.new" // being written: worth nothing
	journal = Folder + "/journal"     // complete: to be carried out
	undo    = Folder + "/undo"        // carried out, kept to be taken back
	entries = "journal.json"
)

// ErrNothingToAbort means that no update waits for its conflicts to be resolved.
var ErrNothingToAbort = errors.New("there is no update to take back: only one that ended with conflicts can be")

// An operation is one file that is written or removed.
type operation struct {
	Path       string      `json:"path"`
	Remove     bool        `json:"remove,omitempty"`
	Conflict   bool        `json:"conflict,omitempty"`
	Mode       fs.FileMode `json:"mode,omitempty"`
	After      string      `json:"after,omitempty"`  // SHA-256 of what is written
	Before     string      `json:"before,omitempty"` // of what was there; empty: nothing
	ModeBefore fs.FileMode `json:"mode_before,omitempty"`

	body, old []byte
}

func newName(i int) string { return "new-" + strconv.Itoa(i) }
func oldName(i int) string { return "old-" + strconv.Itoa(i) }

// check refuses an operation that no spacegen would have written down.
func (op operation) check() error {
	if err := checkTarget(op.Path); err != nil {
		return err
	}
	if op.Remove != (op.After == "") {
		return fmt.Errorf("%s is neither written nor removed", op.Path)
	}
	for _, sum := range []string{op.Before, op.After} {
		if raw, err := hex.DecodeString(sum); err != nil || len(raw) != 0 && len(raw) != sha256.Size {
			return fmt.Errorf("%s: %q is no SHA-256 in hexadecimal", op.Path, sum)
		}
	}
	if (op.Mode|op.ModeBefore)&^fs.ModePerm != 0 {
		return fmt.Errorf("%s: a mode is more than permissions", op.Path)
	}
	return nil
}

// commit carries operations out. keep leaves what is needed to take them back.
func (p *Project) commit(ctx context.Context, ops []operation, keep bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := p.stage(ops); err != nil {
		return errors.Join(fmt.Errorf("prepare the change; nothing was written: %w", err), p.removeAll(staging))
	}
	if err := p.rename(staging, journal); err != nil {
		return errors.Join(fmt.Errorf("prepare the change; nothing was written: %w", err), p.removeAll(staging))
	}
	if err := p.carryOut(ops); err != nil {
		return errors.Join(fmt.Errorf("%w; everything was put back", err), p.putBack(ops), p.discard())
	}
	return p.finish(ops, keep)
}

// stage writes the journal.
func (p *Project) stage(ops []operation) error {
	if err := p.removeAll(staging); err != nil {
		return err
	}
	if err := p.folder(staging); err != nil {
		return err
	}
	text, err := json.Marshal(ops)
	if err != nil {
		return err
	}
	// The folder is nobody's to commit.
	if err := p.write(path.Join(staging, ".gitignore"), []byte("*\n"), 0o644); err != nil {
		return err
	}
	for i, op := range ops {
		if op.Before != "" {
			if err := p.write(path.Join(staging, oldName(i)), op.old, op.ModeBefore); err != nil {
				return err
			}
		}
		if !op.Remove {
			if err := p.write(path.Join(staging, newName(i)), op.body, op.Mode); err != nil {
				return err
			}
		}
	}
	if err := p.write(path.Join(staging, entries), text, 0o644); err != nil {
		return err
	}
	return p.sync(staging)
}

// carryOut does what the journal says and has not been done yet.
func (p *Project) carryOut(ops []operation) error {
	for i, op := range ops {
		if op.Remove {
			if err := p.remove(op.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("remove %s: %w", op.Path, err)
			}
			p.removeEmpty(path.Dir(op.Path))
			continue
		}
		from := path.Join(journal, newName(i))
		if _, err := p.root.Lstat(from); errors.Is(err, fs.ErrNotExist) {
			continue // done before
		}
		if err := p.folder(path.Dir(op.Path)); err != nil {
			return fmt.Errorf("write %s: %w", op.Path, err)
		}
		if err := p.rename(from, op.Path); err != nil {
			return fmt.Errorf("write %s: %w", op.Path, err)
		}
	}
	return nil
}

// putBack restores what stood there before a change that failed half way. What
// was there comes by a rename, which takes no room and is whole at every moment.
func (p *Project) putBack(ops []operation) error {
	var errs []error
	for i, op := range slices.Backward(ops) {
		if op.Before == "" {
			if err := p.remove(op.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				errs = append(errs, err)
			}
			p.removeEmpty(path.Dir(op.Path))
			continue
		}
		old := path.Join(journal, oldName(i))
		if _, err := p.root.Lstat(old); errors.Is(err, fs.ErrNotExist) {
			continue // put back before
		}
		if err := p.folder(path.Dir(op.Path)); err != nil {
			errs = append(errs, err)
			continue
		}
		errs = append(errs, p.rename(old, op.Path))
	}
	return errors.Join(errs...)
}

// finish closes the journal of a change that was carried out.
func (p *Project) finish(ops []operation, keep bool) error {
	for _, op := range ops {
		if err := p.sync(path.Dir(op.Path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := p.removeAll(undo); err != nil {
		return fmt.Errorf("close the journal: %w", err)
	}
	if keep {
		return p.rename(journal, undo)
	}
	return p.discard()
}

// discard removes the journal, so that at no moment half of it is left under
// its name.
func (p *Project) discard() error {
	if err := p.rename(journal, staging); err != nil {
		return fmt.Errorf("close the journal: %w", err)
	}
	return p.removeAll(staging)
}

// readJournal reads a journal, which is input like any other.
func (p *Project) readJournal(folder string) (ops []operation, found bool, err error) {
	at := path.Join(folder, entries)
	if err := p.direct(at); err != nil {
		return nil, false, fmt.Errorf("read the journal: %w", err)
	}
	text, err := p.root.ReadFile(at)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := p.root.Lstat(folder); err == nil {
			return nil, false, fmt.Errorf("%s has no %s, so it is no journal that spacegen wrote; remove it", folder, entries)
		}
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("read the journal: %w", err)
	}
	if ops, err = decodeJournal(text); err != nil {
		return nil, false, fmt.Errorf("read %s: %w; spacegen did not write this, so remove %s", at, err, folder)
	}
	return ops, true, nil
}

// decodeJournal reads the text of a journal. Every path and value in it is checked
// before it is used.
func decodeJournal(text []byte) (ops []operation, err error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&ops); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, op := range ops {
		if err := op.check(); err != nil {
			return nil, err
		}
		if seen[op.Path] {
			return nil, fmt.Errorf("%s is there twice", op.Path)
		}
		seen[op.Path] = true
	}
	return ops, nil
}
