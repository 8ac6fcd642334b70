package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/plugin/internal/service"
)

// SupervisorWatch guards the service of this name, which no API offers: tasks and
// other code of the service call it.
type SupervisorWatch struct {
	pipeline *pipeline.Pipeline
	service  *service.SupervisorWatch
}

// NewSupervisorWatch guards s by p.
func NewSupervisorWatch(p *pipeline.Pipeline, s *service.SupervisorWatch) *SupervisorWatch {
	return &SupervisorWatch{pipeline: p, service: s}
}

// Run answers SupervisorWatch.run.
func (g *SupervisorWatch) Run(ctx context.Context, req *structpb.Struct) (*structpb.Struct, error) {
	method := pipeline.Method{Resource: "SupervisorWatch", Verb: "run", Permission: "plugin:SupervisorWatch.write", Piecemeal: true}
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.Run)
}
