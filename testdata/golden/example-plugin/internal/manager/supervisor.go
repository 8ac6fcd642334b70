package manager

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/cloudforet-io/spacegen/core/identifier"
	"github.com/cloudforet-io/spacegen/core/query"

	"github.com/cloudforet-io/plugin/internal/connector"
	"github.com/cloudforet-io/plugin/internal/connector/database"
	"github.com/cloudforet-io/plugin/internal/model"
)

// Supervisor manages supervisors. The scope of a call confines what it can see
// and change; what lies outside is not found.
type Supervisor interface {
	// Create stores a new supervisor and fills in its identifier and times.
	Create(ctx context.Context, item *model.Supervisor) error
	// Update stores the columns named, and the time of the update. If somebody else has
	// changed the supervisor since item was read, it is ERROR_CONFLICT, and nothing is stored.
	Update(ctx context.Context, scope model.Scope, item *model.Supervisor, columns ...string) error
	// Known gives the supervisor of a hostname, of exactly this domain; nil if there
	// is none.
	Known(ctx context.Context, domainID, hostname string) (*model.Supervisor, error)
	// Enabled gives the supervisors of these domains that can be given plugins,
	// those of the highest priority first.
	Enabled(ctx context.Context, domainIDs ...string) ([]model.Supervisor, error)
	// Silent gives those that are ENABLED and that nobody heard of since a time.
	Silent(ctx context.Context, since time.Time) ([]model.Supervisor, error)
	Delete(ctx context.Context, scope model.Scope, id string) error
	// DeleteRead is Delete of a supervisor that was read. If somebody else has changed it
	// since, it is ERROR_CONFLICT.
	DeleteRead(ctx context.Context, scope model.Scope, item *model.Supervisor) error
	Get(ctx context.Context, scope model.Scope, id string) (*model.Supervisor, error)
	// GetForUpdate is Get for whoever decides by what it gives and then writes: it locks
	// the supervisor until the call's transaction ends.
	GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.Supervisor, error)
	// List gives a page of results and how many there are in all. Without a page,
	// more than the database's max_records is refused.
	List(ctx context.Context, scope model.Scope, q query.Query) ([]model.Supervisor, int, error)
	// Each calls do with all that the query selects, however much that is, by identifier.
	Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.Supervisor) error) error
	// Stat gives the rows of a statistic and, for a page of them, how many there are in all.
	Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error)
}

type supervisorManager struct {
	store *database.Supervisor
}

// NewSupervisor makes the manager of supervisors.
func NewSupervisor(c connector.Connectors) Supervisor {
	return &supervisorManager{store: c.Supervisor}
}

func (m *supervisorManager) Create(ctx context.Context, item *model.Supervisor) error {
	if item.SupervisorID == "" {
		item.SupervisorID = identifier.New("supervisor")
	}
	item.CreatedAt = time.Now().UTC().Truncate(time.Millisecond)
	item.UpdatedAt = item.CreatedAt
	return m.store.Create(ctx, item)
}

func (m *supervisorManager) Update(ctx context.Context, scope model.Scope, item *model.Supervisor, columns ...string) error {
	item.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	return m.store.Update(ctx, scope.Conditions(), item, append(columns, "updated_at")...)
}

func (m *supervisorManager) Known(ctx context.Context, domainID, hostname string) (*model.Supervisor, error) {
	found, _, err := m.store.List(ctx, []query.Condition{
		{Key: "domain_id", Operator: query.Eq, Value: domainID},
		{Key: "hostname", Operator: query.Eq, Value: hostname},
	}, query.Query{})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

func (m *supervisorManager) Enabled(ctx context.Context, domainIDs ...string) ([]model.Supervisor, error) {
	found, err := m.store.All(ctx, append(enabled(), ofDomains(domainIDs)), query.Query{})
	slices.SortStableFunc(found, func(a, b model.Supervisor) int { return cmp.Compare(b.Priority, a.Priority) })
	return found, err
}

func (m *supervisorManager) Silent(ctx context.Context, since time.Time) ([]model.Supervisor, error) {
	return m.store.All(ctx, enabled(), query.Query{Filter: []query.Condition{before("published_at", since)}})
}

func enabled() []query.Condition {
	return []query.Condition{{Key: "state", Operator: query.Eq, Value: model.SupervisorEnabled}}
}

// ofDomains selects what belongs to exactly these domains; the empty one is that
// of the platform.
func ofDomains(domainIDs []string) query.Condition {
	values := make([]any, 0, len(domainIDs))
	for _, id := range domainIDs {
		values = append(values, id)
	}
	return query.Condition{Key: "domain_id", Operator: query.In, Value: values}
}

// before selects what lies before a time.
func before(key string, at time.Time) query.Condition {
	return query.Condition{Key: key, Operator: query.DatetimeLt, Value: at.UTC().Format(time.RFC3339Nano)}
}

func (m *supervisorManager) Delete(ctx context.Context, scope model.Scope, id string) error {
	return m.store.Delete(ctx, scope.Conditions(), id)
}

func (m *supervisorManager) DeleteRead(ctx context.Context, scope model.Scope, item *model.Supervisor) error {
	return m.store.DeleteRead(ctx, scope.Conditions(), item)
}

func (m *supervisorManager) Get(ctx context.Context, scope model.Scope, id string) (*model.Supervisor, error) {
	return m.store.Get(ctx, scope.Conditions(), id)
}

func (m *supervisorManager) GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.Supervisor, error) {
	return m.store.GetForUpdate(ctx, scope.Conditions(), id)
}

func (m *supervisorManager) List(ctx context.Context, scope model.Scope, q query.Query) ([]model.Supervisor, int, error) {
	return m.store.List(ctx, scope.Conditions(), q)
}

func (m *supervisorManager) Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.Supervisor) error) error {
	return m.store.Each(ctx, scope.Conditions(), q, do)
}

func (m *supervisorManager) Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error) {
	return m.store.Stat(ctx, scope.Conditions(), q)
}
