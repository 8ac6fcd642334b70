package service

import (
	"github.com/cloudforet-io/spacegen/core/apirecord"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/model"
)

// workspaceInfo is a workspace as the API shows it.
func workspaceInfo(item *model.Workspace) (*api.WorkspaceInfo, error) {
	info := new(api.WorkspaceInfo)
	if err := apirecord.Write(item, info); err != nil {
		return nil, err
	}
	return info, nil
}
