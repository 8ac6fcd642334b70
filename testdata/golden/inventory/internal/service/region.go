package service

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/cloudforet-io/spacegen/core/rule"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/manager"
	"github.com/cloudforet-io/inventory/internal/model"
)

// Region is the service of regions.
//
// A region of a cloud provider.
//
// A method that writes runs in a database transaction, which is committed when it
// returns without an error. Read by GetForUpdate what a decision hangs on, so that no
// other call decides by the same state. Nothing must leave the service because of the
// call before the commit: a task that is put into a queue waits for it by itself, in the
// outbox; register a mail, or a call of another service, by OnSuccess of
// pipeline.TransactionFrom(ctx), or make it a task if it must not get lost.
//
// What holds for regions beyond their fields stands in region_rules.go.
type Region struct {
	items manager.Region
	rules rule.Rules[model.Region]
	means Means
}

// NewRegion makes the service of regions, without rules and other services:
// New gives it those.
func NewRegion(m manager.Managers) *Region {
	return &Region{items: m.Region}
}

func (s *Region) with(means Means, rules rule.Set[model.Region]) *Region {
	s.means, s.rules = means, rule.Of(rules)
	return s
}

// Create stores a new region in the caller's domain and workspace.
func (s *Region) Create(ctx context.Context, req *api.CreateRegionRequest) (*api.RegionInfo, error) {
	item, err := newRegion(req)
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
	return regionInfo(item)
}

// Update changes what the request names and leaves the rest as it is.
func (s *Region) Update(ctx context.Context, req *api.UpdateRegionRequest) (*api.RegionInfo, error) {
	if req.GetRegionId() == "" {
		return nil, apierror.Required("region_id")
	}
	scope := scopeOf(ctx)
	item, err := s.items.GetForUpdate(ctx, scope, req.GetRegionId())
	if err != nil {
		return nil, err
	}
	was := apirecord.Copy(item)
	columns, err := changeRegion(item, req)
	if err != nil {
		return nil, err
	}
	if err := s.save(ctx, was, item, columns...); err != nil {
		return nil, err
	}
	return regionInfo(item)
}

// save stores a region that was read by GetForUpdate and changed since, if its rules
// allow it: the columns named, and all others in which it differs from what it was.
// Methods of your own store by it as Update does.
func (s *Region) save(ctx context.Context, was, item *model.Region, columns ...string) error {
	if err := s.rules.BeforeUpdate(ctx, was, item); err != nil {
		return err
	}
	columns = apirecord.Changed(was, item, columns...)
	if err := s.items.Update(ctx, scopeOf(ctx), item, columns...); err != nil {
		return err
	}
	return s.rules.AfterUpdate(ctx, was, item)
}

// Delete removes a region.
func (s *Region) Delete(ctx context.Context, req *api.RegionRequest) (*emptypb.Empty, error) {
	if req.GetRegionId() == "" {
		return nil, apierror.Required("region_id")
	}
	item, err := s.items.GetForUpdate(ctx, scopeOf(ctx), req.GetRegionId())
	if err != nil {
		return nil, err
	}
	if err := s.rules.BeforeDelete(ctx, item); err != nil {
		return nil, err
	}
	if err := s.items.Delete(ctx, scopeOf(ctx), item.RegionID); err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, s.rules.AfterDelete(ctx, item)
}

// Get gives one region.
func (s *Region) Get(ctx context.Context, req *api.RegionRequest) (*api.RegionInfo, error) {
	if req.GetRegionId() == "" {
		return nil, apierror.Required("region_id")
	}
	item, err := s.items.Get(ctx, scopeOf(ctx), req.GetRegionId())
	if err != nil {
		return nil, err
	}
	return regionInfo(item)
}

// List gives the regions that the query and the request's own filters select.
func (s *Region) List(ctx context.Context, req *api.RegionQuery) (*api.RegionsInfo, error) {
	q, err := query.FromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	q.Filter = equals(q.Filter, "region_id", req.GetRegionId())
	if req.Name != nil {
		q.Filter = append(q.Filter, query.Condition{Key: "name", Operator: query.Eq, Value: req.GetName()})
	}
	if req.RegionCode != nil {
		q.Filter = append(q.Filter, query.Condition{Key: "region_code", Operator: query.Eq, Value: req.GetRegionCode()})
	}
	if req.Provider != nil {
		q.Filter = append(q.Filter, query.Condition{Key: "provider", Operator: query.Eq, Value: req.GetProvider()})
	}
	q.Filter = equals(q.Filter, "workspace_id", req.GetWorkspaceId())
	items, total, err := s.items.List(ctx, scopeOf(ctx), q)
	if err != nil {
		return nil, err
	}
	info := &api.RegionsInfo{TotalCount: int32(total)} //nolint:gosec // no table has 2^31 rows
	for i := range items {
		result, err := regionInfo(&items[i])
		if err != nil {
			return nil, err
		}
		info.Results = append(info.Results, result)
	}
	return info, nil
}

// Stat computes a statistic over regions.
func (s *Region) Stat(ctx context.Context, req *api.RegionStatQuery) (*structpb.Struct, error) {
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

// Analyze computes an analysis of regions.
func (s *Region) Analyze(ctx context.Context, req *api.RegionAnalyzeQuery) (*structpb.Struct, error) {
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
