package service

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/query"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// User is the service User of the API.
//
// Users belong to a domain, and are told from each other within it only. Passwords
// are hashed in no transaction.
type User struct {
	domains      manager.Domain
	users        manager.User
	roleBindings manager.RoleBinding
	sessions     manager.Session
	belongings   belongings
	settings     manager.Settings
}

// NewUser makes the service.
func NewUser(m manager.Managers) *User {
	return &User{
		domains: m.Domain, users: m.User, roleBindings: m.RoleBinding, sessions: m.Session,
		belongings: newBelongings(m), settings: m.Settings,
	}
}

// Create creates a user. He is PENDING until he signs in.
func (s *User) Create(ctx context.Context, req *api.CreateUserRequest) (*api.UserInfo, error) {
	scope, err := domainScope(ctx)
	if err != nil {
		return nil, err
	}
	if err := apirecord.Require(req, "user_id"); err != nil {
		return nil, err
	}
	if _, err := s.domains.Get(ctx, model.Scope{}, scope.DomainID); err != nil {
		return nil, err
	}
	if err := refuseMailAndMFA(req.GetResetPassword(), req.GetEnforceMfaState(), req.GetEnforceMfaType()); err != nil {
		return nil, err
	}
	item := new(model.User)
	if err := apirecord.New(req, item, "password", "reset_password", "enforce_mfa_state", "enforce_mfa_type"); err != nil {
		return nil, err
	}
	item.DomainID, item.State, item.RoleType = scope.DomainID, model.Pending, model.RoleUser
	if err := complete(item); err != nil {
		return nil, err
	}
	if err := s.firstPassword(ctx, item, req.GetPassword()); err != nil {
		return nil, err
	}
	if err := s.users.Create(ctx, item); err != nil {
		return nil, err
	}
	return userInfo(item)
}

// firstPassword is the one that a new user has, if it is kept here.
func (s *User) firstPassword(ctx context.Context, item *model.User, password string) error {
	switch {
	case item.AuthType != model.LocalAuth && password != "":
		return apierror.Invalid("password", "who signs in elsewhere has none here")
	case item.AuthType != model.LocalAuth:
		return nil
	case password == "":
		return apierror.Required("password")
	default:
		return s.users.SetPassword(ctx, item, password)
	}
}

// Update updates a user. What the request leaves out stays as it is. A new password ends
// all of his sessions.
func (s *User) Update(ctx context.Context, req *api.UpdateUserRequest) (*api.UserInfo, error) {
	item, err := s.found(ctx, req.GetUserId(), false) // in no transaction: a change meanwhile is ERROR_CONFLICT
	if err != nil {
		return nil, err
	}
	if err := refuseMailAndMFA(req.GetResetPassword(), req.GetEnforceMfaState(), req.GetEnforceMfaType()); err != nil {
		return nil, err
	}
	columns, err := apirecord.Change(req, item, "user_id", "password", "reset_password", "enforce_mfa_state", "enforce_mfa_type")
	if err != nil {
		return nil, err
	}
	if err := complete(item); err != nil {
		return nil, err
	}
	if req.GetPassword() == "" {
		err = s.users.Update(ctx, model.Scope{DomainID: item.DomainID}, item, columns...)
	} else if err = mayBecome(ctx, s.roleBindings, item); err == nil {
		err = setPassword(ctx, s.users, s.sessions, item, req.GetPassword(), columns...)
	}
	if err != nil {
		return nil, err
	}
	return userInfo(item)
}

// find gives a user of the caller's domain, to change him.
func (s *User) find(ctx context.Context, userID string) (*model.User, error) {
	return s.found(ctx, userID, true)
}

// found gives a user of the caller's domain, locked until the call's transaction ends
// where there is one.
func (s *User) found(ctx context.Context, userID string, locked bool) (*model.User, error) {
	if userID == "" {
		return nil, apierror.Required("user_id")
	}
	scope, err := domainScope(ctx)
	if err != nil {
		return nil, err
	}
	if locked {
		return s.users.GetForUpdate(ctx, scope, userID)
	}
	return s.users.Get(ctx, scope, userID)
}

// change stores columns of a user.
func (s *User) change(ctx context.Context, item *model.User, columns ...string) (*api.UserInfo, error) {
	if err := s.users.Update(ctx, model.Scope{DomainID: item.DomainID}, item, columns...); err != nil {
		return nil, err
	}
	return userInfo(item)
}

// VerifyEmail says of a user's e-mail address that it is his.
func (s *User) VerifyEmail(ctx context.Context, req *api.VerifyEmailUserRequest) (*emptypb.Empty, error) {
	item, err := s.find(ctx, req.GetUserId())
	if err != nil {
		return nil, err
	}
	item.Email, item.EmailVerified = cmp.Or(req.GetEmail(), item.Email), true
	if item.Email == "" {
		return nil, apierror.Required("email")
	}
	if err := complete(item); err != nil {
		return nil, err
	}
	_, err = s.change(ctx, item, "email", "email_verified")
	return &emptypb.Empty{}, err
}

// DisableMfa switches the second factor of a user off, of which he has none: nobody can
// switch one on.
func (s *User) DisableMfa(ctx context.Context, req *api.DisableMFAUserRequest) (*api.UserInfo, error) {
	item, err := s.find(ctx, req.GetUserId())
	if err != nil {
		return nil, err
	}
	return nil, invalid("ERROR_MFA_ALREADY_DISABLED", "%s has no second factor.", item.UserID)
}

