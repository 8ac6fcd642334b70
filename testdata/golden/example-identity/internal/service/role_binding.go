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

// RoleBinding is the service RoleBinding of the API.
//
// Role bindings give users roles: one in the domain, or one in a workspace.
type RoleBinding struct {
	domains      manager.Domain
	users        manager.User
	roles        manager.Role
	roleBindings manager.RoleBinding
	belongings   belongings
}

// NewRoleBinding makes the service.
func NewRoleBinding(m manager.Managers) *RoleBinding {
	return &RoleBinding{
		domains: m.Domain, users: m.User, roles: m.Role, roleBindings: m.RoleBinding, belongings: newBelongings(m),
	}
}

// Create gives a user a role in the domain or in a workspace. He has one in each at most.
func (s *RoleBinding) Create(ctx context.Context, req *api.CreateRoleBindingRequest) (*api.RoleBindingInfo, error) {
	domain, err := domainScope(ctx)
	if err != nil {
		return nil, err
	}
	if err := apirecord.Require(req, "user_id", "role_id", "resource_group"); err != nil {
		return nil, err
	}
	item := new(model.RoleBinding)
	if err := apirecord.New(req, item); err != nil {
		return nil, err
	}
	item.DomainID = domain.DomainID
	if item.ResourceGroup == model.InDomain {
		item.WorkspaceID = model.AllWorkspaces
	} else {
		within, err := scopeOf(ctx).Within("", req.GetWorkspaceId())
		if err != nil {
			return nil, err
		}
		if item.WorkspaceID = within.WorkspaceID; item.WorkspaceID == "" {
			return nil, apierror.Required("workspace_id")
		}
	}
	user, err := s.users.GetForUpdate(ctx, domain, item.UserID)
	if err != nil {
		return nil, err
	}
	role, err := s.role(ctx, item)
	if err != nil {
		return nil, err
	}
	if err := s.mayBind(ctx, item); err != nil {
		return nil, err
	}
	item.RoleType = role.RoleType
	if err := s.roleBindings.Create(ctx, item); err != nil {
		return nil, err
	}
	if err := s.rank(ctx, user, item); err != nil {
		return nil, err
	}
	if err := s.belongings.countUsers(ctx, item.DomainID, item.WorkspaceID); err != nil {
		return nil, err
	}
	return roleBindingInfo(item)
}

// UpdateRole gives a user another role where he has one, of the domain or of a workspace as
// it was. Nobody does so for himself.
func (s *RoleBinding) UpdateRole(ctx context.Context, req *api.UpdateRoleBindingRequest) (*api.RoleBindingInfo, error) {
	if req.GetRoleId() == "" {
		return nil, apierror.Required("role_id")
	}
	item, err := s.find(ctx, req.GetRoleBindingId())
	if err != nil {
		return nil, err
	}
	item.RoleID = req.GetRoleId()
	role, err := s.role(ctx, item)
	if err != nil {
		return nil, err
	}
	item.RoleType = role.RoleType
	scope := model.Scope{DomainID: item.DomainID}
	if err := s.roleBindings.Update(ctx, scope, item, "role_id", "role_type"); err != nil {
		return nil, err
	}
	user, err := s.users.GetForUpdate(ctx, scope, item.UserID)
	if err != nil {
		return nil, err
	}
	if err := s.rank(ctx, user, item); err != nil {
		return nil, err
	}
	return roleBindingInfo(item)
}

// Delete takes a role from a user. Nobody does so for himself, and the last administrator
// of a domain keeps his.
func (s *RoleBinding) Delete(ctx context.Context, req *api.RoleBindingRequest) (*emptypb.Empty, error) {
	item, err := s.find(ctx, req.GetRoleBindingId())
	if err != nil {
		return nil, err
	}
	domain := model.Scope{DomainID: item.DomainID}
	user, err := s.users.GetForUpdate(ctx, domain, item.UserID)
	if err != nil {
		return nil, err
	}
	if err := s.notLastAdmin(ctx, item, user); err != nil {
		return nil, err
	}
	if err := s.roleBindings.Delete(ctx, domain, item.RoleBindingID); err != nil {
		return nil, err
	}
	if item.ResourceGroup == model.InDomain {
		user.RoleType, user.RoleID = model.RoleUser, ""
		return &emptypb.Empty{}, s.users.Update(ctx, domain, user, "role_type", "role_id")
	}
	within := model.Scope{DomainID: item.DomainID, WorkspaceID: item.WorkspaceID}
	if err := s.belongings.forget(ctx, within, item.UserID); err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, s.belongings.countUsers(ctx, item.DomainID, item.WorkspaceID)
}

// Get gets one role binding.
func (s *RoleBinding) Get(ctx context.Context, req *api.RoleBindingRequest) (*api.RoleBindingInfo, error) {
	if req.GetRoleBindingId() == "" {
		return nil, apierror.Required("role_binding_id")
	}
	item, err := s.roleBindings.Get(ctx, scopeOf(ctx), req.GetRoleBindingId())
	if err != nil {
		return nil, err
	}
	return roleBindingInfo(item)
}

// List lists role bindings, filtered, sorted and in pages.
func (s *RoleBinding) List(ctx context.Context, req *api.RoleBindingSearchQuery) (*api.RoleBindingsInfo, error) {
	q, err := query.FromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	filters, err := apirecord.Filters(req, model.RoleBindingSchema())
	if err != nil {
		return nil, err
	}
	q.Filter = append(q.Filter, filters...)
	items, total, err := s.roleBindings.List(ctx, scopeOf(ctx), q)
	if err != nil {
		return nil, err
	}
	answer := &api.RoleBindingsInfo{
		TotalCount: int32(total), //nolint:gosec // no table has 2^31 rows
	}
	for i := range items {
		info, err := roleBindingInfo(&items[i])
		if err != nil {
			return nil, err
		}
		answer.Results = append(answer.Results, info)
	}
	return answer, nil
}

// Stat computes statistics over role bindings.
func (s *RoleBinding) Stat(ctx context.Context, req *api.RoleBindingStatQuery) (*structpb.Struct, error) {
	q, err := query.StatFromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	rows, total, err := s.roleBindings.Stat(ctx, scopeOf(ctx), q)
	if err != nil {
		return nil, err
	}
	return statInfo(q, rows, total)
}
