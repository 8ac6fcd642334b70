package service

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/query"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// UserGroup is the service UserGroup of the API.
//
// Groups of users of a workspace, which tokens name.
type UserGroup struct {
	userGroups manager.UserGroup
	belongings belongings
}

// NewUserGroup makes the service.
func NewUserGroup(m manager.Managers) *UserGroup {
	return &UserGroup{userGroups: m.UserGroup, belongings: newBelongings(m)}
}

// Create creates a group of users.
func (s *UserGroup) Create(ctx context.Context, req *api.CreateUserGroupRequest) (*api.UserGroupInfo, error) {
	scope, err := workspaceScope(ctx)
	if err != nil {
		return nil, err
	}
	if err := apirecord.Require(req, "name"); err != nil {
		return nil, err
	}
	item := new(model.UserGroup)
	if err := apirecord.New(req, item); err != nil {
		return nil, err
	}
	item.DomainID, item.WorkspaceID = scope.DomainID, scope.WorkspaceID
	if err := s.userGroups.Create(ctx, item); err != nil {
		return nil, err
	}
	return userGroupInfo(item)
}

// Update updates a group of users. What the request leaves out stays as it is.
func (s *UserGroup) Update(ctx context.Context, req *api.UpdateUserGroupRequest) (*api.UserGroupInfo, error) {
	scope := scopeOf(ctx)
	if req.GetUserGroupId() == "" {
		return nil, apierror.Required("user_group_id")
	}
	item, err := s.userGroups.GetForUpdate(ctx, scope, req.GetUserGroupId())
	if err != nil {
		return nil, err
	}
	columns, err := apirecord.Change(req, item, "user_group_id")
	if err != nil {
		return nil, err
	}
	if err := s.userGroups.Update(ctx, scope, item, columns...); err != nil {
		return nil, err
	}
	return userGroupInfo(item)
}

// Delete deletes a group of users.
func (s *UserGroup) Delete(ctx context.Context, req *api.UserGroupRequest) (*emptypb.Empty, error) {
	if req.GetUserGroupId() == "" {
		return nil, apierror.Required("user_group_id")
	}
	return &emptypb.Empty{}, s.userGroups.Delete(ctx, scopeOf(ctx), req.GetUserGroupId())
}

// find gives a group that the caller sees, to change it.
func (s *UserGroup) find(ctx context.Context, id string) (*model.UserGroup, error) {
	if id == "" {
		return nil, apierror.Required("user_group_id")
	}
	return s.userGroups.GetForUpdate(ctx, scopeOf(ctx), id)
}

// change stores columns of a group.
func (s *UserGroup) change(ctx context.Context, item *model.UserGroup, columns ...string) (*api.UserGroupInfo, error) {
	if err := s.userGroups.Update(ctx, scopeOf(ctx), item, columns...); err != nil {
		return nil, err
	}
	return userGroupInfo(item)
}

// AddUsers adds users of the workspace to a group.
func (s *UserGroup) AddUsers(ctx context.Context, req *api.UsersUserGroupRequest) (*api.UserGroupInfo, error) {
	item, err := s.find(ctx, req.GetUserGroupId())
	if err != nil {
		return nil, err
	}
	scope := model.Scope{DomainID: item.DomainID, WorkspaceID: item.WorkspaceID}
	if err := s.belongings.checkUsers(ctx, scope, req.GetUsers()); err != nil {
		return nil, err
	}
	item.Users = joined(item.Users, req.GetUsers()...)
	return s.change(ctx, item, "users")
}

// RemoveUsers removes users from a group.
func (s *UserGroup) RemoveUsers(ctx context.Context, req *api.UsersUserGroupRequest) (*api.UserGroupInfo, error) {
	item, err := s.find(ctx, req.GetUserGroupId())
	if err != nil {
		return nil, err
	}
	item.Users = without(item.Users, req.GetUsers()...)
	return s.change(ctx, item, "users")
}

// Get gets one group of users.
func (s *UserGroup) Get(ctx context.Context, req *api.UserGroupRequest) (*api.UserGroupInfo, error) {
	if req.GetUserGroupId() == "" {
		return nil, apierror.Required("user_group_id")
	}
	item, err := s.userGroups.Get(ctx, scopeOf(ctx), req.GetUserGroupId())
	if err != nil {
		return nil, err
	}
	return userGroupInfo(item)
}

// List lists groups of users, filtered, sorted and in pages.
func (s *UserGroup) List(ctx context.Context, req *api.UserGroupSearchQuery) (*api.UserGroupsInfo, error) {
	q, err := query.FromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	filters, err := apirecord.Filters(req, model.UserGroupSchema())
	if err != nil {
		return nil, err
	}
	q.Filter = append(q.Filter, filters...)
	if userID := req.GetUserId(); userID != "" {
		q.Filter = append(q.Filter, where("users", userID).Filter...)
	}
	items, total, err := s.userGroups.List(ctx, scopeOf(ctx), q)
	if err != nil {
		return nil, err
	}
	answer := &api.UserGroupsInfo{
		TotalCount: int32(total), //nolint:gosec // no table has 2^31 rows
	}
	for i := range items {
		info, err := userGroupInfo(&items[i])
		if err != nil {
			return nil, err
		}
		answer.Results = append(answer.Results, info)
	}
	return answer, nil
}

// Stat computes statistics over groups of users.
func (s *UserGroup) Stat(ctx context.Context, req *api.UserGroupStatQuery) (*structpb.Struct, error) {
	q, err := query.StatFromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	rows, total, err := s.userGroups.Stat(ctx, scopeOf(ctx), q)
	if err != nil {
		return nil, err
	}
	return statInfo(q, rows, total)
}
