package service

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/inventory/internal/manager"
	"github.com/cloudforet-io/inventory/internal/model"
)

// CollectionStart starts collections: those whose hour it is, or one that
// somebody asks for.
type CollectionStart struct {
	collectors manager.Collector
	jobs       manager.Job
	tasks      manager.Task
}

// NewCollectionStart makes the service.
func NewCollectionStart(m manager.Managers) *CollectionStart {
	return &CollectionStart{collectors: m.Collector, jobs: m.Job, tasks: m.Task}
}

// Run starts every collector whose schedule names the hour in params, and
// answers with their number.
func (s *CollectionStart) Run(ctx context.Context, params *structpb.Struct) (*structpb.Struct, error) {
	hour, given := params.GetFields()["hour"]
	if !given {
		return nil, apierror.Required("hour")
	}
	started := 0
	schedules := query.Query{Only: []string{"schedule", "domain_id", "workspace_id"}}
	err := s.collectors.Each(ctx, model.Scope{}, schedules, func(collector *model.Collector) error {
		due, err := collector.IsDue(int(hour.GetNumberValue()))
		if err != nil || !due {
			return err
		}
		started++
		_, err = s.start(ctx, collector)
		return err
	})
	if err != nil {
		return nil, err
	}
	return structpb.NewStruct(map[string]any{"started": started})
}

// start makes the job of a collection and hands it to a worker. While one of
// the collector is in progress, that is given; should its task be lost, it is
// handed over again.
func (s *CollectionStart) start(ctx context.Context, collector *model.Collector) (*model.Job, error) {
	job, err := s.jobs.Running(ctx, collector.CollectorID)
	if err != nil {
		return nil, err
	}
	if job == nil {
		job = &model.Job{
			CollectorID: collector.CollectorID, Status: model.JobInProgress,
			DomainID: collector.DomainID, WorkspaceID: collector.WorkspaceID,
		}
		if err := s.jobs.Create(ctx, job); err != nil {
			return nil, err
		}
	}
	// It leaves when the job is committed.
	if err := s.tasks.Collect(ctx, job.JobID); err != nil {
		return nil, err
	}
	return job, nil
}
