package service

import (
	"cmp"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apivalue"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/model"
)

// newCloudService makes a cloud service of a request, once it has all that is required.
func newCloudService(req *api.CreateCloudServiceRequest) (*model.CloudService, error) {
	if req.GetName() == "" {
		return nil, apierror.Required("name")
	}
	if req.GetResourceId() == "" {
		return nil, apierror.Required("resource_id")
	}
	collectedAtValue, err := apivalue.Time("collected_at", req.GetCollectedAt())
	if err != nil {
		return nil, err
	}
	stateValue, err := apivalue.EnumName("state", api.CloudServiceInfo_State_name, req.GetState())
	if err != nil {
		return nil, err
	}
	return &model.CloudService{
		Name:              req.GetName(),
		ResourceID:        req.GetResourceId(),
		Provider:          req.GetProvider(),
		CloudServiceGroup: req.GetCloudServiceGroup(),
		CloudServiceType:  req.GetCloudServiceType(),
		RegionCode:        req.GetRegionCode(),
		Account:           req.GetAccount(),
		InstanceType:      req.GetInstanceType(),
		InstanceSize:      req.GetInstanceSize(),
		IPAddresses:       req.GetIpAddresses(),
		ExternalLink:      req.GetExternalLink(),
		Data:              apivalue.Struct(req.GetData()),
		Tags:              apivalue.Struct(req.GetTags()),
		CollectorID:       req.GetCollectorId(),
		CollectedAt:       collectedAtValue,
		State:             cmp.Or(stateValue, "ACTIVE"),
	}, nil
}

// changeCloudService puts what the request sets into item and names the columns. What
// is required cannot be emptied.
func changeCloudService(item *model.CloudService, req *api.UpdateCloudServiceRequest) (columns []string, err error) {
	if req.Name != nil {
		if req.GetName() == "" {
			return nil, apierror.Required("name")
		}
		item.Name = req.GetName()
		columns = append(columns, "name")
	}
	if req.ResourceId != nil {
		if req.GetResourceId() == "" {
			return nil, apierror.Required("resource_id")
		}
		item.ResourceID = req.GetResourceId()
		columns = append(columns, "resource_id")
	}
	if req.Provider != nil {
		item.Provider = req.GetProvider()
		columns = append(columns, "provider")
	}
	if req.CloudServiceGroup != nil {
		item.CloudServiceGroup = req.GetCloudServiceGroup()
		columns = append(columns, "cloud_service_group")
	}
	if req.CloudServiceType != nil {
		item.CloudServiceType = req.GetCloudServiceType()
		columns = append(columns, "cloud_service_type")
	}
	if req.RegionCode != nil {
		item.RegionCode = req.GetRegionCode()
		columns = append(columns, "region_code")
	}
	if req.Account != nil {
		item.Account = req.GetAccount()
		columns = append(columns, "account")
	}
	if req.InstanceType != nil {
		item.InstanceType = req.GetInstanceType()
		columns = append(columns, "instance_type")
	}
	if req.InstanceSize != nil {
		item.InstanceSize = req.GetInstanceSize()
		columns = append(columns, "instance_size")
	}
	if len(req.GetIpAddresses()) > 0 {
		item.IPAddresses = req.GetIpAddresses()
		columns = append(columns, "ip_addresses")
	}
	if req.ExternalLink != nil {
		item.ExternalLink = req.GetExternalLink()
		columns = append(columns, "external_link")
	}
	if req.Data != nil {
		item.Data = apivalue.Struct(req.GetData())
		columns = append(columns, "data")
	}
	if req.Tags != nil {
		item.Tags = apivalue.Struct(req.GetTags())
		columns = append(columns, "tags")
	}
	if req.CollectorId != nil {
		item.CollectorID = req.GetCollectorId()
		columns = append(columns, "collector_id")
	}
	if req.CollectedAt != nil {
		if item.CollectedAt, err = apivalue.Time("collected_at", req.GetCollectedAt()); err != nil {
			return nil, err
		}
		columns = append(columns, "collected_at")
	}
	if req.State != nil {
		if req.GetState() == 0 {
			return nil, apierror.Required("state")
		}
		if item.State, err = apivalue.EnumName("state", api.CloudServiceInfo_State_name, req.GetState()); err != nil {
			return nil, err
		}
		columns = append(columns, "state")
	}
	return columns, nil
}

// cloudServiceInfo is a cloud service as the API shows it.
func cloudServiceInfo(item *model.CloudService) (*api.CloudServiceInfo, error) {
	dataValue, err := apivalue.FromStruct(item.Data)
	if err != nil {
		return nil, err
	}
	tagsValue, err := apivalue.FromStruct(item.Tags)
	if err != nil {
		return nil, err
	}
	return &api.CloudServiceInfo{
		CloudServiceId:    item.CloudServiceID,
		Name:              item.Name,
		ResourceId:        item.ResourceID,
		Provider:          item.Provider,
		CloudServiceGroup: item.CloudServiceGroup,
		CloudServiceType:  item.CloudServiceType,
		RegionCode:        item.RegionCode,
		Account:           item.Account,
		InstanceType:      item.InstanceType,
		InstanceSize:      item.InstanceSize,
		IpAddresses:       item.IPAddresses,
		ExternalLink:      item.ExternalLink,
		Data:              dataValue,
		Tags:              tagsValue,
		CollectorId:       item.CollectorID,
		CollectedAt:       apivalue.FromTime(item.CollectedAt),
		State:             apivalue.EnumValue[api.CloudServiceInfo_State](api.CloudServiceInfo_State_value, item.State),
		DomainId:          item.DomainID,
		WorkspaceId:       item.WorkspaceID,
		CreatedAt:         apivalue.FromTime(item.CreatedAt),
		UpdatedAt:         apivalue.FromTime(item.UpdatedAt),
	}, nil
}
