package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/inventory/internal/service"
)

// CollectionStart guards the service of this name, which no API offers: tasks and
// other code of the service call it.
type CollectionStart struct {
	pipeline *pipeline.Pipeline
	service  *service.CollectionStart
}

// NewCollectionStart guards s by p.
func NewCollectionStart(p *pipeline.Pipeline, s *service.CollectionStart) *CollectionStart {
	return &CollectionStart{pipeline: p, service: s}
}

// Run answers CollectionStart.run.
func (g *CollectionStart) Run(ctx context.Context, req *structpb.Struct) (*structpb.Struct, error) {
	method := pipeline.Method{Resource: "CollectionStart", Verb: "run", Permission: "inventory:CollectionStart.write"}
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.Run)
}
