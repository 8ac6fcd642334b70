package service

import (
	"github.com/cloudforet-io/spacegen/core/apirecord"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/model"
)

// projectGroupInfo is a project group as the API shows it.
func projectGroupInfo(item *model.ProjectGroup) (*api.ProjectGroupInfo, error) {
	info := new(api.ProjectGroupInfo)
	if err := apirecord.Write(item, info); err != nil {
		return nil, err
	}
	return info, nil
}
