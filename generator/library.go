package generator

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/cloudforet-io/spacegen/generator/overlay"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A Library is all that generators are made of: the templates of spacegen, and where
// those that are laid over them are kept.
type Library struct {
	FS      fs.FS  // the template sets of spacegen, one folder each
	Version string // of the binary
	Store   overlay.Store
}

// For makes a generator for the repository that dir lies in, with the templates that its
// spacegen.yaml lays over those of spacegen. moves are changes of these: NAME@VERSION of
// one that is there, or a source, whose folder is as seen from the working directory.
// Outside of a repository there are none.
func (l Library) For(ctx context.Context, dir string, moves ...string) (*Generator, error) {
	root, err := repository.FindRoot(dir)
	if err != nil {
		return New(l.FS, l.Version) // whatever is wanted of the repository says why there is none
	}
	have, pins, err := repository.Overlays(root)
	if err != nil {
		return nil, err
	}
	wanted := make([]overlay.Wanted, len(have))
	for i, o := range have {
		wanted[i] = overlay.Wanted{Overlay: o, Pin: pins[o]}
	}
	for _, move := range moves {
		if wanted, err = moved(wanted, move, root); err != nil {
			return nil, err
		}
	}
	g, err := l.With(ctx, root, wanted)
	if err != nil {
		return nil, err
	}
	g.Adopt = spec.SetOverlays(g.overlays())
	return g, nil
}

// With makes a generator with templates laid over those of spacegen, in their order. One
// without a name has the one that it gives itself. Folders are as seen from root.
func (l Library) With(ctx context.Context, root string, wanted []overlay.Wanted) (*Generator, error) {
	var over []render.Overlay
	var pins []overlay.Pin
	for _, want := range wanted {
		o, err := l.Store.Open(ctx, root, want)
		if err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(pins, func(p overlay.Pin) bool { return p.Name == o.Name }); i >= 0 {
			return nil, fmt.Errorf("the overlays from %s and from %s are both called %s; give each its own name in %s", pins[i].From, o.From, o.Name, spec.FileName)
		}
		over, pins = append(over, render.Overlay{Name: o.Name, Manifest: o.Manifest, Files: o.Files}), append(pins, o.Pin())
	}
	g, err := New(l.FS, l.Version, over...)
	if err != nil {
		return nil, err
	}
	g.Overlays = pins
	return g, nil
}

// Named are sources as somebody wrote them, to be laid over in their order. A folder is
// as seen from the working directory.
func Named(sources []string) ([]overlay.Wanted, error) {
	var wanted []overlay.Wanted
	for _, source := range sources {
		r, err := written(source)
		if err != nil {
			return nil, err
		}
		wanted = append(wanted, overlay.Wanted{Overlay: spec.Overlay{From: r.Source()}, Fresh: true})
	}
	return wanted, nil
}

// A SourceError is about a source of templates that somebody wrote.
type SourceError struct{ err error }

func (e *SourceError) Error() string { return e.err.Error() }

// Unwrap gives the reason.
func (e *SourceError) Unwrap() error { return e.err }

// written takes a source apart as somebody wrote it, who may leave out the dot before a
// folder.
func written(source string) (spec.Reference, error) {
	if !strings.ContainsAny(source, "@:") && !filepath.IsAbs(source) && !strings.HasPrefix(source, ".") {
		source = "./" + filepath.ToSlash(source)
	}
	r, err := spec.Source(source).Parse()
	if err != nil {
		return r, &SourceError{err}
	}
	if r.Kind != spec.FolderSource {
		return r, nil
	}
	entries, err := os.ReadDir(r.Location)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = &SourceError{fmt.Errorf("there is no folder %s", r.Location)}
	case errors.Is(err, syscall.ENOTDIR):
		err = &SourceError{fmt.Errorf("%s is no folder", r.Location)}
	case err == nil && len(entries) == 0:
		err = &SourceError{fmt.Errorf("%s is empty; write templates there by 'spacegen templates export', and keep those that you change", r.Location)}
	}
	return r, err
}

// NameVersion takes NAME@VERSION apart, by which an overlay is brought to another version.
// It is not ok where a source is meant.
func NameVersion(move string) (name, version string, ok bool) {
	name, version, ok = strings.Cut(move, "@")
	return name, version, ok && !strings.ContainsAny(name, "./:")
}

