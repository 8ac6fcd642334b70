package service

import (
	"cmp"
	"context"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/query"
	"google.golang.org/protobuf/types/known/emptypb"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/manager"
	"github.com/cloudforet-io/inventory/internal/model"
)

// Collector is the service Collector of the API.
//
// A Collector asks a plugin for what a provider runs, and keeps its answers as
// cloud services.
type Collector struct {
	collectors manager.Collector
	start      *CollectionStart
}

// NewCollector makes the service.
func NewCollector(m manager.Managers) *Collector {
	return &Collector{
		collectors: m.Collector,
		start:      NewCollectionStart(m),
	}
}

// Create creates a collector. Its plugin is first called by a collection.
func (s *Collector) Create(ctx context.Context, req *api.CreateCollectorRequest) (*api.CollectorInfo, error) {
	if err := apirecord.Require(req, "name", "plugin_info"); err != nil {
		return nil, err
	}
	item := new(model.Collector)
	if err := apirecord.New(req, item); err != nil {
		return nil, err
	}
	if err := item.Check(); err != nil {
		return nil, err
	}
	scope := pipeline.TransactionFrom(ctx).Scope
	item.DomainID = cmp.Or(scope.DomainID, item.DomainID)
	item.WorkspaceID = cmp.Or(scope.WorkspaceID, item.WorkspaceID)
	if err := s.collectors.Create(ctx, item); err != nil {
		return nil, err
	}
	return collectorInfo(item)
}

// Update changes what is given of a collector. A plugin_info that is given replaces
// the one that is kept.
func (s *Collector) Update(ctx context.Context, req *api.UpdateCollectorRequest) (*api.CollectorInfo, error) {
	if req.GetCollectorId() == "" {
		return nil, apierror.Required("collector_id")
	}
	scope := scopeOf(ctx)
	item, err := s.collectors.GetForUpdate(ctx, scope, req.GetCollectorId())
	if err != nil {
		return nil, err
	}
	columns, err := apirecord.Change(req, item, "collector_id")
	if err != nil {
		return nil, err
	}
	if err := item.Check(); err != nil {
		return nil, err
	}
	if err := s.collectors.Update(ctx, scope, item, columns...); err != nil {
		return nil, err
	}
	return collectorInfo(item)
}

// Delete deletes a collector. What it collected stays.
func (s *Collector) Delete(ctx context.Context, req *api.CollectorRequest) (*emptypb.Empty, error) {
	if req.GetCollectorId() == "" {
		return nil, apierror.Required("collector_id")
	}
	return &emptypb.Empty{}, s.collectors.Delete(ctx, scopeOf(ctx), req.GetCollectorId())
}

// Get gives a collector.
func (s *Collector) Get(ctx context.Context, req *api.CollectorRequest) (*api.CollectorInfo, error) {
	if req.GetCollectorId() == "" {
		return nil, apierror.Required("collector_id")
	}
	item, err := s.collectors.Get(ctx, scopeOf(ctx), req.GetCollectorId())
	if err != nil {
		return nil, err
	}
	return collectorInfo(item)
}

// List lists collectors.
func (s *Collector) List(ctx context.Context, req *api.CollectorQuery) (*api.CollectorsInfo, error) {
	q, err := query.FromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	filters, err := apirecord.Filters(req, model.CollectorSchema())
	if err != nil {
		return nil, err
	}
	q.Filter = append(q.Filter, filters...)
	items, total, err := s.collectors.List(ctx, scopeOf(ctx), q)
	if err != nil {
		return nil, err
	}
	answer := &api.CollectorsInfo{
		TotalCount: int32(total), //nolint:gosec // no table has 2^31 rows
	}
	for i := range items {
		info, err := collectorInfo(&items[i])
		if err != nil {
			return nil, err
		}
		answer.Results = append(answer.Results, info)
	}
	return answer, nil
}

// Collect starts a collection: a worker carries it out. The job that is given tells
// how far it is. While one is under way, it is given again.
func (s *Collector) Collect(ctx context.Context, req *api.CollectRequest) (*api.JobInfo, error) {
	if req.GetCollectorId() == "" {
		return nil, apierror.Required("collector_id")
	}
	collector, err := s.collectors.Get(ctx, scopeOf(ctx), req.GetCollectorId())
	if err != nil {
		return nil, err
	}
	job, err := s.start.start(ctx, collector)
	if err != nil {
		return nil, err
	}
	return jobInfo(job)
}
