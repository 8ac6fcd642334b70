package service

import (
	"github.com/cloudforet-io/spacegen/core/apirecord"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/model"
)

// domainInfo is a domain as the API shows it.
func domainInfo(item *model.Domain) (*api.DomainInfo, error) {
	info := new(api.DomainInfo)
	if err := apirecord.Write(item, info); err != nil {
		return nil, err
	}
	return info, nil
}
