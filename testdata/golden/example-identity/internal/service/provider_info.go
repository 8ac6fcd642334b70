package service

import (
	"github.com/cloudforet-io/spacegen/core/apirecord"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/model"
)

// providerInfo is a provider as the API shows it.
func providerInfo(item *model.Provider) (*api.ProviderInfo, error) {
	info := new(api.ProviderInfo)
	if err := apirecord.Write(item, info); err != nil {
		return nil, err
	}
	return info, nil
}
