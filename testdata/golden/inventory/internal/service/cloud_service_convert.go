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
	stateValue, err := apivalue.EnumName("state", api.CloudServiceInfo_State_name, req.GetState())
	if err != nil {
		return nil, err
	}
	launchedAtValue, err := apivalue.Time("launched_at", req.GetLaunchedAt())
	if err != nil {
		return nil, err
	}
	return &model.CloudService{
		Name:        req.GetName(),
		State:       cmp.Or(stateValue, "ACTIVE"),
		Size:        req.GetSize(),
		Cost:        req.GetCost(),
		Monitored:   req.GetMonitored(),
		IPAddresses: req.GetIpAddresses(),
		LaunchedAt:  launchedAtValue,
		Data:        apivalue.Struct(req.GetData()),
		ProjectID:   req.GetProjectId(),
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
	if req.State != nil {
		if req.GetState() == 0 {
			return nil, apierror.Required("state")
		}
		if item.State, err = apivalue.EnumName("state", api.CloudServiceInfo_State_name, req.GetState()); err != nil {
			return nil, err
		}
		columns = append(columns, "state")
	}
	if req.Size != nil {
		item.Size = req.GetSize()
		columns = append(columns, "size")
	}
	if req.Cost != nil {
		item.Cost = req.GetCost()
		columns = append(columns, "cost")
	}
	if req.Monitored != nil {
		item.Monitored = req.GetMonitored()
		columns = append(columns, "monitored")
	}
	if len(req.GetIpAddresses()) > 0 {
		item.IPAddresses = req.GetIpAddresses()
		columns = append(columns, "ip_addresses")
	}
	if req.LaunchedAt != nil {
		if item.LaunchedAt, err = apivalue.Time("launched_at", req.GetLaunchedAt()); err != nil {
			return nil, err
		}
		columns = append(columns, "launched_at")
	}
	if req.Data != nil {
		item.Data = apivalue.Struct(req.GetData())
		columns = append(columns, "data")
	}
	if req.ProjectId != nil {
		item.ProjectID = req.GetProjectId()
		columns = append(columns, "project_id")
	}
	return columns, nil
}

// cloudServiceInfo is a cloud service as the API shows it.
func cloudServiceInfo(item *model.CloudService) (*api.CloudServiceInfo, error) {
	dataValue, err := apivalue.FromStruct(item.Data)
	if err != nil {
		return nil, err
	}
	return &api.CloudServiceInfo{
		CloudServiceId: item.CloudServiceID,
		Name:           item.Name,
		State:          apivalue.EnumValue[api.CloudServiceInfo_State](api.CloudServiceInfo_State_value, item.State),
		Size:           item.Size,
		Cost:           item.Cost,
		Monitored:      item.Monitored,
		IpAddresses:    item.IPAddresses,
		LaunchedAt:     apivalue.FromTime(item.LaunchedAt),
		Data:           dataValue,
		ProjectId:      item.ProjectID,
		DomainId:       item.DomainID,
		WorkspaceId:    item.WorkspaceID,
		CreatedAt:      apivalue.FromTime(item.CreatedAt),
		UpdatedAt:      apivalue.FromTime(item.UpdatedAt),
	}, nil
}
