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

// RoleBinding manages role bindings. The scope of a call confines what it can see
// and change; what lies outside is not found.
type RoleBinding interface {
	// Create stores a new role binding and fills in its identifier and times.
	Create(ctx context.Context, item *model.RoleBinding) error
	// Update stores the columns named, and the time of the update. If somebody else has
	// changed the role binding since item was read, it is ERROR_CONFLICT, and nothing is stored.
	Update(ctx context.Context, scope model.Scope, item *model.RoleBinding, columns ...string) error
	Delete(ctx context.Context, scope model.Scope, id string) error
	// DeleteRead is Delete of a role binding that was read. If somebody else has changed it
	// since, it is ERROR_CONFLICT.
	DeleteRead(ctx context.Context, scope model.Scope, item *model.RoleBinding) error
	Get(ctx context.Context, scope model.Scope, id string) (*model.RoleBinding, error)
	// GetForUpdate is Get for whoever decides by what it gives and then writes: it locks
	// the role binding until the call's transaction ends, so that of several calls each
	// sees what the one before has made of it.
	GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.RoleBinding, error)
	// List gives a page of results and how many there are in all. Without a page,
	// more than the database's max_records is refused.
	List(ctx context.Context, scope model.Scope, q query.Query) ([]model.RoleBinding, int, error)
	// Each calls do with all that the query selects, however much that is, by identifier.
	Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.RoleBinding) error) error
	// Stat gives the rows of a statistic and, for a page of them, how many there are in all.
	Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error)
}

// A workspace sees its own role bindings alone: those of the whole domain, whose
// resource_group is DOMAIN, are its administrators' affair.
type roleBindingManager struct {
	store *database.RoleBinding
}

// NewRoleBinding makes the manager of role bindings.
func NewRoleBinding(c connector.Connectors) RoleBinding {
	return &roleBindingManager{store: c.RoleBinding}
}

func (m *roleBindingManager) Create(ctx context.Context, item *model.RoleBinding) error {
	item.RoleBindingID = identifier.New("role-binding")
	item.CreatedAt = time.Now().UTC().Truncate(time.Millisecond)
	item.UpdatedAt = item.CreatedAt
	return m.store.Create(ctx, item)
}

func (m *roleBindingManager) Update(ctx context.Context, scope model.Scope, item *model.RoleBinding, columns ...string) error {
	item.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	return m.store.Update(ctx, scope.Conditions(), item, append(columns, "updated_at")...)
}

func (m *roleBindingManager) Delete(ctx context.Context, scope model.Scope, id string) error {
	return m.store.Delete(ctx, scope.Conditions(), id)
}

func (m *roleBindingManager) DeleteRead(ctx context.Context, scope model.Scope, item *model.RoleBinding) error {
	return m.store.DeleteRead(ctx, scope.Conditions(), item)
}

func (m *roleBindingManager) Get(ctx context.Context, scope model.Scope, id string) (*model.RoleBinding, error) {
	return m.store.Get(ctx, scope.Conditions(), id)
}

func (m *roleBindingManager) GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.RoleBinding, error) {
	return m.store.GetForUpdate(ctx, scope.Conditions(), id)
}

func (m *roleBindingManager) List(ctx context.Context, scope model.Scope, q query.Query) ([]model.RoleBinding, int, error) {
	return m.store.List(ctx, scope.Conditions(), q)
}

func (m *roleBindingManager) Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.RoleBinding) error) error {
	return m.store.Each(ctx, scope.Conditions(), q, do)
}

func (m *roleBindingManager) Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error) {
	return m.store.Stat(ctx, scope.Conditions(), q)
}
