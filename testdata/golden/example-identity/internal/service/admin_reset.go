package service

import (
	"context"
	"fmt"
	"slices"

	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// AdminReset is the way back into a domain whose administrators cannot sign in any more.
// No API offers it: whoever runs it can read and write the database as it is.
type AdminReset struct {
	domains  manager.Domain
	users    manager.User
	sessions manager.Session
}

// NewAdminReset makes the service.
func NewAdminReset(m manager.Managers) *AdminReset {
	return &AdminReset{domains: m.Domain, users: m.User, sessions: m.Session}
}

// An AdminResetRequest says who is to be an administrator again.
type AdminResetRequest struct {
	Domain   string // its name or ID
	UserID   string
	Password string
	Create   bool // the user, if there is none
}

// An AdminResetResult says what was done.
type AdminResetResult struct {
	DomainID string   `json:"domain_id"`
	UserID   string   `json:"user_id"`
	Changed  []string `json:"changed"`
}

// Run makes a user an enabled administrator of his domain with a new password, and ends
// his sessions. What he may do in workspaces stays as it is.
func (s *AdminReset) Run(ctx context.Context, req AdminResetRequest) (*AdminResetResult, error) {
	domain, err := s.domain(ctx, req.Domain)
	if err != nil {
		return nil, err
	}
	result := &AdminResetResult{DomainID: domain.DomainID, UserID: req.UserID, Changed: []string{"password"}}
	scope := model.Scope{DomainID: domain.DomainID}
	user, err := s.users.GetForUpdate(ctx, scope, req.UserID)
	switch {
	case err == nil:
		result.Changed = append(result.Changed, restore(user)...)
		if err := s.users.SetPassword(ctx, user, req.Password); err != nil {
			return nil, err
		}
		if err := s.users.Update(ctx, scope, user, "password_hash", "state", "auth_type", "role_type", "role_id", "required_actions"); err != nil {
			return nil, err
		}
	case !notFound(err):
		return nil, err
	case !req.Create:
		return nil, fmt.Errorf("the domain %s has no user %s; name one that it has, or make this one by --create", domain.Name, req.UserID)
	default:
		user = &model.User{UserID: req.UserID, Name: req.UserID, DomainID: domain.DomainID}
		restore(user)
		result.Changed = append(result.Changed, "created")
		if err := s.users.SetPassword(ctx, user, req.Password); err != nil {
			return nil, err
		}
		if err := complete(user); err != nil {
			return nil, err
		}
		if err := s.users.Create(ctx, user); err != nil {
			return nil, err
		}
	}
	if err := s.domains.Complete(ctx, domain.DomainID); err != nil { // which binds the role
		return nil, err
	}
	return result, s.sessions.EndOfUser(ctx, domain.DomainID, user.UserID)
}

// domain finds a domain by its ID or name. Nobody signs in to one that is disabled.
func (s *AdminReset) domain(ctx context.Context, of string) (*model.Domain, error) {
	domain, err := s.domains.Get(ctx, model.Scope{}, of)
	if notFound(err) {
		domain, err = s.domains.Named(ctx, of)
	}
	switch {
	case notFound(err):
		return nil, fmt.Errorf("there is no domain %s; give its name or its ID", of)
	case err != nil:
		return nil, err
	case domain.State != model.Enabled:
		return nil, fmt.Errorf("the domain %s is disabled, so that nobody signs in to it; enable it first, by Domain.enable", domain.Name)
	}
	return domain, nil
}

// restore makes a user an enabled administrator who signs in by a password, and says what
// that changes.
func restore(user *model.User) (changed []string) {
	if user.State != model.Enabled {
		user.State, changed = model.Enabled, append(changed, "state")
	}
	if user.AuthType != model.LocalAuth {
		user.AuthType, changed = model.LocalAuth, append(changed, "auth_type")
	}
	if user.RoleType != model.DomainAdmin {
		user.RoleType, user.RoleID, changed = model.DomainAdmin, model.ManagedDomainAdmin, append(changed, "role")
	}
	if i := slices.Index(user.RequiredActions, model.UpdatePassword); i >= 0 {
		user.RequiredActions, changed = slices.Delete(user.RequiredActions, i, i+1), append(changed, "required_actions")
	}
	return changed
}
