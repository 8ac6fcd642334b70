package charttest

import (
	"context"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// rendered gives the repository of a Spec, the Spec itself included.
func rendered(ctx context.Context, g *generator.Generator, s *spec.Spec, own render.Input) (render.Tree, error) {
	r, err := g.Release.Sets.Repository(ctx, s, own)
	if err != nil {
		return nil, err
	}
	return r.Tree, nil
}