// SetRequiredActions asks a user for what he has to do, beside what he was asked for before.
func (s *User) SetRequiredActions(ctx context.Context, req *api.SetRequiredActionsUserRequest) (*api.UserInfo, error) {
	item, err := s.find(ctx, req.GetUserId())
	if err != nil {
		return nil, err
	}
	for _, action := range req.GetRequiredActions() {
		if action != api.UserRequiredAction_UPDATE_PASSWORD {
			return nil, errMFA("required_actions")
		}
		if item.AuthType != model.LocalAuth {
			return nil, invalid("ERROR_NOT_ALLOWED_ACTIONS", "%s has no password here that could be changed.", item.UserID)
		}
		if !slices.Contains(item.RequiredActions, model.UpdatePassword) {
			item.RequiredActions = append(item.RequiredActions, model.UpdatePassword)
		}
	}
	return s.change(ctx, item, "required_actions")
}

// SetRefreshTimeout sets how long the sessions of an administrator last.
func (s *User) SetRefreshTimeout(ctx context.Context, req *api.SetRefreshTimeout) (*api.UserInfo, error) {
	item, err := s.find(ctx, req.GetUserId())
	if err != nil {
		return nil, err
	}
	times, err := s.settings.TokenTimes()
	if err != nil {
		return nil, err
	}
	seconds := int64(req.GetRefreshTimeout())
	if least := int64(times.Refresh.Seconds()); seconds < least {
		return nil, apierror.Invalid("refresh_timeout", fmt.Sprintf("it is %d seconds at the least", least))
	}
	item.RefreshTimeout = min(seconds, int64(times.RefreshMax.Seconds()))
	return s.change(ctx, item, "refresh_timeout")
}

// Delete deletes a user with his role bindings and sessions, and takes him out of
// projects and groups.
func (s *User) Delete(ctx context.Context, req *api.UserRequest) (*emptypb.Empty, error) {
	item, err := s.find(ctx, req.GetUserId())
	if err != nil {
		return nil, err
	}
	if err := s.notLastAdmin(ctx, item); err != nil {
		return nil, err
	}
	scope := model.Scope{DomainID: item.DomainID}
	if err := s.users.Delete(ctx, scope, item.UserID); err != nil {
		return nil, err
	}
	if err := s.belongings.removeUser(ctx, item); err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, s.sessions.EndOfUser(ctx, item.DomainID, item.UserID)
}

// Enable lets a user sign in again.
func (s *User) Enable(ctx context.Context, req *api.UserRequest) (*api.UserInfo, error) {
	item, err := s.find(ctx, req.GetUserId())
	if err != nil {
		return nil, err
	}
	item.State = model.Enabled
	return s.change(ctx, item, "state")
}

// Disable keeps a user from signing in, and ends his sessions.
func (s *User) Disable(ctx context.Context, req *api.UserRequest) (*api.UserInfo, error) {
	item, err := s.find(ctx, req.GetUserId())
	if err != nil {
		return nil, err
	}
	if err := s.notLastAdmin(ctx, item); err != nil {
		return nil, err
	}
	item.State = model.Disabled
	info, err := s.change(ctx, item, "state")
	if err != nil {
		return nil, err
	}
	return info, s.sessions.EndOfUser(ctx, item.DomainID, item.UserID)
}

// notLastAdmin refuses to do without the last administrator of a domain. The domain is
// locked, so that two of them cannot do without each other.
func (s *User) notLastAdmin(ctx context.Context, item *model.User) error {
	if item.RoleType != model.DomainAdmin || item.State != model.Enabled {
		return nil
	}
	if _, err := s.domains.GetForUpdate(ctx, model.Scope{}, item.DomainID); err != nil {
		return err
	}
	others, err := s.users.OtherAdmins(ctx, item.DomainID, item.UserID)
	if err != nil {
		return err
	}
	if !others {
		return invalid("ERROR_LAST_ADMIN_CANNOT_DISABLED_DELETED", "%s is the last administrator of the domain who is enabled.", item.UserID)
	}
	return nil
}

// Get gets one user.
func (s *User) Get(ctx context.Context, req *api.UserRequest) (*api.UserInfo, error) {
	if req.GetUserId() == "" {
		return nil, apierror.Required("user_id")
	}
	scope, err := domainScope(ctx)
	if err != nil {
		return nil, err
	}
	item, err := s.users.Get(ctx, scope, req.GetUserId())
	if err != nil {
		return nil, err
	}
	return userInfo(item)
}

// List lists users, filtered, sorted and in pages.
func (s *User) List(ctx context.Context, req *api.UserSearchQuery) (*api.UsersInfo, error) {
	scope := model.Scope{DomainID: scopeOf(ctx).DomainID}
	q, err := query.FromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	filters, err := apirecord.Filters(req, model.UserSchema())
	if err != nil {
		return nil, err
	}
	q.Filter = append(q.Filter, filters...)
	items, total, err := s.users.List(ctx, scope, q)
	if err != nil {
		return nil, err
	}
	answer := &api.UsersInfo{
		TotalCount: int32(total), //nolint:gosec // no table has 2^31 rows
	}
	for i := range items {
		info, err := userInfo(&items[i])
		if err != nil {
			return nil, err
		}
		answer.Results = append(answer.Results, info)
	}
	return answer, nil
}

// Stat computes statistics over users.
func (s *User) Stat(ctx context.Context, req *api.UserStatQuery) (*structpb.Struct, error) {
	scope := model.Scope{DomainID: scopeOf(ctx).DomainID}
	q, err := query.StatFromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	rows, total, err := s.users.Stat(ctx, scope, q)
	if err != nil {
		return nil, err
	}
	return statInfo(q, rows, total)
}
