package service

import (
	"github.com/cloudforet-io/spacegen/core/apirecord"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/model"
)

// projectInfo is a project as the API shows it.
func projectInfo(item *model.Project) (*api.ProjectInfo, error) {
	info := new(api.ProjectInfo)
	if err := apirecord.Write(item, info); err != nil {
		return nil, err
	}
	return info, nil
}
