package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
	"github.com/cloudforet-io/plugin/internal/service"
)

// Plugin guards the service of the same name: every call passes through the
// pipeline, with the permission and the roles that stand here.
type Plugin struct {
	pipeline *pipeline.Pipeline
	service  *service.Plugin
}

// NewPlugin guards s by p.
func NewPlugin(p *pipeline.Pipeline, s *service.Plugin) *Plugin {
	return &Plugin{pipeline: p, service: s}
}

func pluginWrite(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Plugin",
		Verb:       verb,
		Permission: "plugin:Plugin.write",
		RoleTypes:  []string{"DOMAIN_ADMIN"},
	}
}

func pluginRead(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Plugin",
		Verb:       verb,
		Permission: "plugin:Plugin.read",
		RoleTypes:  []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER", "WORKSPACE_MEMBER"},
		ReadOnly:   true,
	}
}

// Register answers Plugin.register.
func (g *Plugin) Register(ctx context.Context, req *api.RegisterPluginRequest) (*api.RegisteredPluginInfo, error) {
	return pipeline.Call(ctx, g.pipeline, pluginWrite("register"), req, g.service.Register)
}

// Update answers Plugin.update.
func (g *Plugin) Update(ctx context.Context, req *api.UpdatePluginRequest) (*api.RegisteredPluginInfo, error) {
	return pipeline.Call(ctx, g.pipeline, pluginWrite("update"), req, g.service.Update)
}

// Deregister answers Plugin.deregister.
func (g *Plugin) Deregister(ctx context.Context, req *api.PluginRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, pluginWrite("deregister"), req, g.service.Deregister)
}

// Get answers Plugin.get.
func (g *Plugin) Get(ctx context.Context, req *api.PluginRequest) (*api.RegisteredPluginInfo, error) {
	return pipeline.Call(ctx, g.pipeline, pluginRead("get"), req, g.service.Get)
}

// List answers Plugin.list.
func (g *Plugin) List(ctx context.Context, req *api.RegisteredPluginQuery) (*api.RegisteredPluginsInfo, error) {
	return pipeline.Call(ctx, g.pipeline, pluginRead("list"), req, g.service.List)
}

// GetVersions answers Plugin.get_versions.
func (g *Plugin) GetVersions(ctx context.Context, req *api.PluginRequest) (*api.VersionsInfo, error) {
	return pipeline.Call(ctx, g.pipeline, pluginRead("get_versions"), req, g.service.GetVersions)
}

// GetPluginEndpoint answers Plugin.get_plugin_endpoint.
func (g *Plugin) GetPluginEndpoint(ctx context.Context, req *api.PluginEndpointRequest) (*api.PluginEndpoint, error) {
	method := pluginRead("get_plugin_endpoint")
	method.ReadOnly, method.Piecemeal = false, true // it waits for what others do
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.GetPluginEndpoint)
}

// GetPluginMetadata answers Plugin.get_plugin_metadata.
func (g *Plugin) GetPluginMetadata(ctx context.Context, req *api.PluginMetadataRequest) (*api.PluginMetadata, error) {
	method := pluginRead("get_plugin_metadata")
	method.ReadOnly, method.Piecemeal = false, true // as above
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.GetPluginMetadata)
}

// NotifyFailure answers Plugin.notify_failure.
func (g *Plugin) NotifyFailure(ctx context.Context, req *api.PluginFailureRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, pluginWrite("notify_failure"), req, g.service.NotifyFailure)
}
