package manager

import (
	"context"
	"slices"
	"time"

	"github.com/cloudforet-io/spacegen/core/identifier"
	"github.com/cloudforet-io/spacegen/core/query"

	"github.com/cloudforet-io/plugin/internal/connector"
	"github.com/cloudforet-io/plugin/internal/connector/database"
	"github.com/cloudforet-io/plugin/internal/model"
)

// InstalledPlugin manages installed plugins. The scope of a call confines what it can see
// and change; what lies outside is not found.
type InstalledPlugin interface {
	// Create stores a new installed plugin and fills in its identifier and times.
	Create(ctx context.Context, item *model.InstalledPlugin) error
	// Update stores the columns named, and the time of the update. If somebody else has
	// changed the installed plugin since item was read, it is ERROR_CONFLICT, and nothing is stored.
	Update(ctx context.Context, scope model.Scope, item *model.InstalledPlugin, columns ...string) error
	// Versions gives where a version of a plugin is installed, among these domains.
	Versions(ctx context.Context, pluginID, version string, domainIDs ...string) ([]model.InstalledPlugin, error)
	// RunBy gives what a supervisor ought to run.
	RunBy(ctx context.Context, supervisorID string) ([]model.InstalledPlugin, error)
	// Report stores how a plugin does, as its supervisor says. One that was given
	// to another meanwhile is not found.
	Report(ctx context.Context, item *model.InstalledPlugin) error
	// Move gives a plugin to another supervisor of its domain. One that was moved
	// meanwhile, by somebody else, is not found.
	Move(ctx context.Context, item *model.InstalledPlugin, to *model.Supervisor) error
	// Ask stores that somebody asks for a plugin. It is no change of the plugin.
	Ask(ctx context.Context, item *model.InstalledPlugin) error
	// Unused gives what nobody has asked for since a time.
	Unused(ctx context.Context, since time.Time) ([]model.InstalledPlugin, error)
	// Uninstall removes all versions of a plugin, wherever they run within the scope.
	Uninstall(ctx context.Context, scope model.Scope, pluginID string) error
	Delete(ctx context.Context, scope model.Scope, id string) error
	// DeleteRead is Delete of an installed plugin that was read. If somebody else has changed it
	// since, it is ERROR_CONFLICT.
	DeleteRead(ctx context.Context, scope model.Scope, item *model.InstalledPlugin) error
	Get(ctx context.Context, scope model.Scope, id string) (*model.InstalledPlugin, error)
	// GetForUpdate is Get for whoever decides by what it gives and then writes: it locks
	// the installed plugin until the call's transaction ends.
	GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.InstalledPlugin, error)
	// List gives a page of results and how many there are in all. Without a page,
	// more than the database's max_records is refused.
	List(ctx context.Context, scope model.Scope, q query.Query) ([]model.InstalledPlugin, int, error)
	// Each calls do with all that the query selects, however much that is, by identifier.
	Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.InstalledPlugin) error) error
	// Stat gives the rows of a statistic and, for a page of them, how many there are in all.
	Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error)
}

type installedPluginManager struct {
	store *database.InstalledPlugin
}

// NewInstalledPlugin makes the manager of installed plugins.
func NewInstalledPlugin(c connector.Connectors) InstalledPlugin {
	return &installedPluginManager{store: c.InstalledPlugin}
}

func (m *installedPluginManager) Create(ctx context.Context, item *model.InstalledPlugin) error {
	item.InstalledPluginID = identifier.New("installed-plugin")
	item.CreatedAt = time.Now().UTC().Truncate(time.Millisecond)
	item.UpdatedAt = item.CreatedAt
	return m.store.Create(ctx, item)
}

func (m *installedPluginManager) Update(ctx context.Context, scope model.Scope, item *model.InstalledPlugin, columns ...string) error {
	item.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	return m.store.Update(ctx, scope.Conditions(), item, append(columns, "updated_at")...)
}

