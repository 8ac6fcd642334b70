package manager

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/identifier"
	"github.com/cloudforet-io/spacegen/core/query"

	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/model"
)

// App manages apps. The scope of a call confines what it can see
// and change; what lies outside is not found.
type App interface {
	// Create stores a new app and fills in its identifier and times.
	Create(ctx context.Context, item *model.App) error
	// Update stores the columns named, and the time of the update. If somebody else has
	// changed the app since item was read, it is ERROR_CONFLICT, and nothing is stored.
	Update(ctx context.Context, scope model.Scope, item *model.App, columns ...string) error
	Delete(ctx context.Context, scope model.Scope, id string) error
	// DeleteRead is Delete of an app that was read. If somebody else has changed it
	// since, it is ERROR_CONFLICT.
	DeleteRead(ctx context.Context, scope model.Scope, item *model.App) error
	Get(ctx context.Context, scope model.Scope, id string) (*model.App, error)
	// GetForUpdate is Get for whoever decides by what it gives and then writes: it locks
	// the app until the call's transaction ends.
	GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.App, error)
	// Known gives the app of a domain that a client secret was made for, or
	// ERROR_NOT_FOUND.
	Known(ctx context.Context, domainID, clientID string) (*model.App, error)
	// Seen keeps that an app called just now.
	Seen(ctx context.Context, item *model.App) error
	// List gives a page of results and how many there are in all. Without a page,
	// more than the database's max_records is refused.
	List(ctx context.Context, scope model.Scope, q query.Query) ([]model.App, int, error)
	// Each calls do with all that the query selects, however much that is, by identifier.
	Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.App) error) error
	// Stat gives the rows of a statistic and, for a page of them, how many there are in all.
	Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error)
}

type appManager struct {
	store *database.App
}

// NewApp makes the manager of apps.
func NewApp(c connector.Connectors) App {
	return &appManager{store: c.App}
}

func (m *appManager) Create(ctx context.Context, item *model.App) error {
	item.AppID = identifier.New("app")
	item.CreatedAt = time.Now().UTC().Truncate(time.Millisecond)
	item.UpdatedAt = item.CreatedAt
	return m.store.Create(ctx, item)
}

func (m *appManager) Update(ctx context.Context, scope model.Scope, item *model.App, columns ...string) error {
	item.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	return m.store.Update(ctx, scope.Conditions(), item, append(columns, "updated_at")...)
}

func (m *appManager) Delete(ctx context.Context, scope model.Scope, id string) error {
	return m.store.Delete(ctx, scope.Conditions(), id)
}

func (m *appManager) DeleteRead(ctx context.Context, scope model.Scope, item *model.App) error {
	return m.store.DeleteRead(ctx, scope.Conditions(), item)
}

func (m *appManager) Get(ctx context.Context, scope model.Scope, id string) (*model.App, error) {
	return m.store.Get(ctx, scope.Conditions(), id)
}

func (m *appManager) GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.App, error) {
	return m.store.GetForUpdate(ctx, scope.Conditions(), id)
}

func (m *appManager) Known(ctx context.Context, domainID, clientID string) (*model.App, error) {
	known := query.Query{Filter: []query.Condition{
		{Key: "domain_id", Operator: query.Eq, Value: domainID},
		{Key: "client_id", Operator: query.Eq, Value: clientID},
	}}
	found, _, err := m.store.List(ctx, nil, known)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 || clientID == "" {
		return nil, apierror.NotFound("client_id", clientID)
	}
	return &found[0], nil
}

func (m *appManager) Seen(ctx context.Context, item *model.App) error {
	return m.store.Seen(ctx, item.AppID, time.Now().UTC())
}

func (m *appManager) List(ctx context.Context, scope model.Scope, q query.Query) ([]model.App, int, error) {
	return m.store.List(ctx, scope.Conditions(), q)
}

func (m *appManager) Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.App) error) error {
	return m.store.Each(ctx, scope.Conditions(), q, do)
}

func (m *appManager) Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error) {
	return m.store.Stat(ctx, scope.Conditions(), q)
}
