package service

import (
	"context"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/manager"
)

// Endpoint is the service Endpoint of the API.
//
// Endpoints are where the services of the platform are, as the configuration says.
type Endpoint struct {
	settings manager.Settings
}

// NewEndpoint makes the service.
func NewEndpoint(m manager.Managers) *Endpoint { return &Endpoint{settings: m.Settings} }

// List lists the endpoints of services: those for everybody, or those for services.
func (s *Endpoint) List(_ context.Context, req *api.EndpointSearchQuery) (*api.EndpointsInfo, error) {
	endpoints, err := s.settings.Endpoints()
	if err != nil {
		return nil, err
	}
	answer := new(api.EndpointsInfo)
	for _, endpoint := range endpoints {
		if req.GetService() != "" && req.GetService() != endpoint.Service {
			continue
		}
		info := &api.EndpointInfo{
			Name: endpoint.Name, Service: endpoint.Service, Version: endpoint.Version,
			State: api.EndpointInfo_EndpointState(api.EndpointInfo_EndpointState_value[endpoint.State]),
		}
		if req.GetEndpointType() == api.EndpointSearchQuery_INTERNAL {
			info.InternalEndpoint = endpoint.InternalEndpoint
		} else {
			info.Endpoint = endpoint.Endpoint
		}
		answer.Results = append(answer.Results, info)
	}
	answer.TotalCount = int32(len(answer.GetResults())) //nolint:gosec // as many as somebody wrote down
	return answer, nil
}
