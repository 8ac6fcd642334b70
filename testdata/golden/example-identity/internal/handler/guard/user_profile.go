package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/service"
)

// UserProfile guards the service of the same name: every call passes through the
// pipeline, with the permission and the roles that stand here.
type UserProfile struct {
	pipeline *pipeline.Pipeline
	service  *service.UserProfile
}

// NewUserProfile guards s by p.
func NewUserProfile(p *pipeline.Pipeline, s *service.UserProfile) *UserProfile {
	return &UserProfile{pipeline: p, service: s}
}

func userProfileWrite(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "UserProfile",
		Verb:       verb,
		Permission: "identity:UserProfile.write",
		RoleTypes:  []string{"USER"},
	}
}

func userProfileRead(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "UserProfile",
		Verb:       verb,
		Permission: "identity:UserProfile.read",
		RoleTypes:  []string{"USER"},
		ReadOnly:   true,
	}
}

// Update answers UserProfile.update.
func (g *UserProfile) Update(ctx context.Context, req *api.UpdateUserProfileRequest) (*api.UserInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userProfileWrite("update"), req, g.service.Update)
}

// UpdatePassword answers UserProfile.update_password.
func (g *UserProfile) UpdatePassword(ctx context.Context, req *api.UpdatePasswordUserProfileRequest) (*api.UserInfo, error) {
	method := userProfileWrite("update_password")
	method.Piecemeal = true // no transaction waits while a password is hashed
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.UpdatePassword)
}

// VerifyEmail answers UserProfile.verify_email.
func (g *UserProfile) VerifyEmail(ctx context.Context, req *api.VerifyEmailRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, userProfileWrite("verify_email"), req, g.service.VerifyEmail)
}

// ConfirmEmail answers UserProfile.confirm_email.
func (g *UserProfile) ConfirmEmail(ctx context.Context, req *api.ConfirmEmailRequest) (*api.UserInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userProfileWrite("confirm_email"), req, g.service.ConfirmEmail)
}

// ResetPassword answers UserProfile.reset_password.
func (g *UserProfile) ResetPassword(ctx context.Context, req *api.UserPasswordResetRequest) (*emptypb.Empty, error) {
	method := unasked("UserProfile", "reset_password")
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.ResetPassword)
}

// EnableMfa answers UserProfile.enable_mfa.
func (g *UserProfile) EnableMfa(ctx context.Context, req *api.EnableMFARequest) (*api.UserInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userProfileWrite("enable_mfa"), req, g.service.EnableMfa)
}

// DisableMfa answers UserProfile.disable_mfa.
func (g *UserProfile) DisableMfa(ctx context.Context, req *api.DisableMFARequest) (*api.UserInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userProfileWrite("disable_mfa"), req, g.service.DisableMfa)
}

// ConfirmMfa answers UserProfile.confirm_mfa.
func (g *UserProfile) ConfirmMfa(ctx context.Context, req *api.ConfirmMFARequest) (*api.UserInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userProfileWrite("confirm_mfa"), req, g.service.ConfirmMfa)
}

// Get answers UserProfile.get.
func (g *UserProfile) Get(ctx context.Context, req *api.UserProfileRequest) (*api.UserInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userProfileRead("get"), req, g.service.Get)
}

// GetWorkspaces answers UserProfile.get_workspaces.
func (g *UserProfile) GetWorkspaces(ctx context.Context, req *api.UserProfileRequest) (*api.MyWorkspacesInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userProfileRead("get_workspaces"), req, g.service.GetWorkspaces)
}

// GetWorkspaceGroups answers UserProfile.get_workspace_groups.
func (g *UserProfile) GetWorkspaceGroups(ctx context.Context, req *api.WorkspaceGroupUserProfileRequest) (*api.MyWorkspaceGroupsInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userProfileRead("get_workspace_groups"), req, g.service.GetWorkspaceGroups)
}
