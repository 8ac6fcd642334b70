package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"

	api "github.com/cloudforet-io/plugin-asset/gen/go/spaceone/api/inventory/plugin"
	"github.com/cloudforet-io/plugin-asset/internal/service"
)

// Collector guards the service of the same name: every call passes through the
// pipeline, with the permission and the roles that stand here.
type Collector struct {
	pipeline *pipeline.Pipeline
	service  *service.Collector
}

// NewCollector guards s by p.
func NewCollector(p *pipeline.Pipeline, s *service.Collector) *Collector {
	return &Collector{pipeline: p, service: s}
}

func collectorWrite(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Collector",
		Verb:       verb,
		Permission: "plugin-asset:Collector.write",
		RoleTypes:  []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER"},
	}
}

// Init answers Collector.init.
func (g *Collector) Init(ctx context.Context, req *api.InitRequest) (*api.PluginInfo, error) {
	return pipeline.Call(ctx, g.pipeline, collectorWrite("init"), req, g.service.Init)
}

// Verify answers Collector.verify.
func (g *Collector) Verify(ctx context.Context, req *api.VerifyRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, collectorWrite("verify"), req, g.service.Verify)
}

// Collect answers Collector.collect.
func (g *Collector) Collect(req *api.CollectRequest, stream grpc.ServerStreamingServer[api.ResourceInfo]) error {
	return pipeline.Stream(stream.Context(), g.pipeline, collectorWrite("collect"), req, func(ctx context.Context) error {
		return g.service.Collect(ctx, req, stream)
	})
}
