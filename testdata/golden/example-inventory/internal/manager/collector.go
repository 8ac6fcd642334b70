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

// Collector manages collectors. The scope of a call confines what it can see
// and change; what lies outside is not found.
type Collector interface {
	// Create stores a new collector and fills in its identifier and times.
	Create(ctx context.Context, item *model.Collector) error
	// Update stores the columns named, and the time of the update. If somebody else has
	// changed the collector since item was read, it is ERROR_CONFLICT, and nothing is stored.
	Update(ctx context.Context, scope model.Scope, item *model.Collector, columns ...string) error
	Delete(ctx context.Context, scope model.Scope, id string) error
	// DeleteRead is Delete of a collector that was read. If somebody else has changed it
	// since, it is ERROR_CONFLICT.
	DeleteRead(ctx context.Context, scope model.Scope, item *model.Collector) error
	Get(ctx context.Context, scope model.Scope, id string) (*model.Collector, error)
	// GetForUpdate is Get for whoever decides by what it gives and then writes: it locks
	// the collector until the call's transaction ends, so that of several calls each
	// sees what the one before has made of it.
	GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.Collector, error)
	// List gives a page of results and how many there are in all. Without a page,
	// more than the database's max_records is refused.
	List(ctx context.Context, scope model.Scope, q query.Query) ([]model.Collector, int, error)
	// Each calls do with all that the query selects, however much that is, by identifier.
	Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.Collector) error) error
	// Stat gives the rows of a statistic and, for a page of them, how many there are in all.
	Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error)
}

type collectorManager struct {
	store *database.Collector
}

// NewCollector makes the manager of collectors.
func NewCollector(c connector.Connectors) Collector {
	return &collectorManager{store: c.Collector}
}

func (m *collectorManager) Create(ctx context.Context, item *model.Collector) error {
	item.CollectorID = identifier.New("collector")
	item.CreatedAt = time.Now().UTC().Truncate(time.Millisecond)
	item.UpdatedAt = item.CreatedAt
	return m.store.Create(ctx, item)
}

func (m *collectorManager) Update(ctx context.Context, scope model.Scope, item *model.Collector, columns ...string) error {
	item.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	return m.store.Update(ctx, scope.Conditions(), item, append(columns, "updated_at")...)
}

func (m *collectorManager) Delete(ctx context.Context, scope model.Scope, id string) error {
	return m.store.Delete(ctx, scope.Conditions(), id)
}

func (m *collectorManager) DeleteRead(ctx context.Context, scope model.Scope, item *model.Collector) error {
	return m.store.DeleteRead(ctx, scope.Conditions(), item)
}

func (m *collectorManager) Get(ctx context.Context, scope model.Scope, id string) (*model.Collector, error) {
	return m.store.Get(ctx, scope.Conditions(), id)
}

func (m *collectorManager) GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.Collector, error) {
	return m.store.GetForUpdate(ctx, scope.Conditions(), id)
}

func (m *collectorManager) List(ctx context.Context, scope model.Scope, q query.Query) ([]model.Collector, int, error) {
	return m.store.List(ctx, scope.Conditions(), q)
}

func (m *collectorManager) Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.Collector) error) error {
	return m.store.Each(ctx, scope.Conditions(), q, do)
}

func (m *collectorManager) Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error) {
	return m.store.Stat(ctx, scope.Conditions(), q)
}
