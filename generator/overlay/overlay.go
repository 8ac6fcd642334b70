// Package overlay brings templates that are laid over those of spacegen: a team's own.
// They come from a folder, a git repository, a Go module or an OCI artifact, are kept in
// the user's cache, and are there offline afterwards.
package overlay

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/progress"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// An Overlay is templates as they were found.
type Overlay struct {
	spec.Overlay

	Revision string // the commit or digest that a version stood for; "" of a folder, and of a module
	Digest   string // sha256:… of all its files
	Manifest render.Manifest
	Files    map[string][]byte // by their slash-separated paths; template sets, one folder each
}

// A Pin is what a repository was rendered with last.
type Pin struct {
	spec.Overlay `yaml:",inline"`

	Revision string `yaml:"revision,omitempty"` // see Overlay
	Digest   string `yaml:"digest"`
}

var (
	revisionName = regexp.MustCompile(`^(sha256:)?[0-9a-f]{40,64}$`)
	digestName   = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
)

// String names the overlay and says what it is.
func (p Pin) String() string { return p.Name + " " + p.State() }

// State says where the overlay comes from, and what it was there.
func (p Pin) State() string { return fmt.Sprintf("%s (%s)", p.From, short(p.Revision, p.Digest)) }

// Check says what a pin cannot be: a lock is read like any other input.
func (p Pin) Check() error {
	switch {
	case !digestName.MatchString(p.Digest):
		return fmt.Errorf("%q is no digest", p.Digest)
	case p.Revision != "" && !revisionName.MatchString(p.Revision):
		return fmt.Errorf("%q is no revision", p.Revision)
	}
	_, err := p.From.Parse()
	return err
}

// Pin is what a lock records of an overlay.
func (o *Overlay) Pin() Pin { return Pin{Overlay: o.Overlay, Revision: o.Revision, Digest: o.Digest} }

// A Store keeps fetched templates in a folder.
type Store struct {
	Dir      string
	Progress progress.Func // told what is fetched; nil: nobody is
}

// UserStore is the store in the cache of whoever runs this, or in the folder that the
// environment names.
func UserStore(tell progress.Func) (Store, error) {
	if dir := os.Getenv("SPACEGEN_TEMPLATES_CACHE"); dir != "" {
		return Store{dir, tell}, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return Store{}, fmt.Errorf("find a cache for templates: %w; name a folder in SPACEGEN_TEMPLATES_CACHE", err)
	}
	return Store{filepath.Join(cache, "spacegen", "templates"), tell}, nil
}

// Wanted is an overlay that is to be opened.
type Wanted struct {
	spec.Overlay

	Pin   *Pin // what it has to be, unless it is a folder; nil: whatever it is
	Fresh bool // ask where it comes from, though the store may have it
}

// Open opens an overlay. Folders are as seen from root.
func (s Store) Open(ctx context.Context, root string, want Wanted) (*Overlay, error) {
	opened, err := s.open(ctx, root, want)
	if err != nil {
		return nil, &UnavailableError{Overlay: want.Overlay, Err: err}
	}
	return opened, nil
}

// An UnavailableError means that an overlay could not be had. Nothing is rendered
// without it: that would take back what it brought.
type UnavailableError struct {
	Overlay spec.Overlay
	Err     error
}

func (e *UnavailableError) Error() string {
	return fmt.Sprintf("the overlay %s is not available, and nothing was changed: %v", named(e.Overlay), e.Err)
}

func named(o spec.Overlay) string {
	if o.Name == "" {
		return string(o.From)
	}
	return fmt.Sprintf("%s (%s)", o.Name, o.From)
}

// Unwrap gives the reason.
func (e *UnavailableError) Unwrap() error { return e.Err }

func (s Store) open(ctx context.Context, root string, want Wanted) (*Overlay, error) {
	o, pin := want.Overlay, want.Pin
	r, err := o.From.Parse()
	if err != nil {
		return nil, err
	}
	if r.Kind == spec.FolderSource {
		return openFolder(ctx, root, o, r.Location)
	}
	was := ""
	if pin != nil {
		was = pin.Revision
	}
	revision, dir, err := s.kept(ctx, r, was, want.Fresh)
	if err != nil {
		return nil, err
	}
	folder, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer folder.Close() //nolint:errcheck // it is only read
	opened, err := load(o, folder)
	if err != nil {
		return nil, err
	}
	opened.Revision = revision
	if pin != nil && (pin.Digest != opened.Digest || pin.Revision != revision) {
		return nil, fmt.Errorf("%s is no longer what this repository was rendered with (it was %s, and is %s): somebody has moved the version; if that is right, take it by 'spacegen update --templates %s'",
			o.From, short(pin.Revision, pin.Digest), short(revision, opened.Digest), o.Name+"@"+r.Version)
	}
	return opened, nil
}

