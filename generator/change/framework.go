package change

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/cloudforet-io/spacegen/generator/input"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Where the framework stood in repositories of the set service before coreApart.
const (
	coreApart  = "v1.2.0"
	oldCore    = "internal/core"
	oldHandler = "internal/handler"
)

// stoodInside reports whether the framework was a part of the repository's module, and is
// none any more by the template sets that there are now.
func stoodInside(lock *repository.Lock, now repository.TemplateSets) bool {
	if lock == nil {
		return false
	}
	version := lock.Templates.Version("service")
	return version != "" && semver.Compare(version, coreApart) < 0 && semver.Compare(coreApart, now.Version("service")) <= 0
}

// keepEdits has a repository whose team has changed the framework keep it as its own.
func (l *loaded) keepEdits() (spec.Edit, error) {
	if !l.inside {
		return nil, nil
	}
	edited, err := l.frameworkEdits()
	if err != nil || len(edited) == 0 {
		return nil, err
	}
	l.kept = edited
	return func(f *spec.File) error { return f.Set("framework", string(spec.Own)) }, nil
}

// frameworkEdits are the files of the framework, where it stands in the repository, that
// were changed, added or deleted since they were rendered.
func (l *loaded) frameworkEdits() (edited []string, err error) {
	records, err := l.project.Records()
	if err != nil {
		return nil, err
	}
	at := map[string]merge.Record{}
	for rendered, record := range records {
		if l.frameworkFile(rendered) == "" {
			continue
		}
		where := rendered
		if record.At != "" {
			where = record.At
		}
		at[where] = record
		body, err := fs.ReadFile(l.project.FS(), where)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			edited = append(edited, where)
		case err != nil:
			return nil, err
		case !record.Pristine(where, body) && !record.Pristine(where, bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n"))):
			edited = append(edited, where)
		}
	}
	added, err := l.besideFramework(at)
	if err != nil {
		return nil, err
	}
	edited = append(edited, added...)
	slices.Sort(edited)
	return edited, nil
}

// readBeside reads the files that somebody has put beside those of the framework.
func (l *loaded) readBeside() (err error) {
	paths := render.Tree{}
	for _, at := range l.kept {
		if _, rendered := l.records[at]; !rendered && l.frameworkFile(at) != "" {
			paths[at] = render.File{}
		}
	}
	if len(paths) == 0 {
		return nil
	}
	l.beside, err = l.project.Ours(nil, paths)
	maps.Copy(l.stood, l.beside) // they are held to what was read here, too
	return err
}

// carry takes files that somebody has put beside those of the framework along.
func (l *loaded) carry(p *merge.Plan) {
	for _, from := range slices.Sorted(maps.Keys(l.beside)) {
		to, file := l.frameworkFile(from), l.beside[from]
		if theirs, taken := l.tree[to]; taken {
			p.Changes = append(p.Changes, merge.FileChange{Path: from, Action: merge.Conflict, Ours: file.Body, Theirs: theirs.Body,
				Note: "the framework has a file " + to + " now; rename yours and move it to " + path.Dir(to)})
			continue
		}
		create := merge.FileChange{Path: to, Action: merge.Create, Note: "moved from " + from, Write: true, Body: file.Body, Mode: file.Mode}
		p.Changes = slices.DeleteFunc(p.Changes, func(c merge.FileChange) bool {
			if c.Path == from {
				create.Body, create.Mode = c.Body, c.Mode
			}
			return c.Path == from
		})
		p.Changes = append(p.Changes, merge.FileChange{Path: from, Action: merge.Delete, Note: "moved to " + to}, create)
	}
}

// frameworkFile gives where a file of the framework stands from now on, or "" for any
// other.
func (l *loaded) frameworkFile(at string) string {
	if !l.inside {
		if strings.HasPrefix(at, spec.CoreFolder+"/") {
			return at
		}
		return ""
	}
	if below, ok := strings.CutPrefix(at, oldCore+"/"); ok {
		if pkg, _, _ := strings.Cut(below, "/"); render.IsFrameworkPackage(pkg) {
			return path.Join(spec.CoreFolder, below)
		}
		return ""
	}
	if name, ok := strings.CutPrefix(at, oldHandler+"/"); ok && render.IsFrameworkFile("handler/"+name) {
		return path.Join(spec.CoreFolder, "handler", name)
	}
	return ""
}

