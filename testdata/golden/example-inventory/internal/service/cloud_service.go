package service

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/apivalue"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/cloudforet-io/spacegen/core/rule"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/manager"
	"github.com/cloudforet-io/inventory/internal/model"
)

// CloudService is the service of cloud services.
//
// Anything that a provider runs for a customer.
//
// A method that writes runs in a database transaction, which is committed when it
// returns without an error. Read by GetForUpdate what a decision hangs on, so that no
// other call decides by the same state. Nothing must leave the service because of the
// call before the commit: a task that is put into a queue waits for it by itself, in the
// outbox; register a mail, or a call of another service, by OnSuccess of
// pipeline.TransactionFrom(ctx), or make it a task if it must not get lost.
//
// What holds for cloud services beyond their fields stands in cloud_service_rules.go.
type CloudService struct {
	items manager.CloudService
	rules rule.Rules[model.CloudService]
	means Means
}

// NewCloudService makes the service of cloud services, without rules and other services:
// New gives it those.
func NewCloudService(m manager.Managers) *CloudService {
	return &CloudService{items: m.CloudService}
}

func (s *CloudService) with(means Means, rules rule.Set[model.CloudService]) *CloudService {
	s.means, s.rules = means, rule.Of(rules)
	return s
}

// Create stores a new cloud service in the caller's domain and workspace.
func (s *CloudService) Create(ctx context.Context, req *api.CreateCloudServiceRequest) (*api.CloudServiceInfo, error) {
	item, err := newCloudService(req)
	if err != nil {
		return nil, err
	}
	scope := pipeline.TransactionFrom(ctx).Scope
	item.DomainID = scope.DomainID
	item.WorkspaceID = scope.WorkspaceID
	if err := s.rules.BeforeCreate(ctx, item); err != nil {
		return nil, err
	}
	if err := s.items.Create(ctx, item); err != nil {
		return nil, err
	}
	if err := s.rules.AfterCreate(ctx, item); err != nil {
		return nil, err
	}
	return cloudServiceInfo(item)
}

// Update changes what the request names and leaves the rest as it is.
func (s *CloudService) Update(ctx context.Context, req *api.UpdateCloudServiceRequest) (*api.CloudServiceInfo, error) {
	if req.GetCloudServiceId() == "" {
		return nil, apierror.Required("cloud_service_id")
	}
	scope := scopeOf(ctx)
	item, err := s.items.GetForUpdate(ctx, scope, req.GetCloudServiceId())
	if err != nil {
		return nil, err
	}
	was := apirecord.Copy(item)
	columns, err := changeCloudService(item, req)
	if err != nil {
		return nil, err
	}
	if err := s.save(ctx, was, item, columns...); err != nil {
		return nil, err
	}
	return cloudServiceInfo(item)
}

// save stores a cloud service that was read by GetForUpdate and changed since, if its rules
// allow it: the columns named, and all others in which it differs from what it was.
// Methods of your own store by it as Update does.
func (s *CloudService) save(ctx context.Context, was, item *model.CloudService, columns ...string) error {
	if err := s.rules.BeforeUpdate(ctx, was, item); err != nil {
		return err
	}
	columns = apirecord.Changed(was, item, columns...)
	if err := s.items.Update(ctx, scopeOf(ctx), item, columns...); err != nil {
		return err
	}
	return s.rules.AfterUpdate(ctx, was, item)
}

// Delete removes a cloud service.
func (s *CloudService) Delete(ctx context.Context, req *api.CloudServiceRequest) (*emptypb.Empty, error) {
	if req.GetCloudServiceId() == "" {
		return nil, apierror.Required("cloud_service_id")
	}
	item, err := s.items.GetForUpdate(ctx, scopeOf(ctx), req.GetCloudServiceId())
	if err != nil {
		return nil, err
	}
	if err := s.rules.BeforeDelete(ctx, item); err != nil {
		return nil, err
	}
	if err := s.items.Delete(ctx, scopeOf(ctx), item.CloudServiceID); err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, s.rules.AfterDelete(ctx, item)
}

