package service

import (
	"github.com/cloudforet-io/spacegen/core/apirecord"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/model"
)

// userGroupInfo is a user group as the API shows it.
func userGroupInfo(item *model.UserGroup) (*api.UserGroupInfo, error) {
	info := new(api.UserGroupInfo)
	if err := apirecord.Write(item, info); err != nil {
		return nil, err
	}
	return info, nil
}
