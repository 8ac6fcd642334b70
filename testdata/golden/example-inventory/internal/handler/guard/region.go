package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/service"
)

// Region guards the service of regions: every call passes through the
// pipeline, with the permission and the roles that stand here.
type Region struct {
	pipeline *pipeline.Pipeline
	service  *service.Region
}

// NewRegion guards s by p.
func NewRegion(p *pipeline.Pipeline, s *service.Region) *Region {
	return &Region{pipeline: p, service: s}
}

func regionWrite(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Region",
		Verb:       verb,
		Permission: "inventory:Region.write",
		RoleTypes:  []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER"},
	}
}

func regionRead(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Region",
		Verb:       verb,
		Permission: "inventory:Region.read",
		RoleTypes:  []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER", "WORKSPACE_MEMBER"},
		ReadOnly:   true,
	}
}

// Create answers Region.create.
func (g *Region) Create(ctx context.Context, req *api.CreateRegionRequest) (*api.RegionInfo, error) {
	return pipeline.Call(ctx, g.pipeline, regionWrite("create"), req, g.service.Create)
}

// Update answers Region.update.
func (g *Region) Update(ctx context.Context, req *api.UpdateRegionRequest) (*api.RegionInfo, error) {
	return pipeline.Call(ctx, g.pipeline, regionWrite("update"), req, g.service.Update)
}

// Delete answers Region.delete.
func (g *Region) Delete(ctx context.Context, req *api.RegionRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, regionWrite("delete"), req, g.service.Delete)
}

// Get answers Region.get.
func (g *Region) Get(ctx context.Context, req *api.RegionRequest) (*api.RegionInfo, error) {
	return pipeline.Call(ctx, g.pipeline, regionRead("get"), req, g.service.Get)
}

// List answers Region.list.
func (g *Region) List(ctx context.Context, req *api.RegionQuery) (*api.RegionsInfo, error) {
	return pipeline.Call(ctx, g.pipeline, regionRead("list"), req, g.service.List)
}

// Stat answers Region.stat.
func (g *Region) Stat(ctx context.Context, req *api.RegionStatQuery) (*structpb.Struct, error) {
	return pipeline.Call(ctx, g.pipeline, regionRead("stat"), req, g.service.Stat)
}

// Analyze answers Region.analyze.
func (g *Region) Analyze(ctx context.Context, req *api.RegionAnalyzeQuery) (*structpb.Struct, error) {
	return pipeline.Call(ctx, g.pipeline, regionRead("analyze"), req, g.service.Analyze)
}
