package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/service"
)

// Endpoint guards the service of the same name: every call passes through the
// pipeline, which asks none for a token.
type Endpoint struct {
	pipeline *pipeline.Pipeline
	service  *service.Endpoint
}

// NewEndpoint guards s by p.
func NewEndpoint(p *pipeline.Pipeline, s *service.Endpoint) *Endpoint {
	return &Endpoint{pipeline: p, service: s}
}

// List answers Endpoint.list.
func (g *Endpoint) List(ctx context.Context, req *api.EndpointSearchQuery) (*api.EndpointsInfo, error) {
	return pipeline.Call(ctx, g.pipeline, unasked("Endpoint", "list"), req, g.service.List)
}
