package service

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/query"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
	"github.com/cloudforet-io/plugin/internal/manager"
	"github.com/cloudforet-io/plugin/internal/model"
)

// InstalledPlugin is the service InstalledPlugin of the API.
//
// Installed plugins are versions of plugins that ought to run, each by a
// supervisor. What asks for a plugin's endpoint installs it.
type InstalledPlugin struct {
	installedPlugins manager.InstalledPlugin
}

// NewInstalledPlugin makes the service.
func NewInstalledPlugin(m manager.Managers) *InstalledPlugin {
	return &InstalledPlugin{
		installedPlugins: m.InstalledPlugin,
	}
}

// Get gets one installed plugin.
func (s *InstalledPlugin) Get(ctx context.Context, req *api.InstalledPluginRequest) (*api.InstalledPluginInfo, error) {
	scope, err := scopeOf(ctx).Within(req.GetDomainId(), "")
	if err != nil {
		return nil, err
	}
	if req.GetInstalledPluginId() == "" {
		return nil, apierror.Required("installed_plugin_id")
	}
	item, err := s.installedPlugins.Get(ctx, scope, req.GetInstalledPluginId())
	if err != nil {
		return nil, err
	}
	return installedPluginInfo(item)
}

// List lists installed plugins.
func (s *InstalledPlugin) List(ctx context.Context, req *api.InstalledPluginQuery) (*api.InstalledPluginsInfo, error) {
	q, err := query.FromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	filters, err := apirecord.Filters(req, model.InstalledPluginSchema())
	if err != nil {
		return nil, err
	}
	q.Filter = append(q.Filter, filters...)
	items, total, err := s.installedPlugins.List(ctx, scopeOf(ctx), q)
	if err != nil {
		return nil, err
	}
	answer := &api.InstalledPluginsInfo{
		TotalCount: int32(total), //nolint:gosec // no table has 2^31 rows
	}
	for i := range items {
		info, err := installedPluginInfo(&items[i])
		if err != nil {
			return nil, err
		}
		answer.Results = append(answer.Results, info)
	}
	return answer, nil
}

// Stat gives statistics of installed plugins.
func (s *InstalledPlugin) Stat(ctx context.Context, req *api.InstalledPluginStatQuery) (*structpb.Struct, error) {
	scope, err := scopeOf(ctx).Within(req.GetDomainId(), "")
	if err != nil {
		return nil, err
	}
	q, err := query.StatFromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	rows, total, err := s.installedPlugins.Stat(ctx, scope, q)
	if err != nil {
		return nil, err
	}
	return statInfo(q, rows, total)
}
