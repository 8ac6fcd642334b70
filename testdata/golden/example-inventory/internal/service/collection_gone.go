package service

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"

	"github.com/cloudforet-io/inventory/internal/model"
)

// goneFor is how long a cloud service that is not found any more is kept.
const goneFor = 3 * 24 * time.Hour

// gone marks what the job's collector found before and not since begun, and deletes what
// it has not found for long.
func (s *Collection) gone(ctx context.Context, job *model.Job, begun time.Time) error {
	scope := model.Scope{DomainID: job.DomainID, WorkspaceID: job.WorkspaceID}
	own := query.Query{Filter: []query.Condition{{Key: "collector_id", Operator: query.Eq, Value: job.CollectorID}}}
	begun = begun.UTC().Truncate(time.Millisecond)
	return s.services.Each(ctx, scope, own, func(item *model.CloudService) error {
		if !item.CollectedAt.Before(begun) {
			return nil
		}
		var err error
		count := &job.DisconnectedCount
		switch {
		case item.State == model.CloudServiceActive:
			item.State = model.CloudServiceDisconnected
			err = s.services.Update(ctx, scope, item, "state")
		case item.CollectedAt.Before(begun.Add(-goneFor)):
			count = &job.DeletedCount
			err = s.services.DeleteRead(ctx, scope, item)
		default:
			return nil
		}
		switch {
		case err == nil:
			*count++
		case changedMeanwhile(err):
			return nil // somebody else has just found it, or deleted it
		}
		return err
	})
}

// changedMeanwhile reports whether an error says that a resource is not what it was when
// it was read.
func changedMeanwhile(err error) bool {
	code := apierror.From(err).Code
	return code == "ERROR_CONFLICT" || code == "ERROR_NOT_FOUND"
}
