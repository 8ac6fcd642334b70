package service

import (
	"cmp"
	"context"
	"path"
	"slices"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/query"
	"google.golang.org/protobuf/types/known/emptypb"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
	"github.com/cloudforet-io/plugin/internal/manager"
	"github.com/cloudforet-io/plugin/internal/model"
)

// Plugin is the service Plugin of the API.
//
// Plugins are programs that extend services. Which there are, in which versions
// and images, is registered here, as a repository would have it; each runs once
// somebody asks for its endpoint.
type Plugin struct {
	registeredPlugins manager.RegisteredPlugin
	placement         placement
	waiting           chan struct{} // holds one of each call that waits for a plugin
}

// NewPlugin makes the service.
func NewPlugin(m manager.Managers) *Plugin {
	return &Plugin{
		registeredPlugins: m.RegisteredPlugin,
		placement:         placement{supervisors: m.Supervisor, installed: m.InstalledPlugin},
		waiting:           make(chan struct{}, maxWaiting),
	}
}

// Register registers a plugin: for the caller's domain, or for all if the platform
// itself calls. What domains run under an identifier that the platform takes is
// theirs, and stops.
func (s *Plugin) Register(ctx context.Context, req *api.RegisterPluginRequest) (*api.RegisteredPluginInfo, error) {
	if err := apirecord.Require(req, "name", "image", "versions"); err != nil {
		return nil, err
	}
	if err := checkImage(req.GetRegistryUrl(), req.GetImage(), req.GetVersions()); err != nil {
		return nil, err
	}
	item := new(model.RegisteredPlugin)
	if err := apirecord.New(req, item); err != nil {
		return nil, err
	}
	item.PluginID = cmp.Or(item.PluginID, path.Base(req.GetImage()))
	item.DomainID = domainOf(ctx).DomainID
	if err := s.registeredPlugins.Create(ctx, item); err != nil {
		return nil, err
	}
	if item.DomainID == "" {
		if err := s.placement.installed.Uninstall(ctx, model.Scope{}, item.PluginID); err != nil {
			return nil, err
		}
	}
	return registeredPluginInfo(item)
}

// Update updates a plugin, as when it has a new version. What the request leaves out
// stays as it is.
func (s *Plugin) Update(ctx context.Context, req *api.UpdatePluginRequest) (*api.RegisteredPluginInfo, error) {
	if req.GetPluginId() == "" {
		return nil, apierror.Required("plugin_id")
	}
	if err := checkVersions(req.GetVersions()); err != nil {
		return nil, err
	}
	scope := domainOf(ctx)
	item, err := s.registeredPlugins.GetForUpdate(ctx, scope, req.GetPluginId())
	if err != nil {
		return nil, err
	}
	columns, err := apirecord.Change(req, item, "plugin_id")
	if err != nil {
		return nil, err
	}
	if err := s.registeredPlugins.Update(ctx, scope, item, columns...); err != nil {
		return nil, err
	}
	return registeredPluginInfo(item)
}

// domainOf is the domain that the caller is confined to: plugins and supervisors
// belong to no workspace.
func domainOf(ctx context.Context) model.Scope {
	return model.Scope{DomainID: pipeline.TransactionFrom(ctx).Scope.DomainID}
}

// Deregister forgets a plugin. It is stopped wherever it runs.
func (s *Plugin) Deregister(ctx context.Context, req *api.PluginRequest) (*emptypb.Empty, error) {
	if req.GetPluginId() == "" {
		return nil, apierror.Required("plugin_id")
	}
	if err := s.registeredPlugins.Delete(ctx, domainOf(ctx), req.GetPluginId()); err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, s.placement.installed.Uninstall(ctx, domainOf(ctx), req.GetPluginId())
}

// Get gets one plugin: of the platform, or of the caller's domain.
func (s *Plugin) Get(ctx context.Context, req *api.PluginRequest) (*api.RegisteredPluginInfo, error) {
	item, err := s.usable(ctx, req)
	if err != nil {
		return nil, err
	}
	return registeredPluginInfo(item)
}

func (s *Plugin) usable(ctx context.Context, req *api.PluginRequest) (*model.RegisteredPlugin, error) {
	if req.GetPluginId() == "" {
		return nil, apierror.Required("plugin_id")
	}
	return s.registeredPlugins.Usable(ctx, domainOf(ctx).DomainID, req.GetPluginId())
}

// List lists plugins: those of the caller's domain, and of the platform.
func (s *Plugin) List(ctx context.Context, req *api.RegisteredPluginQuery) (*api.RegisteredPluginsInfo, error) {
	q, err := query.FromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	filters, err := apirecord.Filters(req, model.RegisteredPluginSchema())
	if err != nil {
		return nil, err
	}
	q.Filter = append(q.Filter, filters...)
	items, total, err := s.registeredPlugins.ListUsable(ctx, domainOf(ctx).DomainID, q)
	if err != nil {
		return nil, err
	}
	answer := &api.RegisteredPluginsInfo{
		TotalCount: int32(total), //nolint:gosec // no table has 2^31 rows
	}
	for i := range items {
		info, err := registeredPluginInfo(&items[i])
		if err != nil {
			return nil, err
		}
		answer.Results = append(answer.Results, info)
	}
	return answer, nil
}

// GetVersions lists the versions of a plugin, the newest first.
func (s *Plugin) GetVersions(ctx context.Context, req *api.PluginRequest) (*api.VersionsInfo, error) {
	item, err := s.usable(ctx, req)
	if err != nil {
		return nil, err
	}
	answer := &api.VersionsInfo{Results: slices.Clone(item.Versions)}
	slices.Reverse(answer.Results)
	answer.TotalCount = int32(len(answer.Results)) //nolint:gosec // they came in one request
	return answer, nil
}

// NotifyFailure tells that a plugin does not work: it is started anew.
func (s *Plugin) NotifyFailure(ctx context.Context, req *api.PluginFailureRequest) (*emptypb.Empty, error) {
	_, err := recoverPlugin(ctx, s.placement.installed, req)
	return &emptypb.Empty{}, err
}
