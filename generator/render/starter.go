package render

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"strings"
)

// Begin gives the files by which a repository begins beyond what is rendered,
// as if a person had written them at once: those of a starter, and the go.mod
// and go.sum that they ask for.
func (r *Rendering) Begin() (Tree, error) {
	view, tree, begun := r.view, r.Tree, maps.Clone(r.begun)
	if len(begun) == 0 {
		return begun, nil
	}
	whole := maps.Clone(tree)
	maps.Copy(whole, begun)
	for _, set := range r.sets {
		if err := addModules(whole, view, set); err != nil {
			return nil, err
		}
	}
	for _, at := range []string{"go.mod", "go.sum"} {
		if file, ok := whole[at]; ok && string(file.Body) != string(tree[at].Body) {
			begun[at] = file
		}
	}
	return begun, nil
}

// begin gives a starter's files. One that ends in .tmpl is a template over the view;
// any other is taken as it is. tree is what is rendered.
func begin(view *View, starter fs.FS, tree Tree) (Tree, error) {
	begun := Tree{}
	if starter == nil {
		return begun, nil
	}
	err := fs.WalkDir(starter, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return begun.begin(view, starter, p, tree)
	})
	return begun, err
}

// begin adds one file of a starter.
func (t Tree) begin(view *View, starter fs.FS, p string, tree Tree) error {
	body, err := fs.ReadFile(starter, p)
	if err != nil {
		return fmt.Errorf("read %s of the starter: %w", p, err)
	}
	at, isTemplate := strings.CutSuffix(p, ".tmpl")
	if isTemplate {
		name, err := parse("path", at)
		if err != nil {
			return fmt.Errorf("%s of the starter: %w", p, err)
		}
		to, err := execute(name, view)
		if err != nil {
			return fmt.Errorf("%s of the starter: %w", p, err)
		}
		at = string(to)
		tmpl, err := parse(p, string(body))
		if err != nil {
			return fmt.Errorf("%s of the starter: %w", p, err)
		}
		if err := errors.Join(name.checkAlways("a starter"), tmpl.checkAlways("a starter")); err != nil {
			return fmt.Errorf("%s of the starter: %w", p, err)
		}
		if body, err = execute(tmpl, view); err != nil {
			return fmt.Errorf("render %s: %w", at, err)
		}
		if path.Ext(at) == ".go" {
			if body, err = formatGo(body, view.Module); err != nil {
				return fmt.Errorf("render %s: %s of the starter is no valid Go: %w", at, p, err)
			}
		}
	}
	old, rendered := tree[at]
	if rendered && old.Owner == Generated {
		return fmt.Errorf("render %s: %w", at, errGenerated)
	}
	mode := fs.FileMode(0o644)
	if rendered {
		mode = old.Mode
	} else if path.Ext(at) == ".sh" {
		mode = 0o755
	}
	return t.add(at, body, &entry{Mode: uint32(mode), Owner: Managed})
}

var errGenerated = errors.New("a starter's file can't stand where a generated one is")
