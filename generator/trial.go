package generator

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/overlay"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/generator/trial"
)

// Trial opens the overlay in a folder to be tried.
func (l Library) Trial(ctx context.Context, dir string) (o trial.Overlay, err error) {
	if err := l.holdsOverlay(dir); err != nil {
		return o, err
	}
	opened, err := l.Store.Open(ctx, dir, overlay.Wanted{Overlay: spec.Overlay{From: "."}})
	if err != nil {
		return o, err
	}
	if opened.Manifest.Name == "" {
		whole, err := filepath.Abs(dir)
		if err != nil {
			return o, err
		}
		opened.Name = spec.Reference{Location: filepath.ToSlash(whole)}.Name()
	}
	base, err := New(l.FS, l.Version)
	if err != nil {
		return o, err
	}
	laid, err := New(l.FS, l.Version, render.Overlay{Name: opened.Name, Manifest: opened.Manifest, Files: opened.Files})
	if err != nil {
		return o, err
	}
	o = trial.Overlay{Dir: dir, Pin: opened.Pin(), Manifest: opened.Manifest, Base: base.Release.Sets, Laid: laid.Release.Sets}
	o.More, err = laid.examples(opened)
	return o, err
}

// holdsOverlay refuses a folder that is no overlay, before all of it is read.
func (l Library) holdsOverlay(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("open the overlay in %s: %w", dir, err)
	}
	for _, e := range entries {
		if e.Name() == render.ManifestName {
			return nil
		}
		if _, err := fs.Stat(l.FS, e.Name()); err == nil && e.IsDir() {
			return nil
		}
	}
	return fmt.Errorf("%s is no overlay: it has no %s, and no folder that is called as a template set; name the folder of one, or begin one by 'spacegen templates new NAME'", dir, render.ManifestName)
}

// examples are the Specs of starters: one has an API of its own, the others are those
// that an overlay brings.
func (g *Generator) examples(o *overlay.Overlay) ([]trial.Case, error) {
	names, err := g.Starters()
	if err != nil {
		return nil, err
	}
	var cases []trial.Case
	for _, name := range names {
		own := false
		for at := range o.Files {
			own = own || strings.HasPrefix(at, render.StarterFolder+"/"+name+"/")
		}
		if !own && name != "inventory" {
			continue
		}
		st, err := g.Starter(name)
		if err != nil {
			return nil, err
		}
		s, err := st.Spec("demo")
		if err != nil {
			return nil, err
		}
		s.Module = "example.com/team/demo"
		cases = append(cases, trial.Case{Name: "starter " + name, Spec: spec.Defaults(s), Input: st.Own, Wide: own})
	}
	return cases, nil
}
