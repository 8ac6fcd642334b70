package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/inventory/internal/service"
)

// JobWatch guards the service of this name, which no API offers: tasks and
// other code of the service call it.
type JobWatch struct {
	pipeline *pipeline.Pipeline
	service  *service.JobWatch
}

// NewJobWatch guards s by p.
func NewJobWatch(p *pipeline.Pipeline, s *service.JobWatch) *JobWatch {
	return &JobWatch{pipeline: p, service: s}
}

// Run answers JobWatch.run.
func (g *JobWatch) Run(ctx context.Context, req *structpb.Struct) (*structpb.Struct, error) {
	method := pipeline.Method{Resource: "JobWatch", Verb: "run", Permission: "inventory:JobWatch.write"}
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.Run)
}
