package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/inventory/internal/service"
)

// Census guards the census, which no API offers: only tasks call it.
type Census struct {
	pipeline *pipeline.Pipeline
	service  *service.Census
}

// NewCensus guards s by p.
func NewCensus(p *pipeline.Pipeline, s *service.Census) *Census {
	return &Census{pipeline: p, service: s}
}

// Take answers Census.take.
func (g *Census) Take(ctx context.Context, req *structpb.Struct) (*structpb.Struct, error) {
	method := pipeline.Method{Resource: "Census", Verb: "take", Permission: "inventory:Census.read", ReadOnly: true}
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.Take)
}
