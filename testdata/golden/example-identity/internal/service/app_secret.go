package service

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/identifier"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v1"
	"github.com/cloudforet-io/identity/internal/model"
)

// secretHolds is how long a client secret holds at most, and if nobody says otherwise.
const secretHolds = 365 * 24 * time.Hour

// GenerateClientSecret gives an app a new client secret, which is in the answer and nowhere else.
// The old one holds no longer.
func (s *App) GenerateClientSecret(ctx context.Context, req *api.GenerateClientSecretRequest) (*api.AppInfo, error) {
	if req.GetAppId() == "" {
		return nil, apierror.Required("app_id")
	}
	item, err := s.apps.GetForUpdate(ctx, scopeOf(ctx), req.GetAppId())
	if err != nil {
		return nil, err
	}
	if held := permissionsOf(ctx); held != nil && len(item.Permissions) == 0 {
		return nil, apierror.PermissionDenied() // the app may do more than its caller
	} else if _, err := narrowed(held, item.Permissions); err != nil {
		return nil, err
	}
	return s.newSecret(ctx, item, req.GetExpiredAt())
}

// Check says what an app may do, to services that it calls. Without permissions its
// role alone confines it.
func (s *App) Check(ctx context.Context, req *api.CheckAppRequest) (*api.CheckAppInfo, error) {
	switch {
	case req.GetClientId() == "":
		return nil, apierror.Required("client_id")
	case req.GetDomainId() == "":
		return nil, apierror.Required("domain_id")
	}
	item, err := s.apps.Known(ctx, req.GetDomainId(), req.GetClientId())
	if err != nil {
		return nil, err
	}
	expires, err := time.Parse(time.RFC3339Nano, item.ExpiredAt)
	if err != nil || item.State != model.Enabled || !time.Now().Before(expires) {
		return nil, apierror.NotFound("client_id", req.GetClientId())
	}
	return &api.CheckAppInfo{Permissions: item.Permissions, Projects: item.Projects}, nil
}

// checkPlace refuses an app whose role is not one of the place that it belongs to:
// a workspace, or its domain as a whole.
func checkPlace(item *model.App) error {
	switch {
	case item.DomainID == "":
		return apierror.Required("domain_id")
	case item.RoleType == model.DomainAdmin && item.WorkspaceID != "":
		return apierror.Invalid("role_type", "an administrator of the domain belongs to no workspace")
	case item.RoleType != model.DomainAdmin && item.WorkspaceID == "":
		return apierror.Required("workspace_id")
	case item.RoleType != model.WorkspaceMember && len(item.Projects) > 0:
		return apierror.Invalid("projects", "only members of a workspace are confined to some")
	default:
		return nil
	}
}

// newSecret makes a client secret for an app, which is a token, and stores what
// the app is known by from now on. The answer is the only place where it is shown.
func (s *App) newSecret(ctx context.Context, item *model.App, expiredAt string) (*api.AppInfo, error) {
	expires, err := expiry(expiredAt)
	if err != nil {
		return nil, err
	}
	domain, err := s.domains.Get(ctx, model.Scope{}, item.DomainID)
	if err != nil {
		return nil, err
	}
	item.ClientID, item.ExpiredAt = identifier.New("client"), expires.Format(time.RFC3339)
	if err := s.apps.Update(ctx, model.Scope{DomainID: item.DomainID}, item, "client_id", "expired_at"); err != nil {
		return nil, err
	}
	info, err := appInfo(item)
	if err != nil {
		return nil, err
	}
	info.ClientSecret, err = s.signer.Sign(domain, model.Claims{
		RoleType: item.RoleType, TokenType: model.ClientSecret, OwnerType: model.OwnerApp,
		WorkspaceID: item.WorkspaceID, Audience: item.AppID, TokenID: item.ClientID, ExpiresAt: expires.Unix(),
	})
	return info, err
}

// expiry is when a client secret expires: as it was asked for, or after secretHolds.
func expiry(asked string) (time.Time, error) {
	now := time.Now().UTC()
	if asked == "" {
		return now.Add(secretHolds), nil
	}
	expires, err := time.Parse(time.RFC3339Nano, asked)
	switch {
	case err != nil:
		return now, apierror.Invalid("expired_at", "not a time in ISO 8601, such as 2006-01-02T15:04:05Z")
	case !now.Before(expires):
		return now, apierror.Invalid("expired_at", "it has passed")
	case expires.After(now.Add(secretHolds)):
		return now, apierror.Invalid("expired_at", "it is more than a year ahead")
	default:
		return expires.UTC(), nil
	}
}
