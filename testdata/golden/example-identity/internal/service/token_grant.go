package service

import (
	"context"
	"slices"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/query"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/model"
)

// Grant gives an access token for a scope, in exchange for the refresh token of a
// session or, of a workspace, for the platform's system token. What it says is what the
// user is now.
func (s *Token) Grant(ctx context.Context, req *api.GrantTokenRequest) (*api.GrantTokenInfo, error) {
	if err := apirecord.Require(req, "grant_type", "token", "scope"); err != nil {
		return nil, err
	}
	times, err := s.times(req.GetTimeout())
	if err != nil {
		return nil, err
	}
	claims, domain, err := s.read(ctx, req.GetToken(), req.GetGrantType().String())
	if err != nil {
		return nil, err
	}
	var granted *model.Claims
	var roleID string
	switch req.GetGrantType() {
	case api.GrantTokenRequest_REFRESH_TOKEN:
		granted, roleID, err = s.grantUser(ctx, claims, domain, req)
	case api.GrantTokenRequest_SYSTEM_TOKEN:
		granted, domain, err = s.grantSystem(ctx, claims, domain, req)
		roleID = model.ManagedWorkspaceOwner
	default:
		err = apierror.Invalid("grant_type", "no such type")
	}
	if err != nil {
		return nil, err
	}
	granted.TokenType, granted.ExpiresAt = model.AccessToken, time.Now().Add(times.AccessFor(req.GetTimeout())).Unix()
	token, err := s.signer.Sign(domain, *granted)
	if err != nil {
		return nil, err
	}
	return &api.GrantTokenInfo{
		AccessToken: token, DomainId: domain.DomainID, WorkspaceId: granted.WorkspaceID, RoleId: roleID,
		RoleType: api.GrantTokenInfo_RoleType(api.GrantTokenInfo_RoleType_value[granted.RoleType]),
	}, nil
}

// grantUser is what a user is in a scope, and by which role.
func (s *Token) grantUser(
	ctx context.Context, claims *model.Claims, domain *model.Domain, req *api.GrantTokenRequest,
) (*model.Claims, string, error) {
	if err := s.sessions.Check(ctx, claims.SessionID, claims.TokenID); err != nil {
		return nil, "", err
	}
	user, err := s.userOf(ctx, claims)
	if err != nil {
		return nil, "", err
	}
	if slices.Contains(user.RequiredActions, model.UpdatePassword) {
		return nil, "", invalid("ERROR_UPDATE_PASSWORD_REQUIRED", "%s has to change the password first, by UserProfile.update_password.", user.UserID)
	}
	granted, binding, err := s.roleIn(ctx, domain, user, req)
	if err != nil {
		return nil, "", err
	}
	granted.OwnerType, granted.Audience = model.OwnerUser, user.UserID
	if granted.Permissions, err = s.permissionsOf(ctx, binding); err != nil {
		return nil, "", err
	}
	if granted.WorkspaceID != "" {
		if granted.UserGroups, err = s.groupsOf(ctx, user, granted.WorkspaceID); err != nil {
			return nil, "", err
		}
	}
	if granted.RoleType == model.WorkspaceMember {
		if granted.Projects, err = s.projectsOf(ctx, user, granted.WorkspaceID); err != nil {
			return nil, "", err
		}
	}
	return granted, binding.RoleID, s.users.Seen(ctx, user)
}

// roleIn is what a user is in a scope, and the role binding by which he is.
func (s *Token) roleIn(
	ctx context.Context, domain *model.Domain, user *model.User, req *api.GrantTokenRequest,
) (*model.Claims, model.RoleBinding, error) {
	scope, none := req.GetScope(), model.RoleBinding{}
	if domain.IsRoot != (scope == api.GrantTokenRequest_SYSTEM) {
		return nil, none, apierror.PermissionDenied() // the platform's own domain is for this scope, and for nothing else
	}
	binding, err := s.bindingIn(ctx, user, model.AllWorkspaces)
	if err != nil {
		return nil, none, err
	}
	admin := user.RoleType == model.DomainAdmin && binding.RoleType == model.DomainAdmin
	switch scope {
	case api.GrantTokenRequest_SYSTEM:
		if admin {
			return &model.Claims{RoleType: model.SystemAdmin}, binding, nil
		}
	case api.GrantTokenRequest_DOMAIN:
		if admin {
			return &model.Claims{RoleType: model.DomainAdmin}, binding, nil
		}
	case api.GrantTokenRequest_USER:
		return &model.Claims{RoleType: model.RoleUser}, binding, nil
	case api.GrantTokenRequest_WORKSPACE:
		workspace, err := s.workspaceOf(ctx, domain.DomainID, req.GetWorkspaceId())
		if err != nil {
			return nil, none, err
		}
		if admin {
			return &model.Claims{RoleType: model.WorkspaceOwner, WorkspaceID: workspace}, binding, nil
		}
		if binding, err = s.bindingIn(ctx, user, workspace); err != nil {
			return nil, none, err
		}
		if binding.RoleID != "" {
			return &model.Claims{RoleType: binding.RoleType, WorkspaceID: workspace}, binding, nil
		}
	default:
		return nil, none, apierror.Invalid("scope", "tokens are granted for SYSTEM, DOMAIN, WORKSPACE and USER")
	}
	return nil, none, apierror.PermissionDenied()
}

