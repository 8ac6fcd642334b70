package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/service"
)

// System guards the service of the same name: every call passes through the
// pipeline, which asks none for a token.
type System struct {
	pipeline *pipeline.Pipeline
	service  *service.System
}

// NewSystem guards s by p.
func NewSystem(p *pipeline.Pipeline, s *service.System) *System {
	return &System{pipeline: p, service: s}
}

// Init answers System.init.
func (g *System) Init(ctx context.Context, req *api.SystemInitRequest) (*api.SystemInfo, error) {
	return pipeline.Call(ctx, g.pipeline, unasked("System", "init"), req, g.service.Init)
}