func (m *installedPluginManager) Versions(ctx context.Context, pluginID, version string, domainIDs ...string) ([]model.InstalledPlugin, error) {
	return m.all(ctx, ofDomains(domainIDs),
		query.Condition{Key: "plugin_id", Operator: query.Eq, Value: pluginID},
		query.Condition{Key: "version", Operator: query.Eq, Value: version})
}

func (m *installedPluginManager) RunBy(ctx context.Context, supervisorID string) ([]model.InstalledPlugin, error) {
	return m.all(ctx, runBy(supervisorID))
}

func (m *installedPluginManager) Report(ctx context.Context, item *model.InstalledPlugin) error {
	item.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	item.RowVersion = 0 // that somebody asked for it meanwhile does not matter
	return m.store.Update(ctx, []query.Condition{runBy(item.SupervisorID)}, item, "state", "endpoint", "endpoints", "updated_at")
}

func (m *installedPluginManager) Move(ctx context.Context, item *model.InstalledPlugin, to *model.Supervisor) error {
	from := runBy(item.SupervisorID)
	item.SupervisorID, item.SupervisorName, item.Hostname = to.SupervisorID, to.Name, to.Hostname
	item.State, item.Endpoint, item.Endpoints = model.PluginProvisioning, "", nil
	item.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	item.RowVersion = 0 // who runs it is all that counts
	return m.store.Update(ctx, []query.Condition{from}, item,
		"supervisor_id", "supervisor_name", "hostname", "state", "endpoint", "endpoints", "updated_at")
}

func (m *installedPluginManager) Ask(ctx context.Context, item *model.InstalledPlugin) error {
	item.AskedAt = time.Now().UTC().Truncate(time.Millisecond)
	item.RowVersion = 0 // many ask at once
	return m.store.Update(ctx, nil, item, "asked_at")
}

func (m *installedPluginManager) Unused(ctx context.Context, since time.Time) ([]model.InstalledPlugin, error) {
	return m.all(ctx, before("asked_at", since))
}

func (m *installedPluginManager) Uninstall(ctx context.Context, scope model.Scope, pluginID string) error {
	installed, err := m.all(ctx, append(scope.Conditions(), query.Condition{Key: "plugin_id", Operator: query.Eq, Value: pluginID})...)
	if err != nil {
		return err
	}
	for i := range installed {
		if err := m.store.Delete(ctx, nil, installed[i].InstalledPluginID); err != nil {
			return err
		}
	}
	return nil
}

// all gives whatever meets the conditions, in the order in which it was made.
func (m *installedPluginManager) all(ctx context.Context, conditions ...query.Condition) ([]model.InstalledPlugin, error) {
	items, err := m.store.All(ctx, conditions, query.Query{})
	slices.SortStableFunc(items, func(a, b model.InstalledPlugin) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return items, err
}

func runBy(supervisorID string) query.Condition {
	return query.Condition{Key: "supervisor_id", Operator: query.Eq, Value: supervisorID}
}

func (m *installedPluginManager) Delete(ctx context.Context, scope model.Scope, id string) error {
	return m.store.Delete(ctx, scope.Conditions(), id)
}

func (m *installedPluginManager) DeleteRead(ctx context.Context, scope model.Scope, item *model.InstalledPlugin) error {
	return m.store.DeleteRead(ctx, scope.Conditions(), item)
}

func (m *installedPluginManager) Get(ctx context.Context, scope model.Scope, id string) (*model.InstalledPlugin, error) {
	return m.store.Get(ctx, scope.Conditions(), id)
}

func (m *installedPluginManager) GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.InstalledPlugin, error) {
	return m.store.GetForUpdate(ctx, scope.Conditions(), id)
}

func (m *installedPluginManager) List(ctx context.Context, scope model.Scope, q query.Query) ([]model.InstalledPlugin, int, error) {
	return m.store.List(ctx, scope.Conditions(), q)
}

func (m *installedPluginManager) Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.InstalledPlugin) error) error {
	return m.store.Each(ctx, scope.Conditions(), q, do)
}

func (m *installedPluginManager) Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error) {
	return m.store.Stat(ctx, scope.Conditions(), q)
}
