package service

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v1"
	"github.com/cloudforet-io/identity/internal/model"
)

// Grant gives an access token for a scope in exchange for one that a user got by
// signing in. A grant narrows what the user may do, and never widens it.
func (s *Token) Grant(ctx context.Context, req *api.GrantTokenRequest) (*api.GrantTokenInfo, error) {
	if err := apirecord.Require(req, "token", "scope"); err != nil {
		return nil, err
	}
	claims, domain, err := s.read(ctx, req.GetToken(), model.AccessToken, model.RefreshToken)
	if err != nil {
		return nil, err
	}
	if claims.TokenType == model.RefreshToken {
		if err := s.sessions.Check(ctx, claims.SessionID, claims.TokenID); err != nil {
			return nil, err
		}
	}
	user, err := s.userOf(ctx, claims)
	if err != nil {
		return nil, err
	}
	granted, err := role(claims, user, req)
	if err != nil {
		return nil, err
	}
	if granted.Permissions, err = narrowed(claims.Permissions, req.GetPermissions()); err != nil {
		return nil, err
	}
	holds, err := timeout(req.GetTimeout())
	if err != nil {
		return nil, err
	}
	granted.Granted = true
	granted.TokenType, granted.OwnerType, granted.Audience = model.AccessToken, model.OwnerUser, user.UserID
	granted.ExpiresAt = time.Now().Add(holds).Unix()
	if claims.TokenType == model.AccessToken {
		granted.ExpiresAt = min(granted.ExpiresAt, claims.ExpiresAt) // or it could be renewed for ever
	}
	token, err := s.signer.Sign(domain, granted)
	if err != nil {
		return nil, err
	}
	return &api.GrantTokenInfo{
		AccessToken: token, DomainId: domain.DomainID, WorkspaceId: granted.WorkspaceID,
		RoleType: api.GrantTokenInfo_RoleType(api.GrantTokenInfo_RoleType_value[granted.RoleType]),
	}, nil
}

// role is what a user is in the scope that he asks for, as far as the token that
// he shows goes.
func role(claims *model.Claims, user *model.User, req *api.GrantTokenRequest) (model.Claims, error) {
	if claims.WorkspaceID != "" {
		return model.Claims{}, apierror.PermissionDenied() // it was granted for one workspace, and is for no other
	}
	if claims.Granted && claims.RoleType == model.RoleUser && req.GetScope() != api.GrantTokenRequest_USER {
		return model.Claims{}, apierror.PermissionDenied() // it was granted for the user himself, without his roles
	}
	admin := user.RoleType == model.DomainAdmin && claims.RoleType == model.DomainAdmin
	switch req.GetScope() {
	case api.GrantTokenRequest_DOMAIN:
		if admin {
			return model.Claims{RoleType: model.DomainAdmin}, nil
		}
	case api.GrantTokenRequest_WORKSPACE:
		workspace := req.GetWorkspaceId()
		if workspace == "" {
			return model.Claims{}, apierror.Required("workspace_id")
		}
		if admin {
			return model.Claims{RoleType: model.WorkspaceOwner, WorkspaceID: workspace}, nil
		}
		if binding, ok := user.In(workspace); ok {
			return model.Claims{RoleType: binding.RoleType, WorkspaceID: workspace, Projects: binding.Projects}, nil
		}
	case api.GrantTokenRequest_USER:
		return model.Claims{RoleType: model.RoleUser}, nil
	default:
		return model.Claims{}, apierror.Invalid("scope", "no such scope")
	}
	return model.Claims{}, apierror.PermissionDenied()
}

// timeout is how long a granted token holds, in seconds as it was asked for.
func timeout(seconds int32) (time.Duration, error) {
	if seconds < 0 {
		return 0, apierror.Invalid("timeout", "it is negative")
	}
	if seconds == 0 {
		return accessHolds, nil
	}
	return min(time.Duration(seconds)*time.Second, accessHolds), nil
}
