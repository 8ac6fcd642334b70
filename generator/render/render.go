// Package render turns a Spec into the files of a repository. It is pure: no
// disk, clock, network or environment; the same Spec and template sets give
// the same bytes.
package render

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// sourcePath is where the sets and their packages that are emitted verbatim live
// in this module; in the emitted repository they stand below its own module path.
const sourcePath = "github.com/cloudforet-io/spacegen/templates/"

// A File is one file of the emitted repository.
type File struct {
	Body  []byte
	Mode  fs.FileMode // permission bits
	Owner Owner
}

// A Tree is an emitted repository in memory: slash-separated path → file.
type Tree map[string]File

// Paths lists the tree's paths, sorted.
func (t Tree) Paths() []string {
	paths := make([]string, 0, len(t))
	for p := range t {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	return paths
}

// A Rendering is the repository that a Spec describes, and what it came from.
type Rendering struct {
	Tree Tree

	view  *View
	sets  []*Set
	was   *record
	begun Tree // what the starter brings
}

// Services are the services of the user's API.
func (r *Rendering) Services() []*Service { return r.view.APIs() }

// New renders the repository that a Spec describes. Of an error in one file the
// others are still tried, so that all are reported at once.
// Services of the user's protos that are of the Spec's package are answered,
// too.
func New(ctx context.Context, s *spec.Spec, in Input, sets ...*Set) (*Rendering, error) {
	view, tree, was, err := prepare(ctx, s, in, sets)
	if err != nil {
		return nil, err
	}
	if text, err := view.record(was); err != nil {
		return nil, err
	} else if text != nil {
		tree[RecordPath] = File{Body: text, Mode: 0o644, Owner: Generated}
	}
	if err := emit(view, tree, sets, func(e *entry) bool { return !e.isProto() }); err != nil {
		return nil, err
	}
	begun, err := begin(view, in.Starter, tree)
	if err != nil {
		return nil, err
	}
	for _, set := range sets {
		if set.framework != nil {
			if err := set.framework.emit(view, tree, begun, set.modules); err != nil {
				return nil, err
			}
		}
		if err := addModules(tree, view, set); err != nil {
			return nil, err
		}
	}
	return &Rendering{Tree: tree, view: view, sets: sets, was: was, begun: begun}, nil
}

// prepare makes the view of a Spec and renders the protos, since the rest is
// rendered from what the API then is.
func prepare(ctx context.Context, s *spec.Spec, in Input, sets []*Set) (*View, Tree, *record, error) {
	view, tree, was, err := prepared(ctx, s, in, sets)
	if problems, ok := errors.AsType[spec.Problems](err); ok {
		err = problems.In(spec.FileName, in.SpecText)
	}
	return view, tree, was, err
}

func prepared(ctx context.Context, s *spec.Spec, in Input, sets []*Set) (*View, Tree, *record, error) {
	view, err := newView(s)
	if err != nil {
		return nil, nil, nil, err
	}
	view.budget = newBudget(ctx)
	if problems, err := Sets(sets).CheckValues(s); err != nil {
		return nil, nil, nil, err
	} else if len(problems) > 0 {
		return nil, nil, nil, problems
	}
	view.Values = Sets(sets).Values(s)
	if in.Core != "" {
		view.Core = in.Core
	}
	view.uses, view.stays, view.kept = in.Uses, in.Stays, in.Kept
	for _, r := range view.Resources {
		r.keep(s, in)
	}
	view.moneyUsed = in.usesMoney(s.PackagePath())
	view.foreign = &foreign{sources: in.Protos, away: in.Away}
	lacks := view.lacksAnalyses()
	for _, r := range view.Resources {
		r.unanalyzed = lacks
	}
	tree := Tree{}
	if err := emit(view, tree, sets, (*entry).isProto); err != nil {
		return nil, nil, nil, err
	}
	in.Away = mirror(tree, in)
	f, err := newForeign(ctx, view, in, tree.protos())
	if err != nil {
		return nil, nil, nil, err
	}
	was, err := readRecord(in.Record)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := was.stillServed(f, view.Package, in.Drop); err != nil {
		return nil, nil, nil, err
	}
	if err := view.addForeign(f, was); err != nil {
		return nil, nil, nil, err
	}
	if err := view.checkMethods(s, in); err != nil {
		return nil, nil, nil, err
	}
	if err := view.findTasks(in); err != nil {
		return nil, nil, nil, err
	}
	for _, r := range view.Resources {
		r.version = r.versionIn()
	}
	return view, tree, was, nil
}

// mirror has the protos that are rendered for those that buf reads be those of the
// API, where it has them, too. It gives those that are away all the same.
func mirror(tree Tree, in Input) []string {
	return slices.DeleteFunc(slices.Clone(in.Away), func(at string) bool {
		to := path.Join(protoFolder, at)
		file, rendered := tree[to]
		if rendered {
			file.Body = in.Protos[at]
			tree[to] = file
		}
		return rendered
	})
}

// Services are the services of the user's API, as Render sees them.
func Services(ctx context.Context, s *spec.Spec, in Input, sets ...*Set) ([]*Service, error) {
	view, _, _, err := prepare(ctx, s, in, sets)
	if err != nil {
		return nil, err
	}
	return view.APIs(), nil
}

// protoFolder is where an emitted repository keeps its protos.
const protoFolder = ProtoFolder + "/"

func (e *entry) isProto() bool { return strings.HasPrefix(e.Path, protoFolder) }

func (t Tree) protos() protofile.Sources {
	sources := protofile.Sources{}
	for p, file := range t {
		if at, ok := strings.CutPrefix(p, protoFolder); ok {
			sources[at] = file.Body
		}
	}
	return sources
}