// grantSystem makes the platform itself an owner of a workspace.
func (s *Token) grantSystem(
	ctx context.Context, claims *model.Claims, root *model.Domain, req *api.GrantTokenRequest,
) (*model.Claims, *model.Domain, error) {
	if !root.IsRoot || req.GetScope() != api.GrantTokenRequest_WORKSPACE {
		return nil, nil, apierror.PermissionDenied()
	}
	domain, err := s.domains.Get(ctx, model.Scope{}, req.GetDomainId())
	if err != nil {
		return nil, nil, err
	}
	if domain.State != model.Enabled {
		return nil, nil, errDomainState(domain)
	}
	workspace, err := s.workspaceOf(ctx, domain.DomainID, req.GetWorkspaceId())
	if err != nil {
		return nil, nil, err
	}
	permissions, err := narrowed(claims.Permissions, req.GetPermissions())
	return &model.Claims{
		RoleType: model.WorkspaceOwner, OwnerType: model.OwnerSystem, Audience: claims.Audience,
		WorkspaceID: workspace, Permissions: permissions,
	}, domain, err
}

// workspaceOf is a workspace that tokens are granted for.
func (s *Token) workspaceOf(ctx context.Context, domainID, id string) (string, error) {
	if id == "" {
		return "", apierror.Required("workspace_id")
	}
	workspace, err := s.workspaces.Get(ctx, model.Scope{DomainID: domainID}, id)
	if err != nil {
		return "", err
	}
	if workspace.State != model.Enabled {
		return "", errWorkspaceState(workspace)
	}
	return workspace.WorkspaceID, nil
}

// bindingIn is what gives a user his role in a workspace, or in his domain; empty if he
// has none there.
func (s *Token) bindingIn(ctx context.Context, user *model.User, workspace string) (model.RoleBinding, error) {
	found, _, err := s.roleBindings.List(ctx, model.Scope{DomainID: user.DomainID}, where("user_id", user.UserID, "workspace_id", workspace))
	if err != nil || len(found) == 0 {
		return model.RoleBinding{}, err
	}
	return found[0], nil
}

// permissionsOf are those of a role; a role without any may do all that its type allows.
func (s *Token) permissionsOf(ctx context.Context, binding model.RoleBinding) ([]string, error) {
	if binding.RoleID == "" {
		return nil, nil
	}
	role, err := s.roles.Get(ctx, model.Scope{DomainID: binding.DomainID}, binding.RoleID)
	if err != nil {
		return nil, err
	}
	if role.State != model.Enabled {
		return nil, apierror.PermissionDenied()
	}
	if len(role.Permissions) == 0 {
		return nil, nil
	}
	return role.Permissions, nil
}

// groupsOf are the groups of a workspace that a user is in.
func (s *Token) groupsOf(ctx context.Context, user *model.User, workspace string) (ids []string, err error) {
	scope := model.Scope{DomainID: user.DomainID, WorkspaceID: workspace}
	err = s.userGroups.Each(ctx, scope, where("users", user.UserID), func(group *model.UserGroup) error {
		ids = append(ids, group.UserGroupID)
		return nil
	})
	return ids, err
}

// projectsOf are the projects of a workspace that a member sees: those that are public,
// and those that name him, or that a group above does.
func (s *Token) projectsOf(ctx context.Context, user *model.User, workspace string) (ids []string, err error) {
	scope := model.Scope{DomainID: user.DomainID, WorkspaceID: workspace}
	groups, err := tree(ctx, s.projectGroups, scope)
	if err != nil {
		return nil, err
	}
	his := groups.below(func(group *model.ProjectGroup) bool { return slices.Contains(group.Users, user.UserID) })
	err = s.projects.Each(ctx, scope, query.Query{}, func(project *model.Project) error {
		if project.ProjectType == projectPublic || slices.Contains(project.Users, user.UserID) || his[project.ProjectGroupID] {
			ids = append(ids, project.ProjectID)
		}
		return nil
	})
	return ids, err
}

// where selects what has these values: a key, its value, and so on.
func where(pairs ...string) (q query.Query) {
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Filter = append(q.Filter, query.Condition{Key: pairs[i], Operator: query.Eq, Value: pairs[i+1]})
	}
	return q
}

func errDomainState(domain *model.Domain) *apierror.Error {
	return invalid("ERROR_DOMAIN_STATE", "The domain %s is disabled.", domain.DomainID)
}

func errWorkspaceState(workspace *model.Workspace) *apierror.Error {
	return invalid("ERROR_WORKSPACE_STATE", "The workspace %s is disabled.", workspace.WorkspaceID)
}
