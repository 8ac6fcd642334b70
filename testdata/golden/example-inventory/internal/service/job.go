package service

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/query"
	"google.golang.org/protobuf/types/known/emptypb"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/manager"
	"github.com/cloudforet-io/inventory/internal/model"
)

// Job is the service Job of the API.
//
// A Job is one collection, under way or ended.
//
// A method that writes runs in a database transaction, which is committed when it
// returns without an error. Read by GetForUpdate what a decision hangs on, so that no
// other call decides by the same state. Nothing must leave the service because of the
// call before the commit: a task that is put into a queue waits for it by itself, in the
// outbox; register a mail, or a call of another service, by OnSuccess of
// pipeline.TransactionFrom(ctx), or make it a task if it must not get lost.
type Job struct {
	jobs manager.Job
}

// NewJob makes the service.
func NewJob(m manager.Managers) *Job {
	return &Job{
		jobs: m.Job,
	}
}

// Delete deletes a job.
func (s *Job) Delete(ctx context.Context, req *api.JobRequest) (*emptypb.Empty, error) {
	scope, err := scopeOf(ctx).Within(req.GetDomainId(), req.GetWorkspaceId())
	if err != nil {
		return nil, err
	}
	if req.GetJobId() == "" {
		return nil, apierror.Required("job_id")
	}
	return &emptypb.Empty{}, s.jobs.Delete(ctx, scope, req.GetJobId())
}

// Get gives a job.
func (s *Job) Get(ctx context.Context, req *api.JobRequest) (*api.JobInfo, error) {
	scope, err := scopeOf(ctx).Within(req.GetDomainId(), req.GetWorkspaceId())
	if err != nil {
		return nil, err
	}
	if req.GetJobId() == "" {
		return nil, apierror.Required("job_id")
	}
	item, err := s.jobs.Get(ctx, scope, req.GetJobId())
	if err != nil {
		return nil, err
	}
	return jobInfo(item)
}

// List lists jobs.
func (s *Job) List(ctx context.Context, req *api.JobQuery) (*api.JobsInfo, error) {
	q, err := query.FromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	filters, err := apirecord.Filters(req, model.JobSchema())
	if err != nil {
		return nil, err
	}
	q.Filter = append(q.Filter, filters...)
	items, total, err := s.jobs.List(ctx, scopeOf(ctx), q)
	if err != nil {
		return nil, err
	}
	answer := &api.JobsInfo{
		TotalCount: int32(total), //nolint:gosec // no table has 2^31 rows
	}
	for i := range items {
		info, err := jobInfo(&items[i])
		if err != nil {
			return nil, err
		}
		answer.Results = append(answer.Results, info)
	}
	return answer, nil
}
