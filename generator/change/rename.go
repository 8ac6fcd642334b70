package change

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"go/format"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/rename"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/schema"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A Rename is a part that the Spec's edit gives another name. What people wrote follows.
type Rename struct {
	Resource string
	Field    string // of the resource; empty: it is the resource itself
	To       string
	Alias    bool // queries, or clients of gRPC, know the old name as well
}

// what says it in the report.
func (r Rename) what() string {
	if r.Field == "" {
		return fmt.Sprintf("%s is called %s now", naming.New(r.Resource).Pascal(), naming.New(r.To).Pascal())
	}
	return fmt.Sprintf("%s.%s is called %s now", naming.New(r.Resource).Pascal(), r.Field, r.To)
}

// names are those of the part.
func (r Rename) names() rename.Names {
	if r.Field == "" {
		return rename.Of(naming.New(r.Resource), naming.New(r.To))
	}
	return rename.Of(naming.New(r.Field), naming.New(r.To))
}

// tables are those that get another name, new → old.
func (r *Rename) tables() map[string]string {
	if r == nil || r.Field != "" {
		return nil
	}
	return map[string]string{naming.New(r.To).Snake(): naming.New(r.Resource).Snake()}
}

// renaming is what a rename comes to.
type renaming struct {
	Rename

	names   rename.Names
	before  render.Tree       // what the Spec before it is rendered to
	to      map[string]string // paths of before → of the tree
	protos  protofile.Sources // as they stand
	symbols []rename.Symbol
	says    []repository.Place // lines that still have the old name
	notes   []string
}

// renderBefore renders the Spec as it was before the rename, and has protos follow it that
// people have edited: what is rendered follows from them.
func (l *loaded) renderBefore(ctx context.Context, sets render.Sets, want *Rename) error {
	if want == nil {
		return nil
	}
	was := l.input
	l.input.Was = want.tables()
	before, err := sets.Repository(ctx, l.beforeEdit, was)
	if err != nil {
		return err
	}
	r := &renaming{Rename: *want, names: want.names(), before: before.Tree, to: map[string]string{}, protos: l.input.Edited}
	delete(r.before, spec.FileName)
	l.renaming = r
	if len(l.input.Edited) == 0 {
		return nil
	}
	// The protos alone: what the Spec says of methods is of those that people wrote.
	plain, bare := l.input, spec.Defaults(l.spec)
	plain.Edited, plain.Standing, bare.Methods = nil, nil, nil
	for i := range bare.Schedulers {
		bare.Schedulers[i].Task = ""
	}
	after, err := sets.Repository(ctx, bare, plain)
	if err != nil {
		return err
	}
	r.pair(after.Tree)
	edited := protofile.Sources{}
	for at, text := range l.input.Edited {
		from := path.Join(render.ProtoFolder, at)
		to := r.to[from]
		words := r.names.Words(r.before[from].Body, after.Tree[to].Body, text)
		if want.Field == "" && from != to { // it is the resource's own, and so is what people added
			words = r.names.All(text)
		}
		edited[strings.TrimPrefix(cmp.Or(to, from), render.ProtoFolder+"/")] = rename.Apply(text, words)
	}
	l.input.Edited, l.input.Merged = edited, nil // they say already what is rendered
	if want.Field == "" {
		l.input.Standing = r.standing(l.input.Standing)
	}
	return nil
}

// standing says where methods are answered after a resource gets another name.
func (r *renaming) standing(before map[string]string) map[string]string {
	was, is := naming.New(r.Resource), naming.New(r.To)
	after := map[string]string{}
	for method, at := range before {
		if pkg, name, of := strings.Cut(method, "."+was.Pascal()+"."); of {
			method = pkg + "." + is.Pascal() + "." + name
			folder, file := path.Split(at)
			at = folder + strings.Replace(file, was.GoFile(), is.GoFile(), 1)
		}
		after[method] = at
	}
	return after
}

// pair finds where the files of the rendering before are rendered now.
func (r *renaming) pair(tree render.Tree) {
	for at := range r.before {
		if _, stays := tree[at]; stays {
			r.to[at] = at
			continue
		}
		to, found := r.names.Path(at, func(to string) bool {
			_, new := tree[to]
			_, old := r.before[to]
			return new && !old
		})
		if found && !strings.HasPrefix(at, schema.Folder+"/") {
			r.to[at] = to
		}
	}
}

// moves adds where the files of what is renamed go.
func (r *renaming) moves(moved map[string]string) {
	if r == nil {
		return
	}
	for from, to := range r.to {
		if from != to {
			moved[from] = to
		}
	}
}

// follow has what people wrote follow a rename. It changes records and ours.
func (l *loaded) follow(ctx context.Context) error {
	r := l.renaming
	if r == nil {
		return nil
	}
	if err := r.declared(ctx, l); err != nil {
		return err
	}
	code, err := rename.Load(ctx, l.project.Dir, r.symbols)
	if err != nil {
		return err
	}
	if taken := code.Taken(r.symbols); len(taken) > 0 {
		return fmt.Errorf("your code has what would get the new name:\n  %s\ngive it another name first, or choose another new name; nothing was written", strings.Join(taken, "\n  "))
	}
	if code.Why != "" {
		r.notes = append(r.notes, "Go's types could not be read, so only what was rendered follows, and what you wrote beside it is listed: "+code.Why)
	}
	done := map[string]bool{}
	for _, from := range slices.Sorted(maps.Keys(r.before)) {
		record := l.records[from]
		done[cmp.Or(record.At, from)] = true
		l.followRendered(code, from, record)
	}
	return l.followWritten(code, done)
}

