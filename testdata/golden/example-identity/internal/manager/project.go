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

// Project manages projects. The scope of a call confines what it can see
// and change; what lies outside is not found.
type Project interface {
	// Create stores a new project and fills in its identifier and times.
	Create(ctx context.Context, item *model.Project) error
	// Update stores the columns named, and the time of the update. If somebody else has
	// changed the project since item was read, it is ERROR_CONFLICT, and nothing is stored.
	Update(ctx context.Context, scope model.Scope, item *model.Project, columns ...string) error
	Delete(ctx context.Context, scope model.Scope, id string) error
	// DeleteRead is Delete of a project that was read. If somebody else has changed it
	// since, it is ERROR_CONFLICT.
	DeleteRead(ctx context.Context, scope model.Scope, item *model.Project) error
	Get(ctx context.Context, scope model.Scope, id string) (*model.Project, error)
	// GetForUpdate is Get for whoever decides by what it gives and then writes: it locks
	// the project until the call's transaction ends, so that of several calls each
	// sees what the one before has made of it.
	GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.Project, error)
	// List gives a page of results and how many there are in all. Without a page,
	// more than the database's max_records is refused.
	List(ctx context.Context, scope model.Scope, q query.Query) ([]model.Project, int, error)
	// Each calls do with all that the query selects, however much that is, by identifier.
	Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.Project) error) error
	// Stat gives the rows of a statistic and, for a page of them, how many there are in all.
	Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error)
}

type projectManager struct {
	store *database.Project
}

// NewProject makes the manager of projects.
func NewProject(c connector.Connectors) Project {
	return &projectManager{store: c.Project}
}

func (m *projectManager) Create(ctx context.Context, item *model.Project) error {
	item.ProjectID = identifier.New("project")
	item.CreatedAt = time.Now().UTC().Truncate(time.Millisecond)
	item.UpdatedAt = item.CreatedAt
	return m.store.Create(ctx, item)
}

func (m *projectManager) Update(ctx context.Context, scope model.Scope, item *model.Project, columns ...string) error {
	item.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	return m.store.Update(ctx, scope.ConditionsInProjects(), item, append(columns, "updated_at")...)
}

func (m *projectManager) Delete(ctx context.Context, scope model.Scope, id string) error {
	return m.store.Delete(ctx, scope.ConditionsInProjects(), id)
}

func (m *projectManager) DeleteRead(ctx context.Context, scope model.Scope, item *model.Project) error {
	return m.store.DeleteRead(ctx, scope.ConditionsInProjects(), item)
}

func (m *projectManager) Get(ctx context.Context, scope model.Scope, id string) (*model.Project, error) {
	return m.store.Get(ctx, scope.ConditionsInProjects(), id)
}

func (m *projectManager) GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.Project, error) {
	return m.store.GetForUpdate(ctx, scope.ConditionsInProjects(), id)
}

func (m *projectManager) List(ctx context.Context, scope model.Scope, q query.Query) ([]model.Project, int, error) {
	return m.store.List(ctx, scope.ConditionsInProjects(), q)
}

func (m *projectManager) Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.Project) error) error {
	return m.store.Each(ctx, scope.ConditionsInProjects(), q, do)
}

func (m *projectManager) Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error) {
	return m.store.Stat(ctx, scope.ConditionsInProjects(), q)
}
