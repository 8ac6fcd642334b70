package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/inventory/internal/service"
)

// Collection guards the service of this name, which no API offers: tasks and
// other code of the service call it.
type Collection struct {
	pipeline *pipeline.Pipeline
	service  *service.Collection
}

// NewCollection guards s by p.
func NewCollection(p *pipeline.Pipeline, s *service.Collection) *Collection {
	return &Collection{pipeline: p, service: s}
}

// Run answers Collection.run.
func (g *Collection) Run(ctx context.Context, req *structpb.Struct) (*structpb.Struct, error) {
	method := pipeline.Method{Resource: "Collection", Verb: "run", Permission: "inventory:Collection.write", Piecemeal: true}
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.Run)
}
