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

// Workspace manages workspaces. The scope of a call confines what it can see
// and change; what lies outside is not found.
type Workspace interface {
	// Create stores a new workspace and fills in its identifier and times.
	Create(ctx context.Context, item *model.Workspace) error
	// Update stores the columns named, and the time of the update. If somebody else has
	// changed the workspace since item was read, it is ERROR_CONFLICT, and nothing is stored.
	Update(ctx context.Context, scope model.Scope, item *model.Workspace, columns ...string) error
	Delete(ctx context.Context, scope model.Scope, id string) error
	// DeleteRead is Delete of a workspace that was read. If somebody else has changed it
	// since, it is ERROR_CONFLICT.
	DeleteRead(ctx context.Context, scope model.Scope, item *model.Workspace) error
	Get(ctx context.Context, scope model.Scope, id string) (*model.Workspace, error)
	// GetForUpdate is Get for whoever decides by what it gives and then writes: it locks
	// the workspace until the call's transaction ends, so that of several calls each
	// sees what the one before has made of it.
	GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.Workspace, error)
	// List gives a page of results and how many there are in all. Without a page,
	// more than the database's max_records is refused.
	List(ctx context.Context, scope model.Scope, q query.Query) ([]model.Workspace, int, error)
	// Each calls do with all that the query selects, however much that is, by identifier.
	Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.Workspace) error) error
	// Stat gives the rows of a statistic and, for a page of them, how many there are in all.
	Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error)
	// Analyze gives the rows of an analysis and, for a page of them, whether there are more.
	Analyze(ctx context.Context, scope model.Scope, q query.AnalyzeQuery) ([]map[string]any, bool, error)
}

type workspaceManager struct {
	store *database.Workspace
}

// NewWorkspace makes the manager of workspaces.
func NewWorkspace(c connector.Connectors) Workspace {
	return &workspaceManager{store: c.Workspace}
}

func (m *workspaceManager) Create(ctx context.Context, item *model.Workspace) error {
	item.WorkspaceID = identifier.New("workspace")
	item.CreatedAt = time.Now().UTC().Truncate(time.Millisecond)
	item.UpdatedAt = item.CreatedAt
	return m.store.Create(ctx, item)
}

func (m *workspaceManager) Update(ctx context.Context, scope model.Scope, item *model.Workspace, columns ...string) error {
	item.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	return m.store.Update(ctx, scope.Conditions(), item, append(columns, "updated_at")...)
}

func (m *workspaceManager) Delete(ctx context.Context, scope model.Scope, id string) error {
	return m.store.Delete(ctx, scope.Conditions(), id)
}

func (m *workspaceManager) DeleteRead(ctx context.Context, scope model.Scope, item *model.Workspace) error {
	return m.store.DeleteRead(ctx, scope.Conditions(), item)
}

func (m *workspaceManager) Get(ctx context.Context, scope model.Scope, id string) (*model.Workspace, error) {
	return m.store.Get(ctx, scope.Conditions(), id)
}

func (m *workspaceManager) GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.Workspace, error) {
	return m.store.GetForUpdate(ctx, scope.Conditions(), id)
}

func (m *workspaceManager) List(ctx context.Context, scope model.Scope, q query.Query) ([]model.Workspace, int, error) {
	return m.store.List(ctx, scope.Conditions(), q)
}

func (m *workspaceManager) Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.Workspace) error) error {
	return m.store.Each(ctx, scope.Conditions(), q, do)
}

func (m *workspaceManager) Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error) {
	return m.store.Stat(ctx, scope.Conditions(), q)
}

func (m *workspaceManager) Analyze(ctx context.Context, scope model.Scope, q query.AnalyzeQuery) ([]map[string]any, bool, error) {
	return m.store.Analyze(ctx, scope.Conditions(), q)
}
