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

// ProjectGroup manages project groups. The scope of a call confines what it can see
// and change; what lies outside is not found.
type ProjectGroup interface {
	// Create stores a new project group and fills in its identifier and times.
	Create(ctx context.Context, item *model.ProjectGroup) error
	// Update stores the columns named, and the time of the update. If somebody else has
	// changed the project group since item was read, it is ERROR_CONFLICT, and nothing is stored.
	Update(ctx context.Context, scope model.Scope, item *model.ProjectGroup, columns ...string) error
	Delete(ctx context.Context, scope model.Scope, id string) error
	// DeleteRead is Delete of a project group that was read. If somebody else has changed it
	// since, it is ERROR_CONFLICT.
	DeleteRead(ctx context.Context, scope model.Scope, item *model.ProjectGroup) error
	Get(ctx context.Context, scope model.Scope, id string) (*model.ProjectGroup, error)
	// GetForUpdate is Get for whoever decides by what it gives and then writes: it locks
	// the project group until the call's transaction ends, so that of several calls each
	// sees what the one before has made of it.
	GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.ProjectGroup, error)
	// List gives a page of results and how many there are in all. Without a page,
	// more than the database's max_records is refused.
	List(ctx context.Context, scope model.Scope, q query.Query) ([]model.ProjectGroup, int, error)
	// Each calls do with all that the query selects, however much that is, by identifier.
	Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.ProjectGroup) error) error
	// Stat gives the rows of a statistic and, for a page of them, how many there are in all.
	Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error)
}

type projectGroupManager struct {
	store *database.ProjectGroup
}

// NewProjectGroup makes the manager of project groups.
func NewProjectGroup(c connector.Connectors) ProjectGroup {
	return &projectGroupManager{store: c.ProjectGroup}
}

func (m *projectGroupManager) Create(ctx context.Context, item *model.ProjectGroup) error {
	item.ProjectGroupID = identifier.New("project-group")
	item.CreatedAt = time.Now().UTC().Truncate(time.Millisecond)
	item.UpdatedAt = item.CreatedAt
	return m.store.Create(ctx, item)
}

func (m *projectGroupManager) Update(ctx context.Context, scope model.Scope, item *model.ProjectGroup, columns ...string) error {
	item.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	return m.store.Update(ctx, scope.Conditions(), item, append(columns, "updated_at")...)
}

func (m *projectGroupManager) Delete(ctx context.Context, scope model.Scope, id string) error {
	return m.store.Delete(ctx, scope.Conditions(), id)
}

func (m *projectGroupManager) DeleteRead(ctx context.Context, scope model.Scope, item *model.ProjectGroup) error {
	return m.store.DeleteRead(ctx, scope.Conditions(), item)
}

func (m *projectGroupManager) Get(ctx context.Context, scope model.Scope, id string) (*model.ProjectGroup, error) {
	return m.store.Get(ctx, scope.Conditions(), id)
}

func (m *projectGroupManager) GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.ProjectGroup, error) {
	return m.store.GetForUpdate(ctx, scope.Conditions(), id)
}

func (m *projectGroupManager) List(ctx context.Context, scope model.Scope, q query.Query) ([]model.ProjectGroup, int, error) {
	return m.store.List(ctx, scope.Conditions(), q)
}

func (m *projectGroupManager) Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.ProjectGroup) error) error {
	return m.store.Each(ctx, scope.Conditions(), q, do)
}

func (m *projectGroupManager) Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error) {
	return m.store.Stat(ctx, scope.Conditions(), q)
}
