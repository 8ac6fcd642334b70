package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/service"
)

// CloudService guards the service of cloud services: every call passes through the
// pipeline, with the permission and the roles that stand here.
type CloudService struct {
	pipeline *pipeline.Pipeline
	service  *service.CloudService
}

// NewCloudService guards s by p.
func NewCloudService(p *pipeline.Pipeline, s *service.CloudService) *CloudService {
	return &CloudService{pipeline: p, service: s}
}

func cloudServiceWrite(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "CloudService",
		Verb:       verb,
		Permission: "inventory:CloudService.write",
		RoleTypes:  []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER"},
	}
}

func cloudServiceRead(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "CloudService",
		Verb:       verb,
		Permission: "inventory:CloudService.read",
		RoleTypes:  []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER", "WORKSPACE_MEMBER"},
		ReadOnly:   true,
	}
}

// Create answers CloudService.create.
func (g *CloudService) Create(ctx context.Context, req *api.CreateCloudServiceRequest) (*api.CloudServiceInfo, error) {
	return pipeline.Call(ctx, g.pipeline, cloudServiceWrite("create"), req, g.service.Create)
}

// Update answers CloudService.update.
func (g *CloudService) Update(ctx context.Context, req *api.UpdateCloudServiceRequest) (*api.CloudServiceInfo, error) {
	return pipeline.Call(ctx, g.pipeline, cloudServiceWrite("update"), req, g.service.Update)
}

// Delete answers CloudService.delete.
func (g *CloudService) Delete(ctx context.Context, req *api.CloudServiceRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, cloudServiceWrite("delete"), req, g.service.Delete)
}

// Get answers CloudService.get.
func (g *CloudService) Get(ctx context.Context, req *api.CloudServiceRequest) (*api.CloudServiceInfo, error) {
	return pipeline.Call(ctx, g.pipeline, cloudServiceRead("get"), req, g.service.Get)
}

// List answers CloudService.list.
func (g *CloudService) List(ctx context.Context, req *api.CloudServiceQuery) (*api.CloudServicesInfo, error) {
	return pipeline.Call(ctx, g.pipeline, cloudServiceRead("list"), req, g.service.List)
}

// Stat answers CloudService.stat.
func (g *CloudService) Stat(ctx context.Context, req *api.CloudServiceStatQuery) (*structpb.Struct, error) {
	return pipeline.Call(ctx, g.pipeline, cloudServiceRead("stat"), req, g.service.Stat)
}

// Analyze answers CloudService.analyze.
func (g *CloudService) Analyze(ctx context.Context, req *api.CloudServiceAnalyzeQuery) (*structpb.Struct, error) {
	return pipeline.Call(ctx, g.pipeline, cloudServiceRead("analyze"), req, g.service.Analyze)
}
