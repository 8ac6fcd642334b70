package manager

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/identifier"
	"github.com/cloudforet-io/spacegen/core/query"

	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/model"
)

// Provider manages providers. The scope of a call confines what it can see
// and change; what lies outside is not found.
type Provider interface {
	// Create stores a new provider and fills in its identifier and times.
	Create(ctx context.Context, item *model.Provider) error
	// Update stores the columns named, and the time of the update. If somebody else has
	// changed the provider since item was read, it is ERROR_CONFLICT, and nothing is stored.
	Update(ctx context.Context, scope model.Scope, item *model.Provider, columns ...string) error
	Delete(ctx context.Context, scope model.Scope, id string) error
	// DeleteRead is Delete of a provider that was read. If somebody else has changed it
	// since, it is ERROR_CONFLICT.
	DeleteRead(ctx context.Context, scope model.Scope, item *model.Provider) error
	Get(ctx context.Context, scope model.Scope, id string) (*model.Provider, error)
	// GetForUpdate is Get for whoever decides by what it gives and then writes: it locks
	// the provider until the call's transaction ends, so that of several calls each
	// sees what the one before has made of it.
	GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.Provider, error)
	// List gives a page of results and how many there are in all. Without a page,
	// more than the database's max_records is refused.
	List(ctx context.Context, scope model.Scope, q query.Query) ([]model.Provider, int, error)
	// Each calls do with all that the query selects, however much that is, by identifier.
	Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.Provider) error) error
	// Stat gives the rows of a statistic and, for a page of them, how many there are in all.
	Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error)
}

type providerManager struct {
	store *database.Provider
}

// NewProvider makes the manager of providers.
func NewProvider(c connector.Connectors) Provider {
	return &providerManager{store: c.Provider}
}

func (m *providerManager) Create(ctx context.Context, item *model.Provider) error {
	if item.Provider == "" {
		item.Provider = identifier.New("provider")
	}
	item.CreatedAt = time.Now().UTC().Truncate(time.Millisecond)
	item.UpdatedAt = item.CreatedAt
	return m.store.Create(ctx, item)
}

func (m *providerManager) Update(ctx context.Context, scope model.Scope, item *model.Provider, columns ...string) error {
	item.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	return m.store.Update(ctx, scope.Conditions(), item, append(columns, "updated_at")...)
}

func (m *providerManager) Delete(ctx context.Context, scope model.Scope, id string) error {
	return m.store.Delete(ctx, scope.Conditions(), id)
}

func (m *providerManager) DeleteRead(ctx context.Context, scope model.Scope, item *model.Provider) error {
	return m.store.DeleteRead(ctx, scope.Conditions(), item)
}

func (m *providerManager) Get(ctx context.Context, scope model.Scope, id string) (*model.Provider, error) {
	return m.store.Get(ctx, scope.Conditions(), id)
}

func (m *providerManager) GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.Provider, error) {
	return m.store.GetForUpdate(ctx, scope.Conditions(), id)
}

func (m *providerManager) List(ctx context.Context, scope model.Scope, q query.Query) ([]model.Provider, int, error) {
	return m.store.List(ctx, scope.Conditions(), q)
}

func (m *providerManager) Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.Provider) error) error {
	return m.store.Each(ctx, scope.Conditions(), q, do)
}

func (m *providerManager) Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error) {
	return m.store.Stat(ctx, scope.Conditions(), q)
}
