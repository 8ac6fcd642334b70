package service

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"

	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// Caller knows whether those who call still are what their tokens say. A token holds
// on after its owner was disabled, deleted or given another role, and he must not use
// that time to make himself a successor. No API offers it.
type Caller struct {
	domains      manager.Domain
	workspaces   manager.Workspace
	users        manager.User
	roleBindings manager.RoleBinding
	apps         manager.App
}

// NewCaller makes the service.
func NewCaller(m manager.Managers) *Caller {
	return &Caller{domains: m.Domain, workspaces: m.Workspace, users: m.User, roleBindings: m.RoleBinding, apps: m.App}
}

// Check refuses a caller who may not do any longer what his token says that he may.
func (s *Caller) Check(ctx context.Context, caller *pipeline.Identity) error {
	if caller.TokenType == model.SystemToken {
		return nil // its domain can be neither disabled nor deleted
	}
	domain, err := s.domains.Get(ctx, model.Scope{}, caller.DomainID)
	if err = known(err); err != nil {
		return err
	}
	if domain.State != model.Enabled {
		return apierror.Unauthenticated("the domain is disabled.")
	}
	if caller.WorkspaceID != "" && caller.WorkspaceID != model.AllWorkspaces {
		if err := s.checkWorkspace(ctx, caller); err != nil {
			return err
		}
	}
	switch caller.OwnerType {
	case model.OwnerApp:
		return s.checkApp(ctx, caller)
	case model.OwnerSystem:
		return nil // it was granted for the workspace
	default:
		return s.checkUser(ctx, caller)
	}
}

func (s *Caller) checkWorkspace(ctx context.Context, caller *pipeline.Identity) error {
	workspace, err := s.workspaces.Get(ctx, model.Scope{DomainID: caller.DomainID}, caller.WorkspaceID)
	if err = known(err); err != nil {
		return err
	}
	if workspace.State != model.Enabled {
		return apierror.Unauthenticated("the workspace is disabled.")
	}
	return nil
}

func (s *Caller) checkApp(ctx context.Context, caller *pipeline.Identity) error {
	app, err := s.apps.Known(ctx, caller.DomainID, caller.TokenID)
	if err = known(err); err != nil {
		return err
	}
	if app.State != model.Enabled {
		return apierror.Unauthenticated("the app is disabled.")
	}
	return nil
}

func (s *Caller) checkUser(ctx context.Context, caller *pipeline.Identity) error {
	user, err := s.users.Get(ctx, model.Scope{DomainID: caller.DomainID}, caller.Audience)
	if err = known(err); err != nil {
		return err
	}
	if user.State == model.Disabled {
		return apierror.Unauthenticated("the user is disabled.")
	}
	switch {
	case caller.RoleType == model.RoleUser, user.RoleType == model.DomainAdmin:
		return nil
	case caller.RoleType == model.DomainAdmin, caller.RoleType == model.SystemAdmin:
		return apierror.PermissionDenied()
	}
	bound, _, err := s.roleBindings.List(ctx, model.Scope{DomainID: caller.DomainID},
		where("user_id", user.UserID, "workspace_id", caller.WorkspaceID))
	if err != nil {
		return err
	}
	if len(bound) == 0 || bound[0].RoleType != caller.RoleType {
		return apierror.PermissionDenied()
	}
	return nil
}

// known says of somebody who is not there that he is nobody. That he cannot be looked
// up is another matter.
func known(err error) error {
	if err != nil && apierror.From(err).Code == "ERROR_NOT_FOUND" {
		return apierror.Unauthenticated("the caller is not there any more.").Because(err)
	}
	return err
}
