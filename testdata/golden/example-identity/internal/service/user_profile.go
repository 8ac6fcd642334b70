package service

import (
	"context"
	"slices"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/query"
	"google.golang.org/protobuf/types/known/emptypb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// UserProfile is the service UserProfile of the API.
//
// Each method is about its caller.
type UserProfile struct {
	users        manager.User
	workspaces   manager.Workspace
	roles        manager.Role
	roleBindings manager.RoleBinding
	signIns      manager.SignIn
	sessions     manager.Session
}

// NewUserProfile makes the service.
func NewUserProfile(m manager.Managers) *UserProfile {
	return &UserProfile{
		users: m.User, workspaces: m.Workspace, roles: m.Role, roleBindings: m.RoleBinding,
		signIns: m.SignIn, sessions: m.Session,
	}
}

// caller gives the user who calls.
func (s *UserProfile) caller(ctx context.Context) (*model.User, error) {
	scope, err := domainScope(ctx)
	if err != nil {
		return nil, err
	}
	userID := pipeline.TransactionFrom(ctx).Scope.UserID
	if userID == "" {
		return nil, apierror.Required("user_id")
	}
	return s.users.Get(ctx, scope, userID)
}

// Update updates the caller. What the request leaves out stays as it is.
func (s *UserProfile) Update(ctx context.Context, req *api.UpdateUserProfileRequest) (*api.UserInfo, error) {
	item, err := s.caller(ctx)
	if err != nil {
		return nil, err
	}
	was := item.Email
	columns, err := apirecord.Change(req, item, "user_id")
	if err != nil {
		return nil, err
	}
	if err := complete(item); err != nil {
		return nil, err
	}
	if item.Email != was {
		item.EmailVerified = false
		columns = append(columns, "email_verified")
	}
	if err := s.users.Update(ctx, model.Scope{DomainID: item.DomainID}, item, columns...); err != nil {
		return nil, err
	}
	return userInfo(item)
}

// UpdatePassword changes the caller's password, and ends all of his sessions. Wrong ones
// are counted as those of sign-ins.
func (s *UserProfile) UpdatePassword(ctx context.Context, req *api.UpdatePasswordUserProfileRequest) (*api.UserInfo, error) {
	if req.GetNewPassword() == "" {
		return nil, apierror.Required("new_password")
	}
	item, err := s.caller(ctx)
	if err != nil {
		return nil, err
	}
	switch {
	case req.GetCurrentPassword() != "":
		item, err = s.signIns.Try(ctx, model.Attempt{
			Domain: item.DomainID, UserID: item.UserID, Peer: pipeline.MetadataFrom(ctx).Peer,
		}, func(ctx context.Context) (*model.User, error) {
			return s.users.Authenticate(ctx, item.DomainID, item.UserID, req.GetCurrentPassword())
		})
	case item.AuthType != model.LocalAuth:
		err = invalid("ERROR_UNABLE_TO_RESET_PASSWORD", "%s has no password here.", item.UserID)
	case !slices.Contains(item.RequiredActions, model.UpdatePassword): // he who has to change it has just signed in
		err = apierror.Required("current_password")
	}
	if err != nil {
		return nil, err
	}
	if err := setPassword(ctx, s.users, s.sessions, item, req.GetNewPassword()); err != nil {
		return nil, err
	}
	return userInfo(item)
}

// VerifyEmail would send a mail.
func (s *UserProfile) VerifyEmail(context.Context, *api.VerifyEmailRequest) (*emptypb.Empty, error) {
	return nil, apierror.NotImplemented("UserProfile.verify_email")
}

// ConfirmEmail would take what a mail said.
func (s *UserProfile) ConfirmEmail(context.Context, *api.ConfirmEmailRequest) (*api.UserInfo, error) {
	return nil, apierror.NotImplemented("UserProfile.confirm_email")
}

// ResetPassword would send a mail.
func (s *UserProfile) ResetPassword(context.Context, *api.UserPasswordResetRequest) (*emptypb.Empty, error) {
	return nil, apierror.NotImplemented("UserProfile.reset_password")
}

// EnableMfa would ask for a second factor.
func (s *UserProfile) EnableMfa(context.Context, *api.EnableMFARequest) (*api.UserInfo, error) {
	return nil, apierror.NotImplemented("UserProfile.enable_mfa")
}

// DisableMfa would do without a second factor.
func (s *UserProfile) DisableMfa(context.Context, *api.DisableMFARequest) (*api.UserInfo, error) {
	return nil, apierror.NotImplemented("UserProfile.disable_mfa")
}

// ConfirmMfa would take what proves a second factor.
func (s *UserProfile) ConfirmMfa(context.Context, *api.ConfirmMFARequest) (*api.UserInfo, error) {
	return nil, apierror.NotImplemented("UserProfile.confirm_mfa")
}

// Get gets the caller.
func (s *UserProfile) Get(ctx context.Context, _ *api.UserProfileRequest) (*api.UserInfo, error) {
	item, err := s.caller(ctx)
	if err != nil {
		return nil, err
	}
	return userInfo(item)
}

// GetWorkspaces lists the workspaces that the caller may be granted tokens for: all that
// are enabled if he administers the domain, else those where he has a role.
func (s *UserProfile) GetWorkspaces(ctx context.Context, req *api.UserProfileRequest) (*api.MyWorkspacesInfo, error) {
	user, err := s.caller(ctx)
	if err != nil {
		return nil, err
	}
	scope, answer := model.Scope{DomainID: user.DomainID}, new(api.MyWorkspacesInfo)
	bindings, err := all(ctx, scope, where("user_id", user.UserID), s.roleBindings.Each)
	if err != nil {
		return nil, err
	}
	roleIn := map[string]model.RoleBinding{}
	for _, binding := range bindings {
		roleIn[binding.WorkspaceID] = binding
	}
	names := map[string]string{} // of roles
	if err := s.roles.Each(ctx, scope, query.Query{}, func(role *model.Role) error {
		names[role.RoleID] = role.Name
		return nil
	}); err != nil {
		return nil, err
	}
	enabled := where("state", model.Enabled)
	if group := req.GetWorkspaceGroupId(); group != "" {
		enabled = where("state", model.Enabled, "workspace_group_id", group)
	}
	enabled.Sort = []query.Sort{{Key: "name"}}
	workspaces, _, err := s.workspaces.List(ctx, scope, enabled)
	if err != nil {
		return nil, err
	}
	for i := range workspaces {
		binding, bound := roleIn[workspaces[i].WorkspaceID]
		if !bound && user.RoleType != model.DomainAdmin {
			continue
		}
		info := new(api.MyWorkspaceInfo)
		if err := apirecord.Write(&workspaces[i], info); err != nil {
			return nil, err
		}
		info.RoleId, info.RoleName = binding.RoleID, names[binding.RoleID]
		info.RoleType = api.MyWorkspaceInfo_RoleType(api.MyWorkspaceInfo_RoleType_value[binding.RoleType])
		answer.Results = append(answer.Results, info)
	}
	answer.TotalCount = int32(len(answer.GetResults())) //nolint:gosec // as many as one page holds
	return answer, nil
}

// GetWorkspaceGroups lists the groups of workspaces that the caller is in, of which
// there are none.
func (s *UserProfile) GetWorkspaceGroups(context.Context, *api.WorkspaceGroupUserProfileRequest) (*api.MyWorkspaceGroupsInfo, error) {
	return new(api.MyWorkspaceGroupsInfo), nil
}
