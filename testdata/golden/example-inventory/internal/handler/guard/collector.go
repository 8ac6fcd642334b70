package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/service"
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
		Permission: "inventory:Collector.write",
		RoleTypes:  []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER"},
	}
}

func collectorRead(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Collector",
		Verb:       verb,
		Permission: "inventory:Collector.read",
		RoleTypes:  []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER", "WORKSPACE_MEMBER"},
		ReadOnly:   true,
	}
}

// Create answers Collector.create.
func (g *Collector) Create(ctx context.Context, req *api.CreateCollectorRequest) (*api.CollectorInfo, error) {
	return pipeline.Call(ctx, g.pipeline, collectorWrite("create"), req, g.service.Create)
}

// Update answers Collector.update.
func (g *Collector) Update(ctx context.Context, req *api.UpdateCollectorRequest) (*api.CollectorInfo, error) {
	return pipeline.Call(ctx, g.pipeline, collectorWrite("update"), req, g.service.Update)
}

// Delete answers Collector.delete.
func (g *Collector) Delete(ctx context.Context, req *api.CollectorRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, collectorWrite("delete"), req, g.service.Delete)
}

// Get answers Collector.get.
func (g *Collector) Get(ctx context.Context, req *api.CollectorRequest) (*api.CollectorInfo, error) {
	return pipeline.Call(ctx, g.pipeline, collectorRead("get"), req, g.service.Get)
}

// List answers Collector.list.
func (g *Collector) List(ctx context.Context, req *api.CollectorQuery) (*api.CollectorsInfo, error) {
	return pipeline.Call(ctx, g.pipeline, collectorRead("list"), req, g.service.List)
}

// Collect answers Collector.collect.
func (g *Collector) Collect(ctx context.Context, req *api.CollectRequest) (*api.JobInfo, error) {
	return pipeline.Call(ctx, g.pipeline, collectorWrite("collect"), req, g.service.Collect)
}
