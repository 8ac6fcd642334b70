package manager

import (
	"context"
	"errors"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/identifier"
	"github.com/cloudforet-io/spacegen/core/query"

	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/core/password"
	"github.com/cloudforet-io/identity/internal/model"
)

// User manages users. The scope of a call confines what it can see
// and change; what lies outside is not found.
type User interface {
	// Create stores a new user and fills in its identifier and times.
	Create(ctx context.Context, item *model.User) error
	// Update stores the columns named, and the time of the update. If somebody else has
	// changed the user since item was read, it is ERROR_CONFLICT, and nothing is stored.
	Update(ctx context.Context, scope model.Scope, item *model.User, columns ...string) error
	Delete(ctx context.Context, scope model.Scope, id string) error
	// DeleteRead is Delete of a user that was read. If somebody else has changed it
	// since, it is ERROR_CONFLICT.
	DeleteRead(ctx context.Context, scope model.Scope, item *model.User) error
	Get(ctx context.Context, scope model.Scope, id string) (*model.User, error)
	// GetForUpdate is Get for whoever decides by what it gives and then writes: it locks
	// the user until the call's transaction ends.
	GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.User, error)
	// SetPassword gives a user a new password, which is stored with him.
	SetPassword(ctx context.Context, item *model.User, password string) error
	// HasPassword reports whether this is a user's password.
	HasPassword(ctx context.Context, item *model.User, password string) (bool, error)
	// Seen keeps that a user was here just now.
	Seen(ctx context.Context, item *model.User) error
	// OtherAdmins reports whether a domain has enabled administrators beside one.
	OtherAdmins(ctx context.Context, domainID, userID string) (bool, error)
	// Authenticate gives the user of a domain who has this password and is not
	// disabled. All failures are the same, and take as long.
	Authenticate(ctx context.Context, domainID, userID, password string) (*model.User, error)
	// List gives a page of results and how many there are in all. Without a page,
	// more than the database's max_records is refused.
	List(ctx context.Context, scope model.Scope, q query.Query) ([]model.User, int, error)
	// Each calls do with all that the query selects, however much that is, by identifier.
	Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.User) error) error
	// Stat gives the rows of a statistic and, for a page of them, how many there are in all.
	Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error)
}

type userManager struct {
	store     *database.User
	passwords *password.Hasher
}

// NewUser makes the manager of users.
func NewUser(c connector.Connectors) User {
	return &userManager{store: c.User, passwords: password.New(password.Recommended())}
}

func (m *userManager) Create(ctx context.Context, item *model.User) error {
	if item.UserID == "" {
		item.UserID = identifier.New("user")
	}
	item.CreatedAt = time.Now().UTC().Truncate(time.Millisecond)
	item.UpdatedAt = item.CreatedAt
	return m.store.Create(ctx, item)
}

func (m *userManager) Update(ctx context.Context, scope model.Scope, item *model.User, columns ...string) error {
	item.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	return m.store.Update(ctx, scope.Conditions(), item, append(columns, "updated_at")...)
}

func (m *userManager) Delete(ctx context.Context, scope model.Scope, id string) error {
	return m.store.Delete(ctx, scope.Conditions(), id)
}

func (m *userManager) DeleteRead(ctx context.Context, scope model.Scope, item *model.User) error {
	return m.store.DeleteRead(ctx, scope.Conditions(), item)
}

func (m *userManager) Get(ctx context.Context, scope model.Scope, id string) (*model.User, error) {
	return m.store.Get(ctx, scope.Conditions(), id)
}

func (m *userManager) GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.User, error) {
	return m.store.GetForUpdate(ctx, scope.Conditions(), id)
}

func (m *userManager) SetPassword(ctx context.Context, item *model.User, text string) error {
	hash, err := m.passwords.Hash(ctx, text)
	var weak password.WeakError
	if errors.As(err, &weak) {
		return errPassword(string(weak))
	}
	if errors.Is(err, password.ErrBusy) {
		return errBusy.Because(err)
	}
	item.PasswordHash = model.Secret(hash)
	return err
}

func (m *userManager) HasPassword(ctx context.Context, item *model.User, text string) (bool, error) {
	matches, err := m.passwords.Matches(ctx, item.PasswordHash.Reveal(), text)
	if errors.Is(err, password.ErrBusy) {
		return false, errBusy.Because(err)
	}
	return matches, err
}

func (m *userManager) Seen(ctx context.Context, item *model.User) error {
	return m.store.Seen(ctx, item.DomainID, item.UserID, time.Now().UTC())
}

func (m *userManager) OtherAdmins(ctx context.Context, domainID, userID string) (bool, error) {
	others := query.Query{CountOnly: true, Filter: []query.Condition{
		{Key: "domain_id", Operator: query.Eq, Value: domainID},
		{Key: "role_type", Operator: query.Eq, Value: model.DomainAdmin},
		{Key: "state", Operator: query.Eq, Value: model.Enabled},
		{Key: "user_id", Operator: query.Not, Value: userID},
	}}
	_, total, err := m.store.List(ctx, nil, others)
	return total > 0, err
}

func (m *userManager) Authenticate(ctx context.Context, domainID, userID, text string) (*model.User, error) {
	// Where there is no such user, the hash is nobody's. No domain is a condition
	// too, and no scope: that would be all domains.
	domain := []query.Condition{{Key: "domain_id", Operator: query.Eq, Value: domainID}}
	user, err := m.store.Get(ctx, domain, userID)
	if err != nil || domainID == "" || user.State == model.Disabled || user.AuthType != model.LocalAuth {
		if fault := apierror.From(err); fault != nil && fault.Code != "ERROR_NOT_FOUND" {
			return nil, err
		}
		user = new(model.User)
	}
	matches, err := m.HasPassword(ctx, user, text)
	if err != nil {
		return nil, err
	}
	if !matches {
		return nil, errSignIn
	}
	return user, nil
}

func (m *userManager) List(ctx context.Context, scope model.Scope, q query.Query) ([]model.User, int, error) {
	return m.store.List(ctx, scope.Conditions(), q)
}

func (m *userManager) Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.User) error) error {
	return m.store.Each(ctx, scope.Conditions(), q, do)
}

func (m *userManager) Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error) {
	return m.store.Stat(ctx, scope.Conditions(), q)
}
