package change

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/gosource"
	"github.com/cloudforet-io/spacegen/generator/input"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A ProtoEdit changes a file of an API, of a package.
type ProtoEdit func(ctx context.Context, sources protofile.Sources, pkg string) (ProtoEdited, error)

// ProtoEdited is what a ProtoEdit made of a file.
type ProtoEdited struct {
	At   string // of the API
	Text []byte
	What string   // it did, in words
	Gone []string // what Go code may speak of, and that is not there any more
}

// AddMethod adds an rpc to a service.
func AddMethod(rpc protofile.RPC) ProtoEdit {
	return func(ctx context.Context, sources protofile.Sources, pkg string) (ProtoEdited, error) {
		at, text, err := protofile.AddRPC(ctx, sources, pkg, rpc)
		return ProtoEdited{At: at, Text: text, What: fmt.Sprintf("the method %s.%s is added", rpc.Service, rpc.Name)}, err
	}
}

// RemoveMethod removes the rpc of a service.
func RemoveMethod(service, name string) ProtoEdit {
	return func(ctx context.Context, sources protofile.Sources, pkg string) (ProtoEdited, error) {
		at, text, request, err := protofile.RemoveRPC(ctx, sources, pkg, service, name)
		e := ProtoEdited{
			At: at, Text: text, What: fmt.Sprintf("the method %s.%s is removed", service, name),
			Gone: []string{service + "." + naming.ProtoGoType(name)},
		}
		if request != "" {
			e.What += ", and its request " + request
			e.Gone = append(e.Gone, naming.ProtoGoType(request))
		}
		return e, err
	}
}

// protoEdits are the protos that a command edits, by where they stand.
type protoEdits map[string]ProtoEdited

// editProtos edits the API before it is rendered.
func (l *loaded) editProtos(ctx context.Context, edits []ProtoEdit) error {
	if len(edits) == 0 {
		return nil
	}
	files, err := input.ReadAPIFiles(l.project)
	if err != nil {
		return err
	}
	l.edited = protoEdits{}
	for _, edit := range edits {
		all := files.Sources.Over(l.input.Protos)
		e, err := edit(ctx, all, l.spec.Package)
		if err != nil {
			return err
		}
		at, text := e.At, e.Text
		where, here := files.Where[at]
		if !here {
			return fmt.Errorf("%s does not lie in this repository: proto_paths of %s names its folder; add the method there, and run 'spacegen update'", at, spec.FileName)
		}
		files.Sources[at] = text
		e.What = strings.TrimPrefix(l.edited[where].What+"; "+e.What, "; ")
		l.edited[where] = e
		l.gone = append(l.gone, e.Gone...)
		rendered, is := files.Rendered[at]
		switch {
		case !is:
			l.input.Protos[at] = text
		case merge.Hash(text) == rendered:
			delete(l.input.Edited, at)
		default:
			l.input.Edited[at] = text
		}
	}
	l.input.Standing, err = input.Standing(l.project)
	return err
}

// lookAtEdited takes the protos that are edited for what stands on disk.
func (l *loaded) lookAtEdited() error {
	for where, e := range l.edited {
		was, known := l.stood[where]
		if !known {
			stood, err := l.project.Ours(nil, render.Tree{where: render.File{}})
			if err != nil {
				return err
			}
			was = stood[where]
			l.stood[where] = was
		}
		was.Body = e.Text
		l.upgraded[where] = upgradedFile{File: was, note: e.What}
		if known {
			l.ours[where] = was
		}
	}
	return nil
}

// unwritten says where the methods stand that nobody has written yet and that were not
// there before.
func (l *loaded) unwritten(p *merge.Plan) []string {
	before, err := gosource.Methods(l.project.FS())
	if err != nil {
		return []string{"where methods are to be written is not known: " + err.Error()}
	}
	tree := render.Tree{}
	for _, c := range p.Changes {
		if c.Write && path.Ext(c.Path) == ".go" && !bytes.Contains(c.Body, []byte("<<<<<<< ")) {
			tree[c.Path] = render.File{Body: c.Body}
		}
	}
	var fresh []gosource.Method
	for name, m := range gosource.MethodsIn(tree) {
		if _, there := before[name]; !there && m.Stub {
			fresh = append(fresh, m)
		}
	}
	slices.SortFunc(fresh, func(a, b gosource.Method) int { return cmp.Compare(a.Says, b.Says) })
	const most = 5
	if len(fresh) > most {
		return []string{fmt.Sprintf("%d methods are still to be written: 'spacegen list --stubs' says which, and where", len(fresh))}
	}
	var notes []string
	for _, m := range fresh {
		notes = append(notes, fmt.Sprintf("%s is still to be written: %s", m.Says, m.At))
	}
	return notes
}

// answering are the files of methods, and what becomes of one whose method is gone: it does
// not compile.
func answering(records map[string]merge.Record) map[string]string {
	files := map[string]string{}
	for at, record := range records {
		if record.Owner == render.Once && strings.HasSuffix(at, "_method.go") {
			files[at] = "the method is gone, so that this file, which you have written, does not compile; it stays: take out of it what you need, and delete it"
		}
	}
	return files
}
