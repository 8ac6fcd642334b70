package overlay

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A Workshop is the folder in which somebody writes an overlay, and the templates of
// spacegen that it is laid over.
type Workshop struct {
	Dir     string
	Under   fs.FS  // the template sets of spacegen
	Version string // of spacegen
}

// Override copies templates of spacegen into the overlay, to be changed there, each with
// its base: what it was made of. Where only the base is wanted, the overlay has them
// already. Of an error nothing is written.
func (w Workshop) Override(templates []string, onlyBase bool) error {
	var errs []error
	files := map[string][]byte{}
	for _, at := range templates {
		body, err := fs.ReadFile(w.Under, at)
		if err != nil || path.Base(at) == "files.yaml" {
			errs = append(errs, w.unknown(at))
			continue
		}
		_, err = os.Lstat(filepath.Join(w.Dir, filepath.FromSlash(at)))
		switch there := !errors.Is(err, fs.ErrNotExist); {
		case there && !onlyBase:
			errs = append(errs, fmt.Errorf("the overlay has %s already; change it there, or say --base-only if it was made of spacegen %s and has no base", at, w.Version))
			continue
		case !there && onlyBase:
			errs = append(errs, fmt.Errorf("the overlay has no %s whose base could be written", at))
			continue
		case !there:
			files[at] = body
		}
		files[path.Join(render.BaseFolder, at)] = body
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return w.write(files)
}

// unknown says that there is no template of a name.
func (w Workshop) unknown(at string) error {
	if path.Base(at) == "files.yaml" {
		return fmt.Errorf("%s is no template: entries of an overlay's own files.yaml are laid over spacegen's, by their path and key by key", at)
	}
	var names []string
	_ = fs.WalkDir(w.Under, ".", func(p string, d fs.DirEntry, err error) error { //nolint:errcheck // an embedded folder
		if err == nil && !d.IsDir() {
			names = append(names, p)
		}
		return nil
	})
	fix := "'spacegen templates list' shows those there are"
	if near := spec.Closest(at, names); near != "" {
		fix = fmt.Sprintf("did you mean %s?", near)
	}
	return fmt.Errorf("spacegen has no template %s; %s", at, fix)
}

// write writes files into the overlay's folder, each at once.
func (w Workshop) write(files map[string][]byte) error {
	if err := os.MkdirAll(w.Dir, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(w.Dir)
	if err != nil {
		return err
	}
	defer root.Close() //nolint:errcheck // each file is closed when it is written
	for at, body := range files {
		if err := root.MkdirAll(path.Dir(at), 0o755); err != nil {
			return err
		}
		coming := path.Join(path.Dir(at), ".coming-"+path.Base(at))
		if err := root.WriteFile(coming, body, 0o644); err != nil {
			return err
		}
		if err := root.Rename(coming, at); err != nil {
			return err
		}
	}
	return nil
}

// read reads the overlay's files.
func (w Workshop) read() (map[string][]byte, error) {
	root, err := os.OpenRoot(w.Dir)
	if err != nil {
		return nil, fmt.Errorf("open the overlay in %s: %w", w.Dir, err)
	}
	defer root.Close() //nolint:errcheck // it is only read
	files, err := read(root.FS())
	if err != nil {
		return nil, fmt.Errorf("read the overlay in %s: %w", w.Dir, err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("read the overlay in %s: %w", w.Dir, errEmpty)
	}
	return files, nil
}

// An Override is a template of spacegen that the overlay has in another form.
type Override struct {
	Path string
	Base []byte // what it was made of; nil: nobody knows
	Ours []byte
	Now  []byte // what spacegen has; nil: nothing of the name
}

// Overrides lists the templates that the overlay has in another form.
func (w Workshop) Overrides() ([]Override, error) {
	files, err := w.read()
	if err != nil {
		return nil, err
	}
	var all []Override
	for at, ours := range files {
		if strings.HasPrefix(at, render.BaseFolder+"/") || path.Base(at) == "files.yaml" {
			continue
		}
		o := Override{Path: at, Ours: ours}
		o.Base = files[path.Join(render.BaseFolder, at)]
		if o.Now, err = fs.ReadFile(w.Under, at); err != nil {
			o.Now = nil
		}
		if o.Base != nil || o.Now != nil {
			all = append(all, o)
		}
	}
	slices.SortFunc(all, func(a, b Override) int { return strings.Compare(a.Path, b.Path) })
	return all, nil
}

// Update brings the overlay's templates together with what spacegen's have become since,
// three ways, and makes these their bases. One without a base is left alone, and said.
func (w Workshop) Update(ctx context.Context, dryRun bool) (*merge.Plan, []string, error) {
	overrides, err := w.Overrides()
	if err != nil {
		return nil, nil, err
	}
	in := merge.Input{Records: map[string]merge.Record{}, Ours: map[string]merge.File{}, Theirs: render.Tree{}, Old: "spacegen before (base)", New: "spacegen " + w.Version}
	var notes []string
	for _, o := range overrides {
		if line, marked := merge.Marked(o.Ours); marked {
			return nil, nil, fmt.Errorf("%s:%d: a conflict is left here; decide it first", o.Path, line)
		}
		if o.Base == nil {
			notes = append(notes, fmt.Sprintf("%s has no base, so that nobody knows what is yours in it; if it was made of spacegen %s, say so by 'spacegen templates override --base-only %s'", o.Path, w.Version, o.Path))
			continue
		}
		in.Records[o.Path] = merge.Record{Owner: render.Managed, Mode: 0o644, Hash: merge.Hash(o.Base), Base: o.Base}
		in.Ours[o.Path] = merge.File{Body: o.Ours, Mode: 0o644}
		if o.Now != nil {
			in.Theirs[o.Path] = render.File{Body: o.Now, Mode: 0o644, Owner: render.Managed}
		}
	}
	plan, err := merge.Run(ctx, in)
	if err != nil || dryRun {
		return plan, notes, err
	}
	files, gone := map[string][]byte{}, []string{}
	for _, c := range plan.Changes {
		if c.Write {
			files[c.Path] = c.Body
		}
		if c.Action == merge.Delete {
			gone = append(gone, c.Path, path.Join(render.BaseFolder, c.Path))
		}
	}
	for at := range in.Theirs {
		files[path.Join(render.BaseFolder, at)] = in.Theirs[at].Body
	}
	if err := w.write(files); err != nil {
		return nil, nil, err
	}
	for _, at := range gone {
		if err := os.Remove(filepath.Join(w.Dir, filepath.FromSlash(at))); err != nil {
			return nil, nil, err
		}
	}
	return plan, notes, nil
}