// declared finds the Go declarations that have other names.
func (r *renaming) declared(ctx context.Context, l *loaded) error {
	was, is := protofile.Sources{}, protofile.Sources{}
	maps.Copy(was, l.input.Protos)
	maps.Copy(is, l.input.Protos)
	var changed [][2]string
	for from, to := range r.to {
		before, after := r.before[from].Body, l.tree[to].Body
		proto, below := strings.CutPrefix(from, render.ProtoFolder+"/")
		switch {
		case path.Ext(from) == ".go" && !bytes.Equal(before, after):
			r.symbols = append(r.symbols, rename.Declared(l.spec.Module, from, before, after)...)
		case path.Ext(from) == ".proto" && below:
			now := strings.TrimPrefix(to, render.ProtoFolder+"/")
			was[proto], is[now] = before, after
			if text, edited := r.protos[proto]; edited {
				was[proto], is[now] = text, l.input.Edited[now]
			}
			if !bytes.Equal(was[proto], is[now]) {
				changed = append(changed, [2]string{proto, now})
			}
		}
	}
	if len(changed) == 0 {
		return nil
	}
	old, err := protofile.Compile(ctx, was)
	if err != nil {
		return err
	}
	now, err := protofile.Compile(ctx, is)
	if err != nil {
		return err
	}
	for _, pair := range changed {
		before, after := old.FindFileByPath(pair[0]), now.FindFileByPath(pair[1])
		pkg, _ := protofile.GoImport(l.spec.Module, before)
		r.symbols = append(r.symbols, rename.Generated(pkg, before, after)...)
	}
	return nil
}

// followRendered has a file follow that was rendered, with its base.
func (l *loaded) followRendered(code *rename.Code, from string, record merge.Record) {
	r, at := l.renaming, cmp.Or(record.At, from)
	before, theirs := r.before[from], l.tree[r.to[from]]
	ours, there := l.ours[at]
	if !there || record.Owner == render.Generated || ours.Link != "" || ours.Dir || strings.HasPrefix(from, schema.Folder+"/") || r.to[from] == "" {
		return
	}
	words := r.names.Words(before.Body, theirs.Body, ours.Body)
	if record.Base != nil {
		record.Base = tidied(at, record.Base, rename.Apply(record.Base, r.names.Words(before.Body, theirs.Body, record.Base)))
		l.records[from] = record
	}
	switch {
	case bytes.Equal(ours.Body, before.Body):
		if !bytes.Equal(before.Body, theirs.Body) && record.Owner == render.Once {
			l.rewritten(at, ours, theirs.Body)
		}
		if record.Base != nil { // the merge has it be as it is rendered
			record.Base = before.Body
			l.records[from] = record
		}
	case r.protos[strings.TrimPrefix(from, render.ProtoFolder+"/")] != nil:
		l.rewritten(at, ours, l.input.Edited[strings.TrimPrefix(r.to[from], render.ProtoFolder+"/")])
	default:
		l.followText(code, at, ours, words)
	}
}

// followText has a text of people's follow.
func (l *loaded) followText(code *rename.Code, at string, ours merge.File, words []rename.Edit) {
	edits := code.Follow(at, ours.Body, words)
	for _, line := range code.Unknown(l.renaming.names, at, ours.Body, edits) {
		l.renaming.says = append(l.renaming.says, repository.Place{Path: at, Line: line})
	}
	if len(edits) > 0 {
		l.rewritten(at, ours, tidied(at, ours.Body, rename.Apply(ours.Body, edits)))
	}
}

// rewritten takes a file for what it becomes.
func (l *loaded) rewritten(at string, was merge.File, body []byte) {
	now := was
	now.Body = body
	l.upgraded[at] = upgradedFile{File: now, note: l.renaming.what(), was: was.Body}
	if _, known := l.stood[at]; !known {
		l.stood[at] = was
	}
	if _, known := l.ours[at]; known {
		l.ours[at] = now
	}
}

// tidied has gofmt align the words of a file anew, if that is how they were aligned.
func tidied(at string, was, body []byte) []byte {
	if path.Ext(at) != ".go" {
		return body
	}
	if as, err := format.Source(was); err != nil || !bytes.Equal(as, was) {
		return body
	}
	if out, err := format.Source(body); err == nil {
		return out
	}
	return body
}

// followWritten has files follow that people wrote, beside what is rendered.
func (l *loaded) followWritten(code *rename.Code, done map[string]bool) error {
	return fs.WalkDir(l.project.FS(), ".", func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			name := d.Name()
			if at != "." && (strings.HasPrefix(name, ".") || slices.Contains([]string{"gen", spec.CoreFolder, "third_party", "vendor", "node_modules", schema.Folder}, at) || name == "node_modules") {
				return fs.SkipDir
			}
			return nil
		}
		if done[at] || at == spec.FileName || !d.Type().IsRegular() || !slices.Contains(spokenIn(), path.Ext(at)) {
			return nil
		}
		body, err := fs.ReadFile(l.project.FS(), at)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		l.followText(code, at, merge.File{Body: body, Mode: info.Mode().Perm()}, nil)
		return nil
	})
}

// spokenIn are the kinds of files in which a name is looked for.
func spokenIn() []string {
	return []string{".go", ".md", ".yaml", ".yml", ".json", ".sql", ".ts", ".tsx", ".js", ".jsx", ".vue", ".html", ".py", ".sh", ".proto"}
}