// moved changes what is wanted: NAME@VERSION brings an overlay to another version, and a
// source takes the place of the one from there, or comes last.
func moved(wanted []overlay.Wanted, move, root string) ([]overlay.Wanted, error) {
	if name, version, ok := NameVersion(move); ok {
		i := slices.IndexFunc(wanted, func(w overlay.Wanted) bool { return w.Name == name })
		if i < 0 {
			return nil, &SourceError{fmt.Errorf("%s has no overlay called %s; %s", spec.FileName, name, known(wanted))}
		}
		r, err := wanted[i].From.Parse()
		if err == nil && !r.Pinned() {
			err = fmt.Errorf("the overlay %s is a folder, %s, which has no versions", name, wanted[i].From)
		}
		r.Version = version
		if err == nil {
			r, err = r.Source().Parse()
		}
		if err != nil {
			return nil, &SourceError{err}
		}
		wanted[i] = overlay.Wanted{Overlay: spec.Overlay{Name: name, From: r.Source()}, Fresh: true}
		return wanted, nil
	}
	r, err := written(move)
	if err != nil {
		return nil, err
	}
	if r, err = movedTo(root, r); err != nil {
		return nil, err
	}
	want := overlay.Wanted{Overlay: spec.Overlay{From: r.Source()}, Fresh: true}
	for i, w := range wanted {
		if was, err := w.From.Parse(); err == nil && was.Kind == r.Kind && was.Location == r.Location && was.Inside == r.Inside {
			want.Name = w.Name
			wanted[i] = want
			return wanted, nil
		}
	}
	return append(wanted, want), nil
}

func known(wanted []overlay.Wanted) string {
	var names []string
	for _, w := range wanted {
		names = append(names, w.Name)
	}
	if len(names) == 0 {
		return "it has none; name a source, as in --templates git+https://example.com/templates@v1.3.0"
	}
	return "it has " + strings.Join(names, ", ")
}

// seenFrom gives a folder as a repository at root writes it.
func seenFrom(root, folder string) (string, error) {
	from, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	to, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	seen, err := filepath.Rel(from, to)
	if err != nil {
		return "", fmt.Errorf("there is no way from %s to the templates in %s that every machine has: %w", root, folder, err)
	}
	if seen = filepath.ToSlash(seen); !strings.HasPrefix(seen, ".") {
		seen = "./" + seen
	}
	return seen, nil
}

// movedTo gives a reference as a repository at root writes it, of one whose folder is as
// seen from the working directory.
func movedTo(root string, r spec.Reference) (_ spec.Reference, err error) {
	if r.Kind == spec.FolderSource {
		r.Location, err = seenFrom(root, r.Location)
	}
	return r, err
}

// overlays are what spacegen.yaml says of the overlays.
func (g *Generator) overlays() []spec.Overlay {
	var all []spec.Overlay
	for _, pin := range g.Overlays {
		all = append(all, pin.Overlay)
	}
	return all
}

// In gives the generator for a new repository at dir, whose Spec then names the overlays:
// folders that were as seen from the working directory are as seen from there.
func (g *Generator) In(dir string, s *spec.Spec) (*Generator, error) {
	there := *g
	there.Overlays = slices.Clone(g.Overlays)
	for i := range there.Overlays {
		r, err := there.Overlays[i].From.Parse()
		if err != nil {
			return nil, err
		}
		if r, err = movedTo(dir, r); err != nil {
			return nil, err
		}
		there.Overlays[i].From = r.Source()
	}
	s.Templates = there.overlays()
	return &there, nil
}

// Beside gives what a Spec that will stand in dir lays over, as seen from the working
// directory.
func Beside(dir string, overlays []spec.Overlay) ([]overlay.Wanted, error) {
	var wanted []overlay.Wanted
	for _, o := range overlays {
		r, err := o.From.Parse()
		if err != nil {
			return nil, err
		}
		if r.Kind == spec.FolderSource {
			r.Location = filepath.Join(dir, filepath.FromSlash(r.Location))
		}
		if r, err = movedTo(".", r); err != nil {
			return nil, err
		}
		wanted = append(wanted, overlay.Wanted{Overlay: spec.Overlay{Name: o.Name, From: r.Source()}})
	}
	return wanted, nil
}
