package service

import (
	"cmp"
	"context"
	"slices"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/query"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v1"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// User is the service User of the API.
//
// Users sign in to a domain with a password.
type User struct {
	users    manager.User
	domains  manager.Domain
	signIns  manager.SignIn
	sessions manager.Session
}

// NewUser makes the service.
func NewUser(m manager.Managers) *User {
	return &User{users: m.User, domains: m.Domain, signIns: m.SignIn, sessions: m.Session}
}

// Create creates a user.
func (s *User) Create(ctx context.Context, req *api.CreateUserRequest) (*api.UserInfo, error) {
	if err := apirecord.Require(req, "user_id", "password"); err != nil {
		return nil, err
	}
	scope, err := domainScope(ctx, req.GetDomainId())
	if err != nil {
		return nil, err
	}
	if _, err := s.domains.Get(ctx, scope, scope.DomainID); err != nil {
		return nil, err
	}
	item := new(model.User)
	if err := apirecord.New(req, item); err != nil {
		return nil, err
	}
	item.DomainID, item.State = scope.DomainID, model.Enabled
	item.RoleType = cmp.Or(item.RoleType, model.RoleUser)
	if err := checkBindings(item.RoleBindings); err != nil {
		return nil, err
	}
	if err := mayMake(ctx, item); err != nil {
		return nil, err
	}
	if err := s.users.SetPassword(ctx, item, req.GetPassword()); err != nil {
		return nil, err
	}
	if err := s.users.Create(ctx, item); err != nil {
		return nil, err
	}
	return userInfo(item)
}

// Update updates a user. What the request leaves out stays as it is. A new password
// ends all of the user's sessions.
func (s *User) Update(ctx context.Context, req *api.UpdateUserRequest) (*api.UserInfo, error) {
	if req.GetUserId() == "" {
		return nil, apierror.Required("user_id")
	}
	scope, err := domainScope(ctx, req.GetDomainId())
	if err != nil {
		return nil, err
	}
	item, err := s.users.GetForUpdate(ctx, scope, req.GetUserId())
	if err != nil {
		return nil, err
	}
	was := *item
	columns, err := apirecord.Change(req, item, "user_id")
	if err != nil {
		return nil, err
	}
	if req.GetPassword() != "" || slices.Contains(columns, "role_type") {
		if err := cmp.Or(mayMake(ctx, &was), mayMake(ctx, item)); err != nil {
			return nil, err
		}
	}
	if req.GetPassword() == "" {
		err = s.users.Update(ctx, scope, item, columns...)
	} else {
		err = s.setPassword(ctx, item, req.GetPassword(), columns...)
	}
	if err != nil {
		return nil, err
	}
	return userInfo(item)
}

// SetRoleBindings sets what a user is in the domain's workspaces, instead of what he was.
func (s *User) SetRoleBindings(ctx context.Context, req *api.SetRoleBindingsRequest) (*api.UserInfo, error) {
	if req.GetUserId() == "" {
		return nil, apierror.Required("user_id")
	}
	scope, err := domainScope(ctx, req.GetDomainId())
	if err != nil {
		return nil, err
	}
	item, err := s.users.GetForUpdate(ctx, scope, req.GetUserId())
	if err != nil {
		return nil, err
	}
	item.RoleBindings = nil
	if err := apirecord.New(req, item, "user_id", "domain_id"); err != nil {
		return nil, err
	}
	if err := checkBindings(item.RoleBindings); err != nil {
		return nil, err
	}
	if err := mayMake(ctx, item); err != nil {
		return nil, err
	}
	if err := s.users.Update(ctx, scope, item, "role_bindings"); err != nil {
		return nil, err
	}
	return userInfo(item)
}

// setPassword stores a new password, with the columns named, and ends the
// sessions that were begun with the old one: before, so that none is left if
// something fails halfway, and again after, for those begun in between.
func (s *User) setPassword(ctx context.Context, item *model.User, password string, columns ...string) error {
	if err := s.users.SetPassword(ctx, item, password); err != nil {
		return err
	}
	if err := s.sessions.EndOfUser(ctx, item.DomainID, item.UserID); err != nil {
		return err
	}
	if err := s.users.Update(ctx, model.Scope{DomainID: item.DomainID}, item, append(columns, "password_hash")...); err != nil {
		return err
	}
	return s.sessions.EndOfUser(ctx, item.DomainID, item.UserID)
}

// ChangePassword changes the caller's own password, and ends all of his sessions.
func (s *User) ChangePassword(ctx context.Context, req *api.ChangePasswordRequest) (*emptypb.Empty, error) {
	if err := apirecord.Require(req, "user_id", "password", "new_password"); err != nil {
		return nil, err
	}
	scope, err := domainScope(ctx, req.GetDomainId())
	if err != nil {
		return nil, err
	}
	item, err := s.signIns.Try(ctx, model.Attempt{
		Domain: scope.DomainID, UserID: req.GetUserId(), Peer: pipeline.MetadataFrom(ctx).Peer,
	}, func(ctx context.Context) (*model.User, error) {
		return s.users.Authenticate(ctx, scope.DomainID, req.GetUserId(), req.GetPassword())
	})
	if err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, s.setPassword(ctx, item, req.GetNewPassword())
}

// Delete deletes a user and ends his sessions.
func (s *User) Delete(ctx context.Context, req *api.UserRequest) (*emptypb.Empty, error) {
	if req.GetUserId() == "" {
		return nil, apierror.Required("user_id")
	}
	scope, err := domainScope(ctx, req.GetDomainId())
	if err != nil {
		return nil, err
	}
	if err := s.users.Delete(ctx, scope, req.GetUserId()); err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, s.sessions.EndOfUser(ctx, scope.DomainID, req.GetUserId())
}

// Enable lets a user sign in again.
func (s *User) Enable(ctx context.Context, req *api.UserRequest) (*api.UserInfo, error) {
	if req.GetUserId() == "" {
		return nil, apierror.Required("user_id")
	}
	scope, err := domainScope(ctx, req.GetDomainId())
	if err != nil {
		return nil, err
	}
	item, err := s.users.GetForUpdate(ctx, scope, req.GetUserId())
	if err != nil {
		return nil, err
	}
	item.State = model.Enabled
	if err := s.users.Update(ctx, scope, item, "state"); err != nil {
		return nil, err
	}
	return userInfo(item)
}

// Disable keeps a user from signing in, and ends his sessions.
func (s *User) Disable(ctx context.Context, req *api.UserRequest) (*api.UserInfo, error) {
	if req.GetUserId() == "" {
		return nil, apierror.Required("user_id")
	}
	scope, err := domainScope(ctx, req.GetDomainId())
	if err != nil {
		return nil, err
	}
	item, err := s.users.GetForUpdate(ctx, scope, req.GetUserId())
	if err != nil {
		return nil, err
	}
	item.State = model.Disabled
	if err := s.users.Update(ctx, scope, item, "state"); err != nil {
		return nil, err
	}
	if err := s.sessions.EndOfUser(ctx, item.DomainID, item.UserID); err != nil {
		return nil, err
	}
	return userInfo(item)
}

// Get gets one user.
func (s *User) Get(ctx context.Context, req *api.UserRequest) (*api.UserInfo, error) {
	if req.GetUserId() == "" {
		return nil, apierror.Required("user_id")
	}
	scope, err := domainScope(ctx, req.GetDomainId())
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
func (s *User) List(ctx context.Context, req *api.UserQuery) (*api.UsersInfo, error) {
	q, err := query.FromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	filters, err := apirecord.Filters(req, model.UserSchema())
	if err != nil {
		return nil, err
	}
	q.Filter = append(q.Filter, filters...)
	items, total, err := s.users.List(ctx, model.Scope{DomainID: scopeOf(ctx).DomainID}, q)
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
	q, err := query.StatFromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	rows, total, err := s.users.Stat(ctx, model.Scope{DomainID: scopeOf(ctx).DomainID}, q)
	if err != nil {
		return nil, err
	}
	return statInfo(q, rows, total)
}
