package manager

import (
	"context"
	"time"

	"github.com/cloudforet-io/plugin/internal/connector"
	"github.com/cloudforet-io/plugin/internal/connector/database"
	"github.com/cloudforet-io/plugin/internal/core/identifier"
	"github.com/cloudforet-io/plugin/internal/core/query"
	"github.com/cloudforet-io/plugin/internal/model"
)

// RegisteredPlugin manages registered plugins. The scope of a call confines what it can see
// and change; what lies outside is not found.
type RegisteredPlugin interface {
	// Create stores a new registered plugin and fills in its identifier and times.
	Create(ctx context.Context, item *model.RegisteredPlugin) error
	// Update stores the columns named, and the time of the update.
	Update(ctx context.Context, scope model.Scope, item *model.RegisteredPlugin, columns ...string) error
	Delete(ctx context.Context, scope model.Scope, id string) error
	Get(ctx context.Context, scope model.Scope, id string) (*model.RegisteredPlugin, error)
	// Usable gives the plugin that somebody of a domain can use: one of his domain's,
	// or of the platform's.
	Usable(ctx context.Context, domainID, id string) (*model.RegisteredPlugin, error)
	// ListUsable is List of the plugins that somebody of a domain can use.
	ListUsable(ctx context.Context, domainID string, q query.Query) ([]model.RegisteredPlugin, int, error)
	// List gives a page of results and how many there are in all.
	List(ctx context.Context, scope model.Scope, q query.Query) ([]model.RegisteredPlugin, int, error)
	// Stat gives the rows of a statistic and, for a page of them, how many there are in all.
	Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error)
}

type registeredPluginManager struct {
	store *database.RegisteredPlugin
}

// NewRegisteredPlugin makes the manager of registered plugins.
func NewRegisteredPlugin(c connector.Connectors) RegisteredPlugin {
	return &registeredPluginManager{store: c.RegisteredPlugin}
}

func (m *registeredPluginManager) Create(ctx context.Context, item *model.RegisteredPlugin) error {
	if item.PluginID == "" {
		item.PluginID = identifier.New("registered-plugin")
	}
	item.CreatedAt = time.Now().UTC().Truncate(time.Millisecond)
	item.UpdatedAt = item.CreatedAt
	return m.store.Create(ctx, item)
}

func (m *registeredPluginManager) Update(ctx context.Context, scope model.Scope, item *model.RegisteredPlugin, columns ...string) error {
	item.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	return m.store.Update(ctx, scope.Conditions(), item, append(columns, "updated_at")...)
}

func (m *registeredPluginManager) Delete(ctx context.Context, scope model.Scope, id string) error {
	return m.store.Delete(ctx, scope.Conditions(), id)
}

func (m *registeredPluginManager) Get(ctx context.Context, scope model.Scope, id string) (*model.RegisteredPlugin, error) {
	return m.store.Get(ctx, scope.Conditions(), id)
}

func (m *registeredPluginManager) Usable(ctx context.Context, domainID, id string) (*model.RegisteredPlugin, error) {
	return m.store.Get(ctx, usableIn(domainID), id)
}

func (m *registeredPluginManager) ListUsable(ctx context.Context, domainID string, q query.Query) ([]model.RegisteredPlugin, int, error) {
	return m.store.List(ctx, usableIn(domainID), q)
}

// usableIn confines to what somebody of a domain can use. The platform itself
// is not confined.
func usableIn(domainID string) []query.Condition {
	if domainID == "" {
		return nil
	}
	return []query.Condition{ofDomains([]string{domainID, ""})}
}

func (m *registeredPluginManager) List(ctx context.Context, scope model.Scope, q query.Query) ([]model.RegisteredPlugin, int, error) {
	return m.store.List(ctx, scope.Conditions(), q)
}

func (m *registeredPluginManager) Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error) {
	return m.store.Stat(ctx, scope.Conditions(), q)
}
