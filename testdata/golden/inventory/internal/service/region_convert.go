package service

import (
	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apivalue"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/model"
)

// newRegion makes a region of a request, once it has all that is required.
func newRegion(req *api.CreateRegionRequest) (*model.Region, error) {
	if req.GetName() == "" {
		return nil, apierror.Required("name")
	}
	if req.GetRegionCode() == "" {
		return nil, apierror.Required("region_code")
	}
	return &model.Region{
		Name:       req.GetName(),
		RegionCode: req.GetRegionCode(),
		Provider:   req.GetProvider(),
		Tags:       apivalue.Struct(req.GetTags()),
	}, nil
}

// changeRegion puts what the request sets into item and names the columns. What
// is required cannot be emptied.
func changeRegion(item *model.Region, req *api.UpdateRegionRequest) (columns []string, err error) {
	if req.Name != nil {
		if req.GetName() == "" {
			return nil, apierror.Required("name")
		}
		item.Name = req.GetName()
		columns = append(columns, "name")
	}
	if req.RegionCode != nil {
		if req.GetRegionCode() == "" {
			return nil, apierror.Required("region_code")
		}
		item.RegionCode = req.GetRegionCode()
		columns = append(columns, "region_code")
	}
	if req.Provider != nil {
		item.Provider = req.GetProvider()
		columns = append(columns, "provider")
	}
	if req.Tags != nil {
		item.Tags = apivalue.Struct(req.GetTags())
		columns = append(columns, "tags")
	}
	return columns, nil
}

// regionInfo is a region as the API shows it.
func regionInfo(item *model.Region) (*api.RegionInfo, error) {
	tagsValue, err := apivalue.FromStruct(item.Tags)
	if err != nil {
		return nil, err
	}
	return &api.RegionInfo{
		RegionId:    item.RegionID,
		Name:        item.Name,
		RegionCode:  item.RegionCode,
		Provider:    item.Provider,
		Tags:        tagsValue,
		DomainId:    item.DomainID,
		WorkspaceId: item.WorkspaceID,
		CreatedAt:   apivalue.FromTime(item.CreatedAt),
		UpdatedAt:   apivalue.FromTime(item.UpdatedAt),
	}, nil
}
