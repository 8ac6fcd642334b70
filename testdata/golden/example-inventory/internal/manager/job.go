package manager

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/identifier"
	"github.com/cloudforet-io/spacegen/core/query"

	"github.com/cloudforet-io/inventory/internal/connector"
	"github.com/cloudforet-io/inventory/internal/connector/database"
	"github.com/cloudforet-io/inventory/internal/model"
)

// Job manages jobs. The scope of a call confines what it can see
// and change; what lies outside is not found.
type Job interface {
	// Create stores a new job and fills in its identifier and times.
	Create(ctx context.Context, item *model.Job) error
	// Update stores the columns named, and the time of the update. If somebody else has
	// changed the job since item was read, it is ERROR_CONFLICT, and nothing is stored.
	Update(ctx context.Context, scope model.Scope, item *model.Job, columns ...string) error
	// Record stores how far a job is, or how it ended. One that has ended, or was
	// deleted, is not found: nobody needs to work at it any more.
	Record(ctx context.Context, item *model.Job) error
	// Running gives the job of a collector that is in progress; nil if none is.
	Running(ctx context.Context, collectorID string) (*model.Job, error)
	// Silent gives jobs in progress of which nothing was recorded since a time.
	Silent(ctx context.Context, since time.Time) ([]model.Job, error)
	Delete(ctx context.Context, scope model.Scope, id string) error
	// DeleteRead is Delete of a job that was read. If somebody else has changed it
	// since, it is ERROR_CONFLICT.
	DeleteRead(ctx context.Context, scope model.Scope, item *model.Job) error
	Get(ctx context.Context, scope model.Scope, id string) (*model.Job, error)
	// GetForUpdate is Get for whoever decides by what it gives and then writes: it locks
	// the job until the call's transaction ends.
	GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.Job, error)
	// List gives a page of results and how many there are in all. Without a page,
	// more than the database's max_records is refused.
	List(ctx context.Context, scope model.Scope, q query.Query) ([]model.Job, int, error)
	// Each calls do with all that the query selects, however much that is, by identifier.
	Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.Job) error) error
	// Stat gives the rows of a statistic and, for a page of them, how many there are in all.
	Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error)
}

type jobManager struct {
	store *database.Job
}

// NewJob makes the manager of jobs.
func NewJob(c connector.Connectors) Job {
	return &jobManager{store: c.Job}
}

func (m *jobManager) Create(ctx context.Context, item *model.Job) error {
	item.JobID = identifier.New("job")
	item.CreatedAt = time.Now().UTC().Truncate(time.Millisecond)
	item.UpdatedAt = item.CreatedAt
	return m.store.Create(ctx, item)
}

func (m *jobManager) Update(ctx context.Context, scope model.Scope, item *model.Job, columns ...string) error {
	item.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	return m.store.Update(ctx, scope.Conditions(), item, append(columns, "updated_at")...)
}

func (m *jobManager) Record(ctx context.Context, item *model.Job) error {
	item.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	item.RowVersion = 0 // that it is in progress is all that counts
	return m.store.Update(ctx, inProgress(), item, "status", "error", "created_count", "updated_count",
		"failure_count", "failures", "disconnected_count", "deleted_count", "finished_at", "updated_at")
}

func (m *jobManager) Running(ctx context.Context, collectorID string) (*model.Job, error) {
	jobs, _, err := m.store.List(ctx, inProgress(), query.Query{
		Filter: []query.Condition{{Key: "collector_id", Operator: query.Eq, Value: collectorID}},
	})
	if err != nil || len(jobs) == 0 {
		return nil, err
	}
	return &jobs[0], nil
}

func (m *jobManager) Silent(ctx context.Context, since time.Time) ([]model.Job, error) {
	return m.store.All(ctx, inProgress(), query.Query{
		Filter: []query.Condition{{Key: "updated_at", Operator: query.DatetimeLt, Value: since.UTC().Format(time.RFC3339Nano)}},
	})
}

func inProgress() []query.Condition {
	return []query.Condition{{Key: "status", Operator: query.Eq, Value: model.JobInProgress}}
}

func (m *jobManager) Delete(ctx context.Context, scope model.Scope, id string) error {
	return m.store.Delete(ctx, scope.Conditions(), id)
}

func (m *jobManager) DeleteRead(ctx context.Context, scope model.Scope, item *model.Job) error {
	return m.store.DeleteRead(ctx, scope.Conditions(), item)
}

func (m *jobManager) Get(ctx context.Context, scope model.Scope, id string) (*model.Job, error) {
	return m.store.Get(ctx, scope.Conditions(), id)
}

func (m *jobManager) GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.Job, error) {
	return m.store.GetForUpdate(ctx, scope.Conditions(), id)
}

func (m *jobManager) List(ctx context.Context, scope model.Scope, q query.Query) ([]model.Job, int, error) {
	return m.store.List(ctx, scope.Conditions(), q)
}

func (m *jobManager) Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.Job) error) error {
	return m.store.Each(ctx, scope.Conditions(), q, do)
}

func (m *jobManager) Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error) {
	return m.store.Stat(ctx, scope.Conditions(), q)
}
