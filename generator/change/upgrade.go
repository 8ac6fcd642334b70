package change

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// An Upgrade is what an update does before it merges, where a new version of
// a template set asks for more of a repository than new templates can say: a
// change of its Spec, or of files that people wrote.
type Upgrade struct {
	Set    string // the template set
	Before string // runs once, on repositories whose set is older than this version
	What   string // for the report
	Spec   func(*spec.File) error
	File   func(at string, body []byte) []byte // gives body itself where there is nothing to do
}

// Upgrades are all there are, oldest first.
func Upgrades() []Upgrade {
	return []Upgrade{
		{Set: "service", Before: "v1.1.0", What: "config.Defaults became a function", File: callDefaults},
	}
}

// due gives the upgrades that a repository has not been through.
func (r *Release) due(lock *repository.Lock) []Upgrade {
	if lock == nil {
		return nil
	}
	var due []Upgrade
	for _, m := range r.Upgrades {
		if semver.Compare(lock.Templates.Version(m.Set), m.Before) < 0 && semver.Compare(m.Before, repository.Templates(r.Sets).Version(m.Set)) <= 0 {
			due = append(due, m)
		}
	}
	return due
}

// rewrites reports whether upgrades change files that people wrote.
func rewrites(due []Upgrade) bool {
	return slices.ContainsFunc(due, func(u Upgrade) bool { return u.File != nil })
}

// chain edits a Spec by upgrades, then by edits.
func chain(due []Upgrade, edits ...spec.Edit) spec.Edit {
	return func(f *spec.File) error {
		for _, m := range due {
			if m.Spec == nil {
				continue
			}
			if err := m.Spec(f); err != nil {
				return err
			}
		}
		for _, edit := range edits {
			if edit == nil {
				continue
			}
			if err := edit(f); err != nil {
				return err
			}
		}
		return nil
	}
}

// upgraded are the files that upgrades changed, by path on disk.
type upgraded map[string]upgradedFile

type upgradedFile struct {
	merge.File
	note string
	was  []byte // what stands there; nil: edits that are not committed are no matter
}

// upgrade brings base and ours, and every other file of people's, to where the
// templates now are, so that the merge sees no difference in what upgrades
// did. It changes records and ours.
func upgrade(fsys fs.FS, due []Upgrade, records map[string]merge.Record, ours map[string]merge.File) (upgraded, error) {
	due = slices.DeleteFunc(slices.Clone(due), func(u Upgrade) bool { return u.File == nil })
	done := upgraded{}
	if len(due) == 0 {
		return done, nil
	}
	generated := map[string]bool{}
	for at, record := range records {
		generated[at] = record.Owner == render.Generated
		if record.Base != nil {
			record.Base, _ = through(due, at, record.Base)
			records[at] = record
		}
	}
	change := func(at string, file merge.File) {
		body, note := through(due, at, file.Body)
		if note == "" || generated[at] || file.Link != "" || file.Dir {
			return
		}
		file.Body = body
		done[at] = upgradedFile{File: file, note: note}
		if _, known := ours[at]; known {
			ours[at] = file
		}
	}
	for _, at := range slices.Sorted(maps.Keys(ours)) {
		change(at, ours[at])
	}
	err := fs.WalkDir(fsys, ".", func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); at != "." && (strings.HasPrefix(name, ".") || name == "gen" || name == "vendor" || name == "node_modules") {
				return fs.SkipDir
			}
			return nil
		}
		if _, known := ours[at]; known || !d.Type().IsRegular() {
			return nil
		}
		body, err := fs.ReadFile(fsys, at)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		change(at, merge.File{Body: body, Mode: info.Mode().Perm()})
		return nil
	})
	return done, err
}

// through gives a file as upgrades leave it, and what they did.
func through(due []Upgrade, at string, body []byte) (out []byte, note string) {
	for _, m := range due {
		if next := m.File(at, body); !bytes.Equal(next, body) {
			body, note = next, m.What
		}
	}
	return body, note
}

// into writes what upgrades changed and the merge has no change of: there it
// took the file for what stands on disk.
func (files upgraded) into(plan *merge.Plan) {
	for _, at := range slices.Sorted(maps.Keys(files)) {
		file := files[at]
		i := slices.IndexFunc(plan.Changes, func(c merge.FileChange) bool { return c.Path == at })
		switch {
		case i < 0:
			plan.Changes = append(plan.Changes, merge.FileChange{Path: at, Action: merge.Merge, Note: file.note, Write: true, Body: file.Body, Mode: file.Mode, Ours: file.was})
		case !plan.Changes[i].Write && plan.Changes[i].Action != merge.Delete:
			c := &plan.Changes[i]
			c.Write, c.Body, c.Mode, c.Ours = true, file.Body, file.Mode, file.was
			c.Note = strings.TrimPrefix(c.Note+"; "+file.note, "; ")
		}
	}
}

// callDefaults calls config.Defaults where it was read as a variable.
func callDefaults(at string, body []byte) []byte {
	if path.Ext(at) != ".go" || !bytes.Contains(body, []byte("config.Defaults")) {
		return body
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, at, body, parser.SkipObjectResolution)
	if err != nil {
		return body // whoever mends the file will see the compiler's word
	}
	called := map[ast.Expr]bool{}
	var ends []int
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			called[n.Fun] = true
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "config" && n.Sel.Name == "Defaults" && !called[n] {
				ends = append(ends, set.Position(n.End()).Offset)
			}
		}
		return true
	})
	slices.Sort(ends)
	for _, end := range slices.Backward(ends) {
		body = slices.Concat(body[:end], []byte("()"), body[end:])
	}
	return body
}
