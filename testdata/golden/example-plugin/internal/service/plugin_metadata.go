package service

import (
	"context"
	"fmt"
	"strings"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
)

// GetPluginMetadata gives what a plugin says of itself when it is asked by init. If it
// runs nowhere, it is started first, as by GetPluginEndpoint.
func (s *Plugin) GetPluginMetadata(ctx context.Context, req *api.PluginMetadataRequest) (*api.PluginMetadata, error) {
	plugin, installed, err := s.running(ctx, &api.PluginEndpointRequest{
		PluginId: req.GetPluginId(), Version: req.GetVersion(),
		UpgradeMode: api.PluginEndpointRequest_UpgradeMode(req.GetUpgradeMode()),
	})
	if err != nil {
		return nil, err
	}
	_, served, ok := strings.Cut(plugin.ResourceType, ".")
	if !ok || served == "" {
		return nil, apierror.Invalid("resource_type", fmt.Sprintf(
			"the plugin %s is registered with %q, which names no service: register it with one, such as inventory.Collector", plugin.PluginID, plugin.ResourceType))
	}
	said, err := s.registeredPlugins.Init(ctx, installed.Endpoint, served, req.GetOptions().AsMap())
	if err != nil {
		return nil, err
	}
	metadata, err := structpb.NewStruct(said)
	return &api.PluginMetadata{Metadata: metadata}, err
}
