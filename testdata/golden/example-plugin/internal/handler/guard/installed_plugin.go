package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
	"github.com/cloudforet-io/plugin/internal/service"
)

// InstalledPlugin guards the service of the same name: every call passes through the
// pipeline, with the permission and the roles that stand here.
type InstalledPlugin struct {
	pipeline *pipeline.Pipeline
	service  *service.InstalledPlugin
}

// NewInstalledPlugin guards s by p.
func NewInstalledPlugin(p *pipeline.Pipeline, s *service.InstalledPlugin) *InstalledPlugin {
	return &InstalledPlugin{pipeline: p, service: s}
}

func installedPluginRead(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "InstalledPlugin",
		Verb:       verb,
		Permission: "plugin:InstalledPlugin.read",
		RoleTypes:  []string{"DOMAIN_ADMIN"},
		ReadOnly:   true,
	}
}

// Get answers InstalledPlugin.get.
func (g *InstalledPlugin) Get(ctx context.Context, req *api.InstalledPluginRequest) (*api.InstalledPluginInfo, error) {
	return pipeline.Call(ctx, g.pipeline, installedPluginRead("get"), req, g.service.Get)
}

// List answers InstalledPlugin.list.
func (g *InstalledPlugin) List(ctx context.Context, req *api.InstalledPluginQuery) (*api.InstalledPluginsInfo, error) {
	return pipeline.Call(ctx, g.pipeline, installedPluginRead("list"), req, g.service.List)
}

// Stat answers InstalledPlugin.stat.
func (g *InstalledPlugin) Stat(ctx context.Context, req *api.InstalledPluginStatQuery) (*structpb.Struct, error) {
	return pipeline.Call(ctx, g.pipeline, installedPluginRead("stat"), req, g.service.Stat)
}
