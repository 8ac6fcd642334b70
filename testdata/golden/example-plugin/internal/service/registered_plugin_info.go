package service

import (
	"github.com/cloudforet-io/spacegen/core/apirecord"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
	"github.com/cloudforet-io/plugin/internal/model"
)

// registeredPluginInfo is a registered plugin as the API shows it.
func registeredPluginInfo(item *model.RegisteredPlugin) (*api.RegisteredPluginInfo, error) {
	info := new(api.RegisteredPluginInfo)
	if err := apirecord.Write(item, info); err != nil {
		return nil, err
	}
	return info, nil
}
