package service

import (
	"context"
	"slices"

	"github.com/cloudforet-io/spacegen/core/apierror"

	"github.com/cloudforet-io/identity/internal/model"
)

// find gives a role binding that the caller may change: one of his domain or workspace,
// and not his own.
func (s *RoleBinding) find(ctx context.Context, id string) (*model.RoleBinding, error) {
	if id == "" {
		return nil, apierror.Required("role_binding_id")
	}
	item, err := s.roleBindings.GetForUpdate(ctx, scopeOf(ctx), id)
	if err != nil {
		return nil, err
	}
	if caller := callerOf(ctx); caller != nil && caller.OwnerType == model.OwnerUser && caller.Audience == item.UserID {
		return nil, invalid("ERROR_NOT_ALLOWED_TO_UPDATE_OR_DELETE_ROLE_BY_SELF", "Nobody changes or deletes a role of his own.")
	}
	return item, nil
}

// role gives the role that a binding names, if it may be given there by the caller.
func (s *RoleBinding) role(ctx context.Context, item *model.RoleBinding) (*model.Role, error) {
	role, err := s.roles.Get(ctx, model.Scope{DomainID: item.DomainID}, item.RoleID)
	if err != nil {
		return nil, err
	}
	fits := []string{model.DomainAdmin}
	if item.ResourceGroup == model.InWorkspace {
		fits = []string{model.WorkspaceOwner, model.WorkspaceMember}
	}
	if !slices.Contains(fits, role.RoleType) {
		return nil, errRoleType(role, fits...)
	}
	if role.State != model.Enabled {
		return nil, apierror.Invalid("role_id", "the role is disabled")
	}
	return role, mayGive(ctx, role.Permissions)
}

func errRoleType(role *model.Role, fits ...string) *apierror.Error {
	return invalid("ERROR_NOT_ALLOWED_ROLE_TYPE", "The role %s is of the type %s; here it has to be of %v.", role.RoleID, role.RoleType, fits)
}

// mayBind refuses a second role in the same place, and a place that is not there.
func (s *RoleBinding) mayBind(ctx context.Context, item *model.RoleBinding) error {
	scope := model.Scope{DomainID: item.DomainID}
	if item.ResourceGroup == model.InWorkspace {
		if _, err := s.belongings.workspaces.Get(ctx, scope, item.WorkspaceID); err != nil {
			return err
		}
	}
	_, there, err := s.roleBindings.List(ctx, scope, where("user_id", item.UserID, "workspace_id", item.WorkspaceID))
	switch {
	case err != nil || there == 0:
		return err
	case item.ResourceGroup == model.InDomain:
		return invalid("ERROR_DUPLICATED_ROLE_BINDING", "%s has a role in the domain already.", item.UserID)
	default:
		return invalid("ERROR_DUPLICATED_WORKSPACE_ROLE_BINDING", "%s has a role in the workspace %s already.", item.UserID, item.WorkspaceID)
	}
}

// rank says of a user that he is an administrator, if a binding makes him one.
func (s *RoleBinding) rank(ctx context.Context, user *model.User, item *model.RoleBinding) error {
	if item.ResourceGroup != model.InDomain {
		return nil
	}
	user.RoleType, user.RoleID = item.RoleType, item.RoleID
	return s.users.Update(ctx, model.Scope{DomainID: user.DomainID}, user, "role_type", "role_id")
}

// notLastAdmin refuses to take the role from the last administrator of a domain. The
// domain is locked, so that two of them cannot take it from each other.
func (s *RoleBinding) notLastAdmin(ctx context.Context, item *model.RoleBinding, user *model.User) error {
	if item.ResourceGroup != model.InDomain || user.State != model.Enabled {
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
		return invalid("ERROR_LAST_DOMAIN_ADMIN_CANNOT_DELETE", "%s is the last administrator of the domain who is enabled.", item.UserID)
	}
	return nil
}
