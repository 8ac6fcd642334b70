// Package generator makes microservice repositories. It is what the commands
// of spacegen call, one function each, and can be used as a library.
package generator

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/gosource"
	"github.com/cloudforet-io/spacegen/generator/input"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/report"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A Generator renders Specs with one collection of template sets.
type Generator struct {
	change.Release

	Overrides []render.Override // that overlays have of templates of spacegen

	Templates *render.Templates

	starters fs.FS
}

// New loads the template sets that stand in fsys, one folder each, with overlays
// laid over them in order. version is that of the binary, for the record.
func New(fsys fs.FS, version string, overlays ...render.Overlay) (*Generator, error) {
	from, err := render.Lay(fsys, overlays...)
	if err != nil {
		return nil, err
	}
	fsys = from.FS()

	g := &Generator{Overrides: from.Overrides(), Templates: from, Release: change.Release{Version: version, Upgrades: change.Upgrades()}}
	if starters, err := fs.Sub(fsys, render.StarterFolder); err == nil {
		g.starters = starters
	}
	var names []string
	for _, name := range []string{"service", "helm", "ci", "supervisor", "frontend", "platform", "framework"} {
		if _, err := fs.Stat(fsys, name); !errors.Is(err, fs.ErrNotExist) {
			names = append(names, name)
		}
	}
	if g.Release.Sets, err = from.Load(names...); err != nil {
		return nil, err
	}
	return g, nil
}

// Sets are the template sets, with their versions and digests.
func (g *Generator) Sets() repository.TemplateSets { return repository.Templates(g.Release.Sets) }

// A Created repository is one that was made, or would be.
type Created struct {
	Tree    render.Tree        // the user's files included
	Methods []report.Explained // of the user's API
	Notes   []string           // what people should know of it
}

// Create renders a Spec into a new repository at dir, which must not exist or
// be empty. What follows a repository's making is for Finish.
// The protos of the user's API become theirs in proto/, unless the Spec refers
// to them; so do the files of a starter, if there is one.
func (g *Generator) Create(ctx context.Context, s *spec.Spec, in render.Input, dir string) (*Created, error) {
	r, begun, err := g.compose(ctx, s, in, dir)
	if err != nil {
		return nil, err
	}
	if err := repository.Create(ctx, dir, r.Tree, begun, g.Provenance(s.Kind)); err != nil {
		return nil, err
	}
	return newCreated(r, begun), nil
}

// Preview is Create without writing anything.
func (g *Generator) Preview(ctx context.Context, s *spec.Spec, in render.Input, dir string) (*Created, error) {
	r, begun, err := g.compose(ctx, s, in, dir)
	if err != nil {
		return nil, err
	}
	return newCreated(r, begun), nil
}

func newCreated(r *render.Rendering, begun render.Tree) *Created {
	maps.Copy(r.Tree, begun)
	of := 0 // the API's methods; stubs of other parts follow them
	for _, service := range r.Services() {
		of += len(service.Methods)
	}
	return &Created{Tree: r.Tree, Methods: report.Methods(r.Services(), gosource.MethodsIn(r.Tree))[:of], Notes: r.Notes()}
}

// compose gives what is rendered, and what is the user's from the start.
func (g *Generator) compose(ctx context.Context, s *spec.Spec, in render.Input, dir string) (r *render.Rendering, begun render.Tree, err error) {
	if err := repository.Vacant(dir); err != nil {
		return nil, nil, err
	}
	if in.Core == "" {
		if in.Core, err = input.Framework(dir, s); err != nil {
			return nil, nil, err
		}
	}
	if len(s.ProtoPaths) > 0 {
		in.Away = in.Protos.Paths()
	}
	if r, err = g.Release.Sets.Repository(ctx, s, in); err != nil {
		return nil, nil, err
	}
	if begun, err = r.Begin(); err != nil {
		return nil, nil, err
	}
	for at, text := range in.Protos {
		if slices.Contains(in.Away, at) {
			continue
		}
		begun[path.Join(render.ProtoFolder, at)] = render.File{Body: text, Mode: 0o644}
	}
	return r, begun, nil
}
