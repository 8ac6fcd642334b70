package service

import (
	"github.com/cloudforet-io/spacegen/core/apirecord"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
	"github.com/cloudforet-io/plugin/internal/model"
)

// supervisorInfo is a supervisor as the API shows it.
func supervisorInfo(item *model.Supervisor) (*api.SupervisorInfo, error) {
	info := new(api.SupervisorInfo)
	if err := apirecord.Write(item, info); err != nil {
		return nil, err
	}
	return info, nil
}
