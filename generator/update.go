package generator

import (
	"context"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Prepare plans a change of the repository at dir; see change.Release.
func (g *Generator) Prepare(ctx context.Context, dir string, want change.Request) (*change.Change, error) {
	return g.Release.Prepare(ctx, dir, want)
}

// Update renders the repository at dir anew and merges what comes out with
// what people wrote. edit, if not nil, changes the Spec first.
func (g *Generator) Update(ctx context.Context, dir string, edit spec.Edit, o change.Options) (*change.Report, error) {
	return g.Do(ctx, dir, change.Request{Edit: edit, Options: o})
}

// EditSpec is Update for an edit that adds or removes parts: it refuses to bring new
// templates in by the way.
func (g *Generator) EditSpec(ctx context.Context, dir string, edit spec.Edit, o change.Options) (*change.Report, error) {
	return g.Do(ctx, dir, change.Request{Edit: edit, Parts: true, Options: o})
}
