package manager

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/identifier"
	"github.com/cloudforet-io/spacegen/core/query"

	"github.com/cloudforet-io/plugin/internal/connector"
	"github.com/cloudforet-io/plugin/internal/connector/database"
	"github.com/cloudforet-io/plugin/internal/model"
)

// RegisteredPlugin manages registered plugins. Those of each domain, and those of the
// platform, have identifiers of their own: where one plugin is meant, the scope names
// exactly the domain that it belongs to, and the empty one is the platform.
type RegisteredPlugin interface {
	// Create stores a new registered plugin and fills in its identifier and times. A
	// domain can't take the identifier of one of the platform's.
	Create(ctx context.Context, item *model.RegisteredPlugin) error
	// Update stores the columns named, and the time of the update. If somebody else has
	// changed the registered plugin since item was read, it is ERROR_CONFLICT, and nothing is stored.
	Update(ctx context.Context, scope model.Scope, item *model.RegisteredPlugin, columns ...string) error
	Delete(ctx context.Context, scope model.Scope, id string) error
	// DeleteRead is Delete of a registered plugin that was read. If somebody else has changed it
	// since, it is ERROR_CONFLICT.
	DeleteRead(ctx context.Context, scope model.Scope, item *model.RegisteredPlugin) error
	Get(ctx context.Context, scope model.Scope, id string) (*model.RegisteredPlugin, error)
	// GetForUpdate is Get for whoever decides by what it gives and then writes: it locks
	// the registered plugin until the call's transaction ends.
	GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.RegisteredPlugin, error)
	// Usable gives the plugin that somebody of a domain can use: one of the platform's
	// or, where it has none of this identifier, of his domain's.
	Usable(ctx context.Context, domainID, id string) (*model.RegisteredPlugin, error)
	// Init asks a plugin that runs somewhere what it says of itself, by init of the service
	// that it serves.
	Init(ctx context.Context, endpoint, service string, options map[string]any) (map[string]any, error)
	// ListUsable is List of the plugins that somebody of a domain can use.
	ListUsable(ctx context.Context, domainID string, q query.Query) ([]model.RegisteredPlugin, int, error)
	// List gives a page of results and how many there are in all. The scope confines
	// them, as it does statistics.
	List(ctx context.Context, scope model.Scope, q query.Query) ([]model.RegisteredPlugin, int, error)
	// Each calls do with all that the query selects, however much that is, by identifier.
	Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.RegisteredPlugin) error) error
	// Stat gives the rows of a statistic and, for a page of them, how many there are in all.
	Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error)
}

type registeredPluginManager struct {
	store   *database.RegisteredPlugin
	running *connector.RunningPlugin
}

// NewRegisteredPlugin makes the manager of registered plugins.
func NewRegisteredPlugin(c connector.Connectors) RegisteredPlugin {
	return &registeredPluginManager{store: c.RegisteredPlugin, running: c.RunningPlugin}
}

func (m *registeredPluginManager) Init(ctx context.Context, endpoint, service string, options map[string]any) (map[string]any, error) {
	return m.running.Init(ctx, endpoint, service, options)
}

func (m *registeredPluginManager) Create(ctx context.Context, item *model.RegisteredPlugin) error {
	if item.PluginID == "" {
		item.PluginID = identifier.New("registered-plugin")
	}
	if item.DomainID != "" {
		_, err := m.Get(ctx, model.Scope{}, item.PluginID)
		if err == nil {
			return apierror.NotUnique("plugin_id", item.PluginID)
		}
		if apierror.From(err).Code != "ERROR_NOT_FOUND" {
			return err
		}
	}
	item.CreatedAt = time.Now().UTC().Truncate(time.Millisecond)
	item.UpdatedAt = item.CreatedAt
	return m.store.Create(ctx, item)
}

func (m *registeredPluginManager) Update(ctx context.Context, scope model.Scope, item *model.RegisteredPlugin, columns ...string) error {
	item.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	return m.store.Update(ctx, exactly(scope), item, append(columns, "updated_at")...)
}

func (m *registeredPluginManager) Delete(ctx context.Context, scope model.Scope, id string) error {
	return m.store.Delete(ctx, exactly(scope), id)
}

func (m *registeredPluginManager) DeleteRead(ctx context.Context, scope model.Scope, item *model.RegisteredPlugin) error {
	return m.store.DeleteRead(ctx, exactly(scope), item)
}

func (m *registeredPluginManager) Get(ctx context.Context, scope model.Scope, id string) (*model.RegisteredPlugin, error) {
	return m.store.Get(ctx, exactly(scope), id)
}

func (m *registeredPluginManager) GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.RegisteredPlugin, error) {
	return m.store.GetForUpdate(ctx, exactly(scope), id)
}

// exactly selects what belongs to the domain of a scope, and to no other.
func exactly(scope model.Scope) []query.Condition {
	return append(scope.Conditions(), ofDomains([]string{scope.DomainID}))
}

func (m *registeredPluginManager) Usable(ctx context.Context, domainID, id string) (*model.RegisteredPlugin, error) {
	item, err := m.Get(ctx, model.Scope{}, id)
	if err == nil || domainID == "" || apierror.From(err).Code != "ERROR_NOT_FOUND" {
		return item, err
	}
	return m.Get(ctx, model.Scope{DomainID: domainID}, id)
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

func (m *registeredPluginManager) Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.RegisteredPlugin) error) error {
	return m.store.Each(ctx, scope.Conditions(), q, do)
}

func (m *registeredPluginManager) Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error) {
	return m.store.Stat(ctx, scope.Conditions(), q)
}
