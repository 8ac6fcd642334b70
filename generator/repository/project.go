package repository

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/mod/semver"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// ErrNoProject means that no spacegen.yaml stands in a folder or above it.
var ErrNoProject = errors.New("no " + spec.FileName + " in this folder or above it; 'spacegen new' makes a repository")

// A Project is an emitted repository on disk.
type Project struct {
	disk

	Dir      string // absolute
	SpecText []byte
	Lock     *Lock // nil if the repository has none

	// Blind has the project do without git where git does not answer; Unasked is
	// then the reason.
	Blind   bool
	Unasked error

	lockText []byte
	away     *map[string]bool // once it is known
}

// Open opens the repository that dir lies in to look at it: nothing is written.
// The error is ErrPending if a change of it was cut off.
func Open(ctx context.Context, dir string) (*Project, error) {
	p, _, err := open(ctx, dir, func(p *Project) (bool, error) { return false, p.pending(ctx) })
	return p, err
}

// OpenToChange opens the repository that dir lies in. A change of it that was cut
// off is finished or undone first; recovered says so.
func OpenToChange(ctx context.Context, dir string) (p *Project, recovered bool, err error) {
	return open(ctx, dir, func(p *Project) (bool, error) { return p.recover(ctx) })
}

func open(ctx context.Context, dir string, first func(*Project) (bool, error)) (p *Project, recovered bool, err error) {
	if p, recovered, err = begin(ctx, dir, first); err != nil {
		return nil, false, err
	}
	if err := p.readLock(); err != nil {
		return nil, false, errors.Join(err, p.root.Close())
	}
	return p, recovered, nil
}

// begin opens a project and leaves its lock unread.
func begin(ctx context.Context, dir string, first func(*Project) (bool, error)) (p *Project, recovered bool, err error) {
	dir, err = FindRoot(dir)
	if err != nil {
		return nil, false, err
	}
	d, err := openDisk(dir)
	if err != nil {
		return nil, false, err
	}
	p = &Project{Dir: dir, disk: d}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.root.Close())
		}
	}()
	for _, own := range []string{LockPath, path.Join(BasePath, "any"), path.Join(journal, entries), path.Join(undo, entries)} {
		if err := p.direct(own); err != nil {
			return nil, false, fmt.Errorf("open %s: %w", dir, err)
		}
	}
	if recovered, err = first(p); err != nil {
		return nil, false, err
	}
	if p.SpecText, err = p.root.ReadFile(spec.FileName); err != nil {
		return nil, false, fmt.Errorf("read the Spec: %w", err)
	}
	return p, recovered, nil
}

func (p *Project) readLock() (err error) {
	p.lockText, err = p.root.ReadFile(LockPath)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("read %s: %w", LockPath, err)
	}
	if p.Lock, err = DecodeLock(p.lockText); err != nil {
		return err
	}
	return p.list()
}

// Close ends the use of the project.
func (p *Project) Close() error { return p.root.Close() }

// Unchanged refuses to go on where the Spec or the lock is not what was opened.
func (p *Project) Unchanged() error {
	for at, was := range map[string][]byte{spec.FileName: p.SpecText, LockPath: p.lockText} {
		now, err := p.root.ReadFile(at)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("read %s: %w", at, err)
		}
		if !bytes.Equal(was, now) {
			return fmt.Errorf("%s was edited while this command ran; nothing was written; run it again", at)
		}
	}
	return nil
}

// FindRoot gives the absolute path of the repository that dir lies in. The error
// is ErrNoProject if it lies in none.
func FindRoot(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(dir); err != nil {
		return "", fmt.Errorf("look for %s: %w", spec.FileName, err)
	}
	for at := dir; ; at = filepath.Dir(at) {
		if isRoot(at) {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", ErrNoProject
		}
	}
}

// ReadSpec gives the root and the Spec of the repository that dir lies in.
func ReadSpec(dir string) (root string, s *spec.Spec, err error) {
	if root, err = FindRoot(dir); err != nil {
		return "", nil, err
	}
	file := filepath.Join(root, spec.FileName)
	text, err := os.ReadFile(file) //nolint:gosec // the repository that the caller names
	if err != nil {
		return "", nil, fmt.Errorf("read the Spec: %w", err)
	}
	s, err = spec.Parse(file, text)
	return root, s, err
}

// CheckVersion refuses to work with a binary that is older than the one that
// rendered the repository last: it would take the newer templates back.
func (p *Project) CheckVersion(spacegen string) error {
	if p.Lock == nil || !semver.IsValid(spacegen) || !semver.IsValid(p.Lock.Spacegen) {
		return nil
	}
	if semver.Compare(spacegen, p.Lock.Spacegen) < 0 {
		return fmt.Errorf("this is spacegen %s, but the repository was rendered by %s; install that or a newer one", spacegen, p.Lock.Spacegen)
	}
	return nil
}