// besideFramework are the files that somebody has put beside those of the framework.
func (l *loaded) besideFramework(known map[string]merge.Record) (added []string, err error) {
	folder := spec.CoreFolder
	if l.inside {
		folder = oldCore
	}
	err = fs.WalkDir(l.project.FS(), folder, func(at string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && at == folder {
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		if _, rendered := known[at]; !rendered && l.frameworkFile(at) != "" && !strings.HasSuffix(at, repository.BesideSuffix) {
			added = append(added, at)
		}
		return nil
	})
	return added, err
}

// leavesFramework refuses to leave a framework that the team has changed: what would
// come instead knows nothing of that.
func (l *loaded) leavesFramework() error {
	if l.last == nil || l.inside || !l.last.Framework.Inside() {
		return nil
	}
	if now := l.spec.Framework; now == l.last.Framework || now == spec.Own {
		return nil
	}
	edited, err := l.frameworkEdits()
	if err != nil || len(edited) == 0 {
		return err
	}
	return fmt.Errorf("core/ holds changes of yours that framework: %s would lose, in %s; keep them with framework: own, take them back, or publish them: 'spacegen new core --kind framework' makes a repository for that",
		l.spec.Framework, enumerate(edited, 5))
}

// entersFramework refuses to put a framework into a folder that holds something else.
func (l *loaded) entersFramework() error {
	if l.last == nil || !l.spec.Framework.Inside() || l.last.Framework.Inside() && !l.inside {
		return nil
	}
	var taken []string
	err := fs.WalkDir(l.project.FS(), spec.CoreFolder, func(at string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && at == spec.CoreFolder {
			return nil
		}
		if err == nil && !d.IsDir() {
			taken = append(taken, at)
		}
		return err
	})
	if err != nil || len(taken) == 0 {
		return err
	}
	return fmt.Errorf("framework: %s puts the framework, a Go module of its own, into core/, where files of yours stand: %s; move them to another folder first",
		l.spec.Framework, enumerate(taken, 5))
}

// becomesOwn finds out what a framework was that was spacegen's alone and that the team
// edits from now on, so that edits made already are merged. What another spacegen rendered
// nobody knows.
func (l *loaded) becomesOwn() {
	if l.last == nil || l.last.Framework != spec.Vendored || l.spec.Framework != spec.Own {
		return
	}
	for at, record := range l.records {
		file, rendered := l.tree[at]
		if !rendered || record.Owner != render.Generated || l.frameworkFile(at) == "" {
			continue
		}
		if was := render.AsGenerated(at, file.Body); merge.Hash(was) == record.Hash {
			record.Base = was
			l.records[at] = record
		}
	}
}

// enumerate names some of a list.
func enumerate(list []string, most int) string {
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), len(list)-most)
}

// moveFramework finds out what follows from the framework's coming from elsewhere than
// before: imports, in your code as well, and files that go along.
func (l *loaded) moveFramework() error {
	if !l.spec.Kind.Layered() || l.last == nil {
		return nil
	}
	to := l.rendering.Core()
	if l.inside {
		handlers, err := render.FrameworkNames("handler")
		if err != nil {
			return err
		}
		for _, name := range ownHandlers() {
			delete(handlers, name)
		}
		l.due = append(l.due, Upgrade{Set: "service", Before: coreApart, What: "the framework is a module of its own", File: l.apart(to, handlers)})
		if l.spec.Framework == spec.Own {
			l.moveFrameworkEdits()
		}
		return nil
	}
	from, err := input.RequiredFramework(l.project.FS(), l.last)
	if err != nil || from == to {
		return err
	}
	l.due = append(l.due, Upgrade{What: "the framework is " + to + " now", File: func(at string, body []byte) []byte {
		if l.last.Framework.Inside() && l.frameworkFile(at) != "" {
			return body // it goes
		}
		return movedImports(at, body, l.spec.Module, func(name string) string { return render.MovedPackage(name, from, to) })
	}})
	return nil
}

