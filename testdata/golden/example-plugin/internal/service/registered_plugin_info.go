package service

import (
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
	"github.com/cloudforet-io/plugin/internal/model"
)

// registeredPluginInfo is a registered plugin as the API shows it. It always has a
// registry_config: supervisors of the original platform read one.
func registeredPluginInfo(item *model.RegisteredPlugin) (*api.RegisteredPluginInfo, error) {
	info := new(api.RegisteredPluginInfo)
	if err := apirecord.Write(item, info); err != nil {
		return nil, err
	}
	if info.RegistryConfig == nil {
		info.RegistryConfig = new(structpb.Struct)
	}
	return info, nil
}