// Records gives what is known of each file since it was rendered last.
func (p *Project) Records() (map[string]merge.Record, error) {
	records := map[string]merge.Record{}
	if p.Lock == nil {
		return records, nil
	}
	for _, file := range p.Lock.Files {
		var base []byte
		if file.Owner == render.Managed {
			var err error
			if base, err = p.root.ReadFile(path.Join(BasePath, file.Path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, fmt.Errorf("read the base of %s: %w", file.Path, err)
			}
		}
		record, err := file.record(base)
		if err != nil {
			return nil, err
		}
		records[file.Path] = record
	}
	return records, nil
}

// Ours reads what stands on disk at the paths that are recorded or rendered
// and, if a recorded file is missing, what it may have been moved to.
func (p *Project) Ours(records map[string]merge.Record, theirs render.Tree) (map[string]merge.File, error) {
	ours := map[string]merge.File{}
	lost := map[string]bool{} // extensions of missing files
	read := func(at string) error {
		file, there, err := p.read(at)
		if there {
			ours[at] = file
		}
		return err
	}
	for at, record := range records {
		if err := read(at); err != nil {
			return nil, err
		}
		if record.At != "" {
			if err := read(record.At); err != nil {
				return nil, err
			}
			continue
		}
		if _, there := ours[at]; !there && record.Owner == render.Managed {
			lost[path.Ext(at)] = true
		}
	}
	for at := range theirs {
		if _, done := records[at]; !done {
			if err := read(at); err != nil {
				return nil, err
			}
		}
	}
	if len(lost) == 0 {
		return ours, nil
	}
	return ours, p.scan(lost, ours)
}

// maxCandidate is the size of a file, in bytes, that is still looked at.
const maxCandidate = 1 << 20

// scan reads the files that have one of the extensions.
func (p *Project) scan(extensions map[string]bool, into map[string]merge.File) error {
	return fs.WalkDir(p.root.FS(), ".", func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			switch {
			case at == ".git", at == Folder, at == "gen", at == "third_party", d.Name() == "node_modules", d.Name() == "vendor":
				return fs.SkipDir
			}
			return nil
		}
		if _, known := into[at]; known || !d.Type().IsRegular() || !extensions[path.Ext(at)] {
			return nil
		}
		if info, err := d.Info(); err != nil || info.Size() > maxCandidate {
			return err
		}
		file, there, err := p.read(at)
		if there {
			into[at] = file
		}
		return err
	})
}

// read reads a file, a link or a folder as it stands. Nothing stands where a
// folder of the path is a file.
func (p *Project) read(at string) (merge.File, bool, error) {
	info, err := p.root.Lstat(at)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return merge.File{}, false, nil
	case err != nil:
		return merge.File{}, false, fmt.Errorf("read %s: %w", at, err)
	case info.IsDir():
		return merge.File{Dir: true}, true, nil
	case info.Mode()&fs.ModeSymlink != 0:
		link, err := p.root.Readlink(at)
		return merge.File{Link: link}, true, err
	case !info.Mode().IsRegular():
		return merge.File{}, false, fmt.Errorf("read %s: it is no file, folder or link", at)
	}
	body, err := p.root.ReadFile(at)
	if err != nil {
		return merge.File{}, false, fmt.Errorf("read %s: %w", at, err)
	}
	return merge.File{Body: body, Mode: info.Mode().Perm()}, true, nil
}

// A Place is a line of a file, counted from 1.
type Place struct {
	Path string
	Line int
}

func (p Place) String() string { return p.Path + ":" + strconv.Itoa(p.Line) }

// Conflicts lists where a conflict that was left in a file is not resolved.
func (p *Project) Conflicts() ([]Place, error) {
	if p.Lock == nil {
		return nil, nil
	}
	var places []Place
	for _, record := range p.Lock.Files {
		at := record.Path
		if record.At != "" {
			at = record.At
		}
		file, there, err := p.read(at)
		if err != nil {
			return nil, err
		}
		if !there {
			continue
		}
		if line, marked := merge.Marked(file.Body); marked {
			places = append(places, Place{at, line})
		}
	}
	return places, nil
}

// LockText is the lock as it was read; nil: there is none.
func (p *Project) LockText() []byte { return p.lockText }

// FS gives the project's files to read.
func (p *Project) FS() fs.FS { return p.root.FS() }

// Clean removes what generated code a program has left behind in the
// repository at dir: files below folder with one of the suffixes that keep does
// not name.
func Clean(dir, folder string, suffixes []string, keep map[string][]byte) (err error) {
	d, err := openDisk(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.root.Close()) }()
	if err := d.direct(folder + "/"); err != nil {
		return fmt.Errorf("clean %s: %w", folder, err)
	}
	var stale []string
	err = fs.WalkDir(d.root.FS(), folder, func(at string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		_, made := keep[at]
		if !made && slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(at, s) }) {
			stale = append(stale, at)
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("clean %s: %w", folder, err)
	}
	for _, at := range stale {
		if err := d.remove(at); err != nil {
			return fmt.Errorf("remove %s: %w", at, err)
		}
		d.removeEmpty(path.Dir(at))
	}
	return nil
}
