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

// Domain manages domains. The scope of a call confines what it can see
// and change; what lies outside is not found.
type Domain interface {
	// Create stores a new domain and fills in its identifier, key and times.
	Create(ctx context.Context, item *model.Domain) error
	// CreateWith is Create, and stores the domain's first administrator and what
	// Complete makes: all, or nothing.
	CreateWith(ctx context.Context, item *model.Domain, first *model.User) error
	// Complete makes what every domain has and this one lacks: its managed roles, and
	// the role bindings of its administrators.
	Complete(ctx context.Context, domainID string) error
	// Restart gives a domain another key, by which no token was signed yet, and one
	// administrator in the place of all users that it has: all that, or nothing.
	Restart(ctx context.Context, item *model.Domain, admin *model.User) error
	// Update stores the columns named, and the time of the update. If somebody else has
	// changed the domain since item was read, it is ERROR_CONFLICT, and nothing is stored.
	Update(ctx context.Context, scope model.Scope, item *model.Domain, columns ...string) error
	// Delete removes a domain with all that belongs to it.
	Delete(ctx context.Context, scope model.Scope, id string) error
	// DeleteRead is Delete of a domain that was read. If somebody else has changed it
	// since, it is ERROR_CONFLICT.
	DeleteRead(ctx context.Context, scope model.Scope, item *model.Domain) error
	Get(ctx context.Context, scope model.Scope, id string) (*model.Domain, error)
	// GetForUpdate is Get for whoever decides by what it gives and then writes: it locks
	// the domain until the call's transaction ends.
	GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.Domain, error)
	// Named gives the domain of a name, or ERROR_NOT_FOUND.
	Named(ctx context.Context, name string) (*model.Domain, error)
	// Root gives the platform's own domain; nil if there is none yet.
	Root(ctx context.Context) (*model.Domain, error)
	// First gives the oldest domain beside the platform's own; nil if there is none yet.
	First(ctx context.Context) (*model.Domain, error)
	// List gives a page of results and how many there are in all. Without a page,
	// more than the database's max_records is refused.
	List(ctx context.Context, scope model.Scope, q query.Query) ([]model.Domain, int, error)
	// Each calls do with all that the query selects, however much that is, by identifier.
	Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.Domain) error) error
	// Stat gives the rows of a statistic and, for a page of them, how many there are in all.
	Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error)
}

type domainManager struct {
	store        *database.Domain
	users        *database.User
	roles        *database.Role
	roleBindings *database.RoleBinding
	signing      *connector.Signing
}

// NewDomain makes the manager of domains.
func NewDomain(c connector.Connectors) Domain {
	return &domainManager{store: c.Domain, users: c.User, roles: c.Role, roleBindings: c.RoleBinding, signing: c.Signing}
}

func (m *domainManager) Create(ctx context.Context, item *model.Domain) error {
	if err := m.prepare(item); err != nil {
		return err
	}
	return m.store.Create(ctx, item)
}

func (m *domainManager) CreateWith(ctx context.Context, item *model.Domain, first *model.User) error {
	if err := m.prepare(item); err != nil {
		return err
	}
	first.CreatedAt, first.UpdatedAt = item.CreatedAt, item.UpdatedAt
	return m.store.Together(ctx, func(ctx context.Context) error {
		if err := m.store.Create(ctx, item); err != nil {
			return err
		}
		return m.begin(ctx, item.DomainID, first)
	})
}

func (m *domainManager) Complete(ctx context.Context, domainID string) error {
	now := time.Now().UTC().Truncate(time.Millisecond)
	within := model.Scope{DomainID: domainID}
	for _, role := range model.ManagedRoles(domainID) {
		if _, err := m.roles.Get(ctx, within.Conditions(), role.RoleID); err == nil {
			continue
		} else if apierror.From(err).Code != "ERROR_NOT_FOUND" {
			return err
		}
		role.CreatedAt, role.UpdatedAt = now, now
		if err := m.roles.Create(ctx, &role); err != nil {
			return err
		}
	}
	var admins []string
	q := query.Query{Filter: []query.Condition{{Key: "role_type", Operator: query.Eq, Value: model.DomainAdmin}}}
	err := m.users.Each(ctx, within.Conditions(), q, func(user *model.User) error {
		admins = append(admins, user.UserID)
		return nil
	})
	if err != nil {
		return err
	}
	for _, userID := range admins {
		bound, _, err := m.roleBindings.List(ctx, within.Conditions(), query.Query{Filter: []query.Condition{
			{Key: "user_id", Operator: query.Eq, Value: userID},
			{Key: "resource_group", Operator: query.Eq, Value: model.InDomain},
		}})
		if err != nil {
			return err
		}
		if len(bound) > 0 {
			continue
		}
		if err := m.roleBindings.Create(ctx, &model.RoleBinding{
			RoleBindingID: identifier.New("rb"), DomainID: domainID, WorkspaceID: model.AllWorkspaces, UserID: userID,
			RoleID: model.ManagedDomainAdmin, RoleType: model.DomainAdmin, ResourceGroup: model.InDomain, CreatedAt: now, UpdatedAt: now,
		}); err != nil {
			return err
		}
	}
	return nil
}

