package repository

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
)

// A change is written into a journal first, whole, with what was there before.
// Renaming the journal to its name decides: until then nothing has happened,
// and from then on the change will be finished, by this process or by the next
// command that opens the project.
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

// commit carries operations out. keep leaves what is needed to take them back.
func (p *Project) commit(ctx context.Context, ops []operation, keep bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := p.stage(ops); err != nil {
		return errors.Join(fmt.Errorf("prepare the change; nothing was written: %w", err), p.root.RemoveAll(staging))
	}
	if err := p.rename(staging, journal); err != nil {
		return errors.Join(fmt.Errorf("prepare the change; nothing was written: %w", err), p.root.RemoveAll(staging))
	}
	if err := p.carryOut(ops); err != nil {
		return errors.Join(fmt.Errorf("%w; everything was put back", err), p.putBack(ops), p.discard())
	}
	return p.finish(ops, keep)
}

// stage writes the journal.
func (p *Project) stage(ops []operation) error {
	if err := p.root.RemoveAll(staging); err != nil {
		return err
	}
	if err := p.root.MkdirAll(staging, 0o755); err != nil {
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
			removeEmpty(p.root, path.Dir(op.Path))
			continue
		}
		from := path.Join(journal, newName(i))
		if _, err := p.root.Lstat(from); errors.Is(err, fs.ErrNotExist) {
			continue // done before
		}
		if err := p.root.MkdirAll(path.Dir(op.Path), 0o755); err != nil {
			return fmt.Errorf("write %s: %w", op.Path, err)
		}
		if err := p.rename(from, op.Path); err != nil {
			return fmt.Errorf("write %s: %w", op.Path, err)
		}
	}
	return nil
}

// putBack restores what stood there before a change that failed half way.
func (p *Project) putBack(ops []operation) error {
	var errs []error
	for i, op := range slices.Backward(ops) {
		body, err := p.root.ReadFile(path.Join(journal, oldName(i)))
		switch {
		case op.Before == "":
			if err := p.root.Remove(op.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				errs = append(errs, err)
			}
			removeEmpty(p.root, path.Dir(op.Path))
			continue
		case err != nil:
			errs = append(errs, err)
			continue
		}
		if now, err := p.root.ReadFile(op.Path); err == nil && digest(now) == op.Before {
			continue
		}
		if err := p.root.MkdirAll(path.Dir(op.Path), 0o755); err != nil {
			errs = append(errs, err)
			continue
		}
		errs = append(errs, p.root.WriteFile(op.Path, body, op.ModeBefore))
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
	if err := p.root.RemoveAll(undo); err != nil {
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
	return p.root.RemoveAll(staging)
}

// recover finishes or undoes a change that was cut off.
func (p *Project) recover(ctx context.Context) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	_, err := p.root.Lstat(staging)
	if err == nil {
		if err := p.root.RemoveAll(staging); err != nil {
			return false, fmt.Errorf("undo a change that was cut off: %w", err)
		}
	}
	ops, found, err := p.readJournal(journal)
	if err != nil || !found {
		return false, err
	}
	keep := false
	for _, op := range ops {
		keep = keep || op.Conflict
		now, there, err := p.read(op.Path)
		if err != nil {
			return false, err
		}
		if state := stateOf(now.Body, there); state != op.Before && state != op.After {
			return false, fmt.Errorf("finish a change that was cut off: %s was edited since; move your version aside and run the command again", op.Path)
		}
	}
	if err := p.carryOut(ops); err != nil {
		return false, fmt.Errorf("finish a change that was cut off: %w", err)
	}
	return true, p.finish(ops, keep)
}

func stateOf(body []byte, there bool) string {
	if !there {
		return ""
	}
	return digest(body)
}

// readJournal reads a journal, which is input like any other.
func (p *Project) readJournal(folder string) (ops []operation, found bool, err error) {
	text, err := p.root.ReadFile(path.Join(folder, entries))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("read the journal: %w", err)
	}
	if err := json.Unmarshal(text, &ops); err != nil {
		return nil, false, fmt.Errorf("read %s/%s: %w", folder, entries, err)
	}
	for _, op := range ops {
		if !fs.ValidPath(op.Path) || op.Path == "." || within(op.Path, ".git") {
			return nil, false, fmt.Errorf("read %s/%s: %q is no path inside the repository", folder, entries, op.Path)
		}
	}
	return ops, true, nil
}

// Pending reports whether an update ended with conflicts and was neither taken
// back nor concluded.
func (p *Project) Pending() (bool, error) {
	_, err := p.root.Stat(undo)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Conclude ends an update whose conflicts are decided: it can't be taken back
// any more.
func (p *Project) Conclude() error {
	if err := p.root.RemoveAll(undo); err != nil {
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
		state := stateOf(now.Body, there)
		if state != op.After && state != op.Before && !op.Conflict {
			return nil, fmt.Errorf("abort the update: %s was edited since; move your version aside and run the command again", op.Path)
		}
		if state == op.Before {
			continue
		}
		reverse := operation{Path: op.Path, Remove: op.Before == "", Mode: op.ModeBefore, After: op.Before, Before: state, ModeBefore: now.Mode, old: now.Body}
		if !reverse.Remove {
			if reverse.body, err = p.root.ReadFile(path.Join(undo, oldName(i))); err != nil {
				return nil, fmt.Errorf("abort the update: %w", err)
			}
		}
		back = append(back, reverse)
		paths = append(paths, op.Path)
	}
	if err := p.commit(ctx, back, false); err != nil {
		return nil, err
	}
	return paths, p.merged(ctx, paths)
}

// write, rename, remove and sync are all that changes the disk while a change
// is made; before tells tests of each.

func (p *Project) write(at string, body []byte, mode fs.FileMode) (err error) {
	if err := p.before("write", at); err != nil {
		return err
	}
	file, err := p.root.OpenFile(at, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if _, err := file.Write(body); err != nil {
		return err
	}
	if err := file.Chmod(mode); err != nil { // whatever the umask is
		return err
	}
	if err := p.before("fsync", at); err != nil {
		return err
	}
	return file.Sync()
}

func (p *Project) rename(from, to string) error {
	if err := p.before("rename", to); err != nil {
		return err
	}
	return p.root.Rename(from, to)
}

func (p *Project) remove(at string) error {
	if err := p.before("remove", at); err != nil {
		return err
	}
	return p.root.Remove(at)
}

// sync brings a folder's entries to the disk.
func (p *Project) sync(folder string) (err error) {
	if err := p.before("fsync", folder); err != nil {
		return err
	}
	file, err := p.root.Open(folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return file.Sync()
}

func (p *Project) before(what, at string) error {
	if p.Intercept == nil {
		return nil
	}
	return p.Intercept(what, at)
}
