package service

import (
	"github.com/cloudforet-io/spacegen/core/apirecord"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/model"
)

// collectorInfo is a collector as the API shows it.
func collectorInfo(item *model.Collector) (*api.CollectorInfo, error) {
	info := new(api.CollectorInfo)
	if err := apirecord.Write(item, info); err != nil {
		return nil, err
	}
	return info, nil
}
