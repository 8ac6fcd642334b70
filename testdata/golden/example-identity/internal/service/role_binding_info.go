package service

import (
	"github.com/cloudforet-io/spacegen/core/apirecord"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/model"
)

// roleBindingInfo is a role binding as the API shows it.
func roleBindingInfo(item *model.RoleBinding) (*api.RoleBindingInfo, error) {
	info := new(api.RoleBindingInfo)
	if err := apirecord.Write(item, info); err != nil {
		return nil, err
	}
	return info, nil
}
