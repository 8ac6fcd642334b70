package service

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/grpc/codes"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
	"github.com/cloudforet-io/plugin/internal/model"
)

const (
	// endpointWait is how long a call for an endpoint waits for the plugin to
	// serve, unless its caller gives it less time.
	endpointWait = time.Minute
	// endpointSpare is what is left of the caller's time for the answer.
	endpointSpare = 500 * time.Millisecond
	// endpointPause is how often a call that waits looks.
	endpointPause = 250 * time.Millisecond
	// maxWaiting is how many calls wait at once. Each holds a worker: were there no
	// limit, supervisors could not publish what the calls wait for.
	maxWaiting = 16
	// askedPause is how often it is noted that a plugin is asked for.
	askedPause = 10 * time.Minute
)

// GetPluginEndpoint gives the endpoint of a plugin. If it runs nowhere, a supervisor is to run
// it, and the call waits until it serves; where too many wait already, the caller is
// to ask again.
func (s *Plugin) GetPluginEndpoint(ctx context.Context, req *api.PluginEndpointRequest) (*api.PluginEndpoint, error) {
	_, installed, err := s.running(ctx, req)
	if err != nil {
		return nil, err
	}
	answer := &api.PluginEndpoint{Endpoint: installed.Endpoint}
	if installed.Version != req.GetVersion() {
		answer.UpdatedVersion = installed.Version
	}
	return answer, nil
}

// running gives a plugin and where it serves, once it does.
func (s *Plugin) running(ctx context.Context, req *api.PluginEndpointRequest) (*model.RegisteredPlugin, *model.InstalledPlugin, error) {
	if req.GetPluginId() == "" {
		return nil, nil, apierror.Required("plugin_id")
	}
	domainID := cmp.Or(pipeline.TransactionFrom(ctx).Scope.DomainID, req.GetDomainId())
	plugin, err := s.registeredPlugins.Usable(ctx, domainID, req.GetPluginId())
	if failed(err, "ERROR_NOT_FOUND") {
		return nil, nil, apierror.New(codes.NotFound, codeNotFound, "The plugin does not exist: register it. (plugin_id = %s)", req.GetPluginId())
	} else if err != nil {
		return nil, nil, err
	}
	version, err := versionFor(plugin, req)
	if err != nil {
		return nil, nil, err
	}
	labels := slices.Sorted(maps.Keys(req.GetLabels().GetFields()))
	installed, err := s.serving(ctx, newWant(plugin, version, domainID, labels))
	return plugin, installed, err
}

// versionFor is the version that a request asks for: the newest, unless it says
// another.
func versionFor(plugin *model.RegisteredPlugin, req *api.PluginEndpointRequest) (string, error) {
	if len(plugin.Versions) == 0 {
		return "", apierror.New(codes.InvalidArgument, codeInvalidVersion, "The plugin has no versions: register one. (plugin_id = %s)", plugin.PluginID)
	}
	if req.GetVersion() == "" || req.GetUpgradeMode() == api.PluginEndpointRequest_AUTO {
		return plugin.Versions[len(plugin.Versions)-1], nil
	}
	if !slices.Contains(plugin.Versions, req.GetVersion()) {
		return "", errVersion(plugin, req.GetVersion())
	}
	return req.GetVersion(), nil
}

func errVersion(plugin *model.RegisteredPlugin, version string) *apierror.Error {
	return apierror.New(codes.InvalidArgument, codeInvalidVersion,
		"The plugin has no such version: register it. (plugin_id = %s, version = %s)", plugin.PluginID, version)
}

// serving waits until what is wanted serves, for as long as there is time.
func (s *Plugin) serving(ctx context.Context, w want) (*model.InstalledPlugin, error) {
	until := time.Now().Add(endpointWait)
	if limit, ok := ctx.Deadline(); ok && limit.Add(-endpointSpare).Before(until) {
		until = limit.Add(-endpointSpare)
	}
	waits := false
	for {
		installed, err := s.placement.install(ctx, w)
		if err != nil {
			return nil, err
		}
		if err := s.asked(ctx, installed); err != nil {
			return nil, err
		}
		unavailable := unavailable(w, installed)
		if unavailable == nil {
			return installed, nil
		}
		if unavailable.Code == codeFailed || time.Now().Add(endpointPause).After(until) {
			return nil, unavailable
		}
		if !waits {
			select {
			case s.waiting <- struct{}{}:
				waits = true
				defer func() { <-s.waiting }()
			default:
				return nil, unavailable
			}
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(endpointPause):
		}
	}
}

// asked notes that somebody asks for a plugin, which keeps it installed.
func (s *Plugin) asked(ctx context.Context, installed *model.InstalledPlugin) error {
	if installed == nil || time.Since(installed.AskedAt) < askedPause {
		return nil
	}
	if err := s.placement.installed.Ask(ctx, installed); !failed(err, "ERROR_NOT_FOUND") {
		return err
	}
	return nil
}

// The codes of errors by which callers learn why a plugin has no endpoint.
const (
	codeNotFound       = "ERROR_PLUGIN_NOT_FOUND"
	codeInvalidVersion = "ERROR_INVALID_PLUGIN_VERSION"
	codeNoSupervisor   = "ERROR_NO_POSSIBLE_SUPERVISOR"
	codeNotActive      = "ERROR_INSTALL_PLUGIN_TIMEOUT"
	codeFailed         = "ERROR_PLUGIN_FAILURE"
)

// unavailable says why what is wanted does not serve; nil if it does.
func unavailable(w want, installed *model.InstalledPlugin) *apierror.Error {
	switch {
	case installed == nil && len(w.labels) > 0:
		return apierror.New(codes.Unavailable, codeNoSupervisor,
			"No supervisor that has these labels is there to run the plugin. (plugin_id = %s, labels = %s)", w.pluginID, strings.Join(w.labels, ", "))
	case installed == nil:
		return apierror.New(codes.Unavailable, codeNoSupervisor,
			"No supervisor is there that could run the plugin: register one, or enable it. (plugin_id = %s)", w.pluginID)
	case installed.State == model.PluginError:
		return apierror.New(codes.Unavailable, codeFailed,
			"The plugin can't be run; its supervisor logs the reason. (plugin_id = %s, version = %s, supervisor = %s)",
			w.pluginID, w.version, installed.SupervisorName)
	case installed.State == model.PluginActive && installed.Endpoint != "":
		return nil
	default:
		return apierror.New(codes.Unavailable, codeNotActive,
			"The plugin does not serve yet: ask again. (plugin_id = %s, version = %s, state = %s, supervisor = %s)",
			w.pluginID, w.version, installed.State, installed.SupervisorName)
	}
}
