package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/service"
)

// Provider guards the service of the same name: every call passes through the
// pipeline, with the permission and the roles that stand here.
type Provider struct {
	pipeline *pipeline.Pipeline
	service  *service.Provider
}

// NewProvider guards s by p.
func NewProvider(p *pipeline.Pipeline, s *service.Provider) *Provider {
	return &Provider{pipeline: p, service: s}
}

func providerWrite(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Provider",
		Verb:       verb,
		Permission: "identity:Provider.write",
		RoleTypes:  []string{"DOMAIN_ADMIN"},
	}
}

func providerRead(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Provider",
		Verb:       verb,
		Permission: "identity:Provider.read",
		RoleTypes:  []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER", "WORKSPACE_MEMBER"},
		ReadOnly:   true,
	}
}

// Create answers Provider.create.
func (g *Provider) Create(ctx context.Context, req *api.CreateProviderRequest) (*api.ProviderInfo, error) {
	return pipeline.Call(ctx, g.pipeline, providerWrite("create"), req, g.service.Create)
}

// Update answers Provider.update.
func (g *Provider) Update(ctx context.Context, req *api.UpdateProviderRequest) (*api.ProviderInfo, error) {
	return pipeline.Call(ctx, g.pipeline, providerWrite("update"), req, g.service.Update)
}

// UpdatePlugin answers Provider.update_plugin.
func (g *Provider) UpdatePlugin(ctx context.Context, req *api.UpdatePluginProviderRequest) (*api.ProviderInfo, error) {
	method := providerWrite("update_plugin")
	method.Permission = "identity:TrustedAccount.write"
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.UpdatePlugin)
}

// Delete answers Provider.delete.
func (g *Provider) Delete(ctx context.Context, req *api.ProviderRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, providerWrite("delete"), req, g.service.Delete)
}

// Get answers Provider.get.
func (g *Provider) Get(ctx context.Context, req *api.ProviderRequest) (*api.ProviderInfo, error) {
	return pipeline.Call(ctx, g.pipeline, providerRead("get"), req, g.service.Get)
}

// List answers Provider.list.
func (g *Provider) List(ctx context.Context, req *api.ProviderSearchQuery) (*api.ProvidersInfo, error) {
	return pipeline.Call(ctx, g.pipeline, providerRead("list"), req, g.service.List)
}

// Stat answers Provider.stat.
func (g *Provider) Stat(ctx context.Context, req *api.ProviderStatQuery) (*structpb.Struct, error) {
	return pipeline.Call(ctx, g.pipeline, providerRead("stat"), req, g.service.Stat)
}