// moveFrameworkEdits has edits follow the files of the framework to core/.
func (l *loaded) moveFrameworkEdits() {
	for at := range l.tree {
		below, ok := strings.CutPrefix(at, spec.CoreFolder+"/")
		if !ok {
			continue
		}
		l.moved[path.Join(oldCore, below)] = at
		if name, ok := strings.CutPrefix(below, "handler/"); ok {
			l.moved[path.Join(oldHandler, name)] = at
		}
	}
}

// apart brings Go code to a framework that is a module of its own.
func (l *loaded) apart(to string, handlers map[string]bool) func(at string, body []byte) []byte {
	module := l.spec.Module
	move := func(name string) string {
		below, ok := strings.CutPrefix(name, path.Join(module, oldCore)+"/")
		if !ok {
			return name
		}
		if pkg, _, _ := strings.Cut(below, "/"); !render.IsFrameworkPackage(pkg) {
			return name
		}
		return path.Join(to, below)
	}
	return func(at string, body []byte) []byte {
		if l.spec.Framework != spec.Own && l.frameworkFile(at) != "" {
			return body // it goes
		}
		if l.frameworkFile(at) != "" && strings.HasPrefix(at, oldHandler+"/") {
			body = bytes.ReplaceAll(body, []byte(" read(options, "), []byte(" Read(options, ")) // it is exported now
		}
		if path.Ext(at) == ".go" && !strings.HasPrefix(at, oldHandler+"/") {
			body = movedHandlers(body, path.Join(module, oldHandler), path.Join(to, "handler"), handlers)
		}
		return movedImports(at, body, module, move)
	}
}

func movedImports(at string, body []byte, module string, move func(string) string) []byte {
	if path.Ext(at) != ".go" {
		return body
	}
	out, err := render.MoveImports(body, module, move)
	if err != nil {
		return body // whoever mends the file will see the compiler's word
	}
	return out
}

// ownHandlers are the names that a repository's package handler has for what is the
// framework's, and of those of its own the one that every repository has.
func ownHandlers() []string { return []string{"Deps", "Registry", "New", "Known"} }

// coreHandler is what code calls the framework's package of handlers beside its own.
const coreHandler = "corehandler"

// movedHandlers has a file name the framework's handlers by their new package.
func movedHandlers(body []byte, from, to string, names map[string]bool) []byte {
	if !bytes.Contains(body, []byte(from)) {
		return body
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", body, parser.SkipObjectResolution)
	if err != nil {
		return body
	}
	var imported *ast.ImportSpec
	for _, s := range file.Imports {
		if s.Path.Value == `"`+from+`"` {
			imported = s
		}
	}
	if imported == nil {
		return body
	}
	name := "handler"
	if imported.Name != nil {
		name = imported.Name.Name
	}
	var moved []int
	stays := false
	ast.Inspect(file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := selector.X.(*ast.Ident); ok && x.Name == name {
			if names[selector.Sel.Name] {
				moved = append(moved, set.Position(x.Pos()).Offset)
			} else {
				stays = true
			}
		}
		return true
	})
	if len(moved) == 0 {
		return body
	}
	slices.Sort(moved)
	for _, offset := range slices.Backward(moved) {
		body = slices.Concat(body[:offset], []byte(coreHandler), body[offset+len(name):])
	}
	line := coreHandler + ` "` + to + `"`
	at, end := set.Position(imported.Pos()).Offset, set.Position(imported.End()).Offset
	if stays {
		if set.Position(file.Imports[0].Pos()).Line == set.Position(imported.Pos()).Line && len(file.Imports) == 1 && !bytes.Contains(body[:at], []byte("(")) {
			line = line + "\nimport " + string(body[at:end])
		} else {
			line = line + "\n\t" + string(body[at:end])
		}
	}
	return slices.Concat(body[:at], []byte(line), body[end:])
}
