package service

import (
	"github.com/cloudforet-io/spacegen/core/apirecord"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
	"github.com/cloudforet-io/plugin/internal/model"
)

// installedPluginInfo is an installed plugin as the API shows it.
func installedPluginInfo(item *model.InstalledPlugin) (*api.InstalledPluginInfo, error) {
	info := &api.InstalledPluginInfo{Managed: true}
	if err := apirecord.Write(item, info); err != nil {
		return nil, err
	}
	return info, nil
}