// short names a state of templates for a reader.
func short(revision, digest string) string {
	if revision == "" {
		revision = digest
	}
	revision = strings.TrimPrefix(revision, "sha256:")
	return revision[:min(12, len(revision))]
}

// load reads a folder's templates into memory: a link that leads out of it is an error.
func load(o spec.Overlay, folder *os.Root) (*Overlay, error) {
	files, err := read(folder.FS())
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, errEmpty
	}
	for _, at := range slices.Sorted(maps.Keys(files)) {
		if line, marked := merge.Marked(files[at]); marked {
			return nil, fmt.Errorf("%s:%d: a conflict is left here; decide it first", at, line)
		}
	}
	opened := &Overlay{Overlay: o, Digest: digest(files), Files: files}
	if opened.Manifest, err = render.ReadManifest(files[render.ManifestName]); err != nil {
		return nil, err
	}
	if opened.Name == "" {
		opened.Name = opened.Manifest.Name
	}
	if r, err := o.From.Parse(); err == nil && opened.Name == "" {
		opened.Name = r.Name()
	}
	return opened, nil
}

var errEmpty = errors.New("it holds no templates")

// beside are folders that an overlay's repository may have, and that are no templates.
var beside = []string{"docs", "testdata"}

// What an overlay may hold.
const (
	maxBytes = 64 << 20
	maxFiles = 10_000
)

// read reads what belongs to an overlay: what lies in its folders, and its manifest.
// Folders and files that begin with a dot are no part of it, but for the bases.
func read(fsys fs.FS) (map[string][]byte, error) {
	files, size := map[string][]byte{}, 0
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		top := !strings.Contains(p, "/")
		switch {
		case d.IsDir() && top && p != "." && p != render.BaseFolder && (strings.HasPrefix(p, ".") || slices.Contains(beside, p)):
			return fs.SkipDir
		case d.IsDir(), top && p != render.ManifestName:
			return nil
		}
		if info, err := fs.Stat(fsys, p); err != nil {
			return err
		} else if !info.Mode().IsRegular() {
			return fmt.Errorf("%s is no file", p)
		}
		body, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		if len(files) == maxFiles {
			return fmt.Errorf("it holds more than %d files", maxFiles)
		}
		if size += len(body); size > maxBytes {
			return fmt.Errorf("it holds more than %d bytes", maxBytes)
		}
		files[p] = body
		return nil
	})
	return files, err
}

// digest sums files up, by their paths.
func digest(files map[string][]byte) string {
	hash := sha256.New()
	for _, at := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(hash, "%s\x00%d\x00%s", at, len(files[at]), files[at])
	}
	return "sha256:" + hex.EncodeToString(hash.Sum(nil))
}

// openFolder opens templates where they stand.
func openFolder(ctx context.Context, root string, o spec.Overlay, at string) (*Overlay, error) {
	folder, err := rootOf(root, at)
	if err == nil {
		defer folder.Close() //nolint:errcheck // it is only read
		var opened *Overlay
		if opened, err = load(o, folder); err == nil {
			return opened, nil
		}
	}
	switch {
	case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errEmpty):
		return nil, err
	case submodule(ctx, filepath.Join(root, filepath.FromSlash(at))):
		return nil, fmt.Errorf("%s is a submodule that is not checked out; fetch it by 'git submodule update --init -- %s'", at, at)
	case errors.Is(err, errEmpty):
		return nil, fmt.Errorf("%w; restore them or, if the overlay should go, take it out of templates in %s", err, spec.FileName)
	}
	return nil, fmt.Errorf("there is no folder %s; restore it or, if the overlay should go, take it out of templates in %s", at, spec.FileName)
}

// rootOf opens a folder as seen from a repository. One inside may be somebody else's, so
// that no link in its path leads out of the repository.
func rootOf(root, at string) (*os.Root, error) {
	if filepath.IsAbs(at) {
		return os.OpenRoot(at)
	}
	if !fs.ValidPath(path.Clean(at)) {
		return os.OpenRoot(filepath.Join(root, filepath.FromSlash(at)))
	}
	repository, err := os.OpenRoot(root)
	if err != nil {
		return nil, err
	}
	defer repository.Close() //nolint:errcheck // it is only read
	return repository.OpenRoot(path.Clean(at))
}