func (m *domainManager) Restart(ctx context.Context, item *model.Domain, admin *model.User) error {
	keys, err := m.signing.NewKeys()
	if err != nil {
		return err
	}
	item.PrivateKey = model.Secret(keys)
	return m.store.Together(ctx, func(ctx context.Context) error {
		if err := m.Update(ctx, model.Scope{}, item, "private_key"); err != nil {
			return err
		}
		if err := m.store.Dismiss(ctx, item.DomainID); err != nil {
			return err
		}
		admin.CreatedAt, admin.UpdatedAt = item.UpdatedAt, item.UpdatedAt
		return m.begin(ctx, item.DomainID, admin)
	})
}

// begin stores the first administrator of a domain, and what every domain has.
func (m *domainManager) begin(ctx context.Context, domainID string, admin *model.User) error {
	admin.DomainID, admin.RoleType, admin.RoleID = domainID, model.DomainAdmin, model.ManagedDomainAdmin
	if err := m.users.Create(ctx, admin); err != nil {
		return err
	}
	return m.Complete(ctx, domainID)
}

// prepare fills in what a new domain gets of itself.
func (m *domainManager) prepare(item *model.Domain) error {
	keys, err := m.signing.NewKeys()
	if err != nil {
		return err
	}
	if item.DomainID == "" {
		item.DomainID = identifier.New("domain")
	}
	item.PrivateKey = model.Secret(keys)
	item.CreatedAt = time.Now().UTC().Truncate(time.Millisecond)
	item.UpdatedAt = item.CreatedAt
	return nil
}

func (m *domainManager) Update(ctx context.Context, scope model.Scope, item *model.Domain, columns ...string) error {
	item.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	return m.store.Update(ctx, scope.Conditions(), item, append(columns, "updated_at")...)
}

func (m *domainManager) Delete(ctx context.Context, scope model.Scope, id string) error {
	if err := m.store.Delete(ctx, scope.Conditions(), id); err != nil {
		return err
	}
	return m.store.Empty(ctx, id)
}

func (m *domainManager) DeleteRead(ctx context.Context, scope model.Scope, item *model.Domain) error {
	if err := m.store.DeleteRead(ctx, scope.Conditions(), item); err != nil {
		return err
	}
	return m.store.Empty(ctx, item.DomainID)
}

func (m *domainManager) Get(ctx context.Context, scope model.Scope, id string) (*model.Domain, error) {
	return m.store.Get(ctx, scope.Conditions(), id)
}

func (m *domainManager) GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.Domain, error) {
	return m.store.GetForUpdate(ctx, scope.Conditions(), id)
}

func (m *domainManager) Named(ctx context.Context, name string) (*model.Domain, error) {
	named := query.Query{Filter: []query.Condition{{Key: "name", Operator: query.Eq, Value: name}}}
	found, _, err := m.store.List(ctx, nil, named)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, apierror.NotFound("name", name)
	}
	return &found[0], nil
}

func (m *domainManager) Root(ctx context.Context) (*model.Domain, error) { return m.store.Root(ctx) }

func (m *domainManager) First(ctx context.Context) (*model.Domain, error) { return m.store.First(ctx) }

func (m *domainManager) List(ctx context.Context, scope model.Scope, q query.Query) ([]model.Domain, int, error) {
	return m.store.List(ctx, scope.Conditions(), q)
}

func (m *domainManager) Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.Domain) error) error {
	return m.store.Each(ctx, scope.Conditions(), q, do)
}

func (m *domainManager) Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error) {
	return m.store.Stat(ctx, scope.Conditions(), q)
}
