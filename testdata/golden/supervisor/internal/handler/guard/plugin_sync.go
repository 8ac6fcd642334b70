package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/supervisor/internal/service"
)

// PluginSync guards the service of this name, which no API offers: tasks and
// other code of the service call it.
type PluginSync struct {
	pipeline *pipeline.Pipeline
	service  *service.PluginSync
}

// NewPluginSync guards s by p.
func NewPluginSync(p *pipeline.Pipeline, s *service.PluginSync) *PluginSync {
	return &PluginSync{pipeline: p, service: s}
}

// Run answers PluginSync.run.
func (g *PluginSync) Run(ctx context.Context, req *structpb.Struct) (*structpb.Struct, error) {
	method := pipeline.Method{Resource: "PluginSync", Verb: "run", Permission: "supervisor:PluginSync.write"}
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.Run)
}
