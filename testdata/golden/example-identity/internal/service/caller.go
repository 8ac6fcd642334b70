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
	domains manager.Domain
	users   manager.User
	apps    manager.App
}

// NewCaller makes the service.
func NewCaller(m manager.Managers) *Caller {
	return &Caller{domains: m.Domain, users: m.User, apps: m.App}
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
	if caller.OwnerType == model.OwnerApp {
		return s.checkApp(ctx, caller)
	}
	return s.checkUser(ctx, caller)
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
	if user.State != model.Enabled {
		return apierror.Unauthenticated("the user is disabled.")
	}
	binding, bound := user.In(caller.WorkspaceID)
	switch {
	case caller.RoleType == model.RoleUser, user.RoleType == model.DomainAdmin:
		return nil
	case caller.RoleType == model.DomainAdmin, !bound, binding.RoleType != caller.RoleType:
		return apierror.PermissionDenied()
	default:
		return nil
	}
}

// known says of somebody who is not there that he is nobody. That he cannot be looked
// up is another matter.
func known(err error) error {
	if err != nil && apierror.From(err).Code == "ERROR_NOT_FOUND" {
		return apierror.Unauthenticated("the caller is not there any more.").Because(err)
	}
	return err
}
