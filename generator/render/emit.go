package render

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"
)

// A draft is a file that an entry emits, before it stands in the tree.
type draft struct {
	set       *Set
	entry     *entry
	view      *View
	to        string
	body      []byte
	formatted bool  // or nothing to format
	invalid   error // why the Go is none
}

// emit renders the entries that are wanted. Templates are executed one after another, the
// Go files that they make formatted side by side.
func emit(view *View, tree Tree, sets []*Set, wanted func(*entry) bool) error {
	var made []*draft
	var errs []error
	for _, set := range sets {
		for i := range set.entries {
			if e := &set.entries[i]; wanted(e) {
				drafts, err := set.execute(e, view)
				made, errs = append(made, drafts...), append(errs, err)
			}
		}
	}
	var formatting errgroup.Group
	formatting.SetLimit(runtime.GOMAXPROCS(0))
	for _, d := range made {
		if !d.formatted {
			formatting.Go(func() error {
				d.body, d.invalid = formatGo(d.body, d.view.Module)
				return nil
			})
		}
	}
	_ = formatting.Wait() // each keeps what is wrong with it
	for _, d := range made {
		errs = append(errs, d.emit(tree))
	}
	return errors.Join(errs...)
}

// execute has one entry of the table make its files, once or for each of its items.
func (set *Set) execute(e *entry, view *View) (made []*draft, err error) {
	for _, item := range view.items(e.Each) {
		drafts, err := set.executeOne(e, item)
		if made = append(made, drafts...); err != nil {
			return made, err
		}
	}
	return made, nil
}

func (set *Set) executeOne(e *entry, view *View) ([]*draft, error) {
	if e.when != nil {
		wanted, err := execute(e.when, view)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.at, err)
		}
		if len(wanted) == 0 {
			return nil, nil
		}
	}
	to := e.Path
	if e.path != nil {
		target, err := execute(e.path, view)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.at, err)
		}
		to = string(target)
	}
	if err := view.number(e, to); err != nil {
		return nil, err
	}
	if e.Copy != "" {
		return set.copies(e, view, to)
	}
	program, err := e.body()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.at, err)
	}
	body, err := execute(program, view)
	if err != nil {
		return nil, fmt.Errorf("render %s: %w", to, err)
	}
	set.watch.emits(e, to, program.Name(), body)
	if err := view.budget.take(body); err != nil {
		return nil, fmt.Errorf("%s: %w", e.at, err)
	}
	return []*draft{{set: set, entry: e, view: view, to: to, body: body, formatted: path.Ext(to) != ".go"}}, nil
}

// copies are a file, or all files of a folder but the templates, as they are; in Go files
// the import path of this module becomes that of the emitted one.
func (set *Set) copies(e *entry, view *View, to string) (made []*draft, err error) {
	err = fs.WalkDir(set.fsys, e.Copy, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(p) == ".tmpl" {
			return err
		}
		body, err := fs.ReadFile(set.fsys, p)
		if err != nil {
			return err
		}
		if path.Ext(p) == ".go" {
			body = bytes.ReplaceAll(body, []byte(sourcePath+set.Name+"/"), []byte(view.Module+"/"))
		}
		if err := view.budget.take(body); err != nil {
			return fmt.Errorf("%s: %w", e.at, err)
		}
		at := path.Join(to, strings.TrimPrefix(p, e.Copy))
		set.watch.emits(e, at, set.origin(p), body)
		made = append(made, &draft{set: set, entry: e, view: view, to: at, body: body, formatted: true})
		return nil
	})
	return made, err
}

// emit puts the file into the tree, a Go file with the header of its set.
func (d *draft) emit(tree Tree) (err error) {
	if d.invalid != nil {
		return d.set.watch.invalid(d.entry, d.to, d.invalid)
	}
	if path.Ext(d.to) == ".go" {
		if d.body, err = d.set.headed(d.body, d.view); err != nil {
			return fmt.Errorf("render %s: %w", d.to, err)
		}
	}
	return tree.add(d.to, d.body, d.entry)
}

func (t Tree) add(to string, body []byte, e *entry) error {
	if !fs.ValidPath(to) || to == "." {
		return fmt.Errorf("render %s: the path leads out of the repository", to)
	}
	for i, name := range strings.Split(strings.ToLower(to), "/") {
		if name == ".git" || i == 0 && name == ".spacegen" {
			return fmt.Errorf("render %s: no template writes into %s", to, name)
		}
	}
	if _, taken := t[to]; taken {
		return fmt.Errorf("render %s: two entries emit this path, and the condition of both holds; the second stands at %s", to, e.at)
	}
	t[to] = File{Body: body, Mode: fs.FileMode(e.Mode), Owner: e.Owner}
	return nil
}