// Get gives one cloud service.
func (s *CloudService) Get(ctx context.Context, req *api.CloudServiceRequest) (*api.CloudServiceInfo, error) {
	if req.GetCloudServiceId() == "" {
		return nil, apierror.Required("cloud_service_id")
	}
	item, err := s.items.Get(ctx, scopeOf(ctx), req.GetCloudServiceId())
	if err != nil {
		return nil, err
	}
	return cloudServiceInfo(item)
}

// List gives the cloud services that the query and the request's own filters select.
func (s *CloudService) List(ctx context.Context, req *api.CloudServiceQuery) (*api.CloudServicesInfo, error) {
	q, err := query.FromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	q.Filter = equals(q.Filter, "cloud_service_id", req.GetCloudServiceId())
	if req.Name != nil {
		q.Filter = append(q.Filter, query.Condition{Key: "name", Operator: query.Eq, Value: req.GetName()})
	}
	if req.ResourceId != nil {
		q.Filter = append(q.Filter, query.Condition{Key: "resource_id", Operator: query.Eq, Value: req.GetResourceId()})
	}
	if req.Provider != nil {
		q.Filter = append(q.Filter, query.Condition{Key: "provider", Operator: query.Eq, Value: req.GetProvider()})
	}
	if req.CloudServiceGroup != nil {
		q.Filter = append(q.Filter, query.Condition{Key: "cloud_service_group", Operator: query.Eq, Value: req.GetCloudServiceGroup()})
	}
	if req.CloudServiceType != nil {
		q.Filter = append(q.Filter, query.Condition{Key: "cloud_service_type", Operator: query.Eq, Value: req.GetCloudServiceType()})
	}
	if req.RegionCode != nil {
		q.Filter = append(q.Filter, query.Condition{Key: "region_code", Operator: query.Eq, Value: req.GetRegionCode()})
	}
	if req.Account != nil {
		q.Filter = append(q.Filter, query.Condition{Key: "account", Operator: query.Eq, Value: req.GetAccount()})
	}
	if req.InstanceType != nil {
		q.Filter = append(q.Filter, query.Condition{Key: "instance_type", Operator: query.Eq, Value: req.GetInstanceType()})
	}
	if req.InstanceSize != nil {
		q.Filter = append(q.Filter, query.Condition{Key: "instance_size", Operator: query.Eq, Value: req.GetInstanceSize()})
	}
	if req.ExternalLink != nil {
		q.Filter = append(q.Filter, query.Condition{Key: "external_link", Operator: query.Eq, Value: req.GetExternalLink()})
	}
	if req.CollectorId != nil {
		q.Filter = append(q.Filter, query.Condition{Key: "collector_id", Operator: query.Eq, Value: req.GetCollectorId()})
	}
	stateValue, err := apivalue.EnumName("state", api.CloudServiceInfo_State_name, req.GetState())
	if err != nil {
		return nil, err
	}
	q.Filter = equals(q.Filter, "state", stateValue)
	q.Filter = equals(q.Filter, "workspace_id", req.GetWorkspaceId())
	items, total, err := s.items.List(ctx, scopeOf(ctx), q)
	if err != nil {
		return nil, err
	}
	info := &api.CloudServicesInfo{TotalCount: int32(total)} //nolint:gosec // no table has 2^31 rows
	for i := range items {
		result, err := cloudServiceInfo(&items[i])
		if err != nil {
			return nil, err
		}
		info.Results = append(info.Results, result)
	}
	return info, nil
}

// Stat computes a statistic over cloud services.
func (s *CloudService) Stat(ctx context.Context, req *api.CloudServiceStatQuery) (*structpb.Struct, error) {
	q, err := query.StatFromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	rows, total, err := s.items.Stat(ctx, scopeOf(ctx), q)
	if err != nil {
		return nil, err
	}
	return statInfo(q, rows, total)
}

// Analyze computes an analysis of cloud services.
func (s *CloudService) Analyze(ctx context.Context, req *api.CloudServiceAnalyzeQuery) (*structpb.Struct, error) {
	q, err := query.AnalyzeFromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	rows, more, err := s.items.Analyze(ctx, scopeOf(ctx), q)
	if err != nil {
		return nil, err
	}
	return analyzeInfo(q, rows, more)
}
