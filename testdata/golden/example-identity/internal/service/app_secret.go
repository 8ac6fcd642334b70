package service

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/identifier"
	"github.com/cloudforet-io/spacegen/core/query"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/model"
)

// secretHolds is how long a client secret holds at most, and if nobody says otherwise.
const secretHolds = 365 * 24 * time.Hour

// GenerateClientSecret gives an app a new client secret, which is in the answer and nowhere else.
// The old one holds no longer.
func (s *App) GenerateClientSecret(ctx context.Context, req *api.GenerateAPIKeyAppRequest) (*api.AppInfo, error) {
	if req.GetAppId() == "" {
		return nil, apierror.Required("app_id")
	}
	item, err := s.apps.GetForUpdate(ctx, scopeOf(ctx), req.GetAppId())
	if err != nil {
		return nil, err
	}
	role, err := s.roles.Get(ctx, model.Scope{DomainID: item.DomainID}, item.RoleID)
	if err != nil {
		return nil, err
	}
	if err := mayGive(ctx, role.Permissions); err != nil {
		return nil, err // the app may do more than its caller
	}
	return s.newSecret(ctx, item, req.GetExpiredAt())
}

// Check says what an app may do, to services that it calls. Without permissions its
// role alone confines it.
func (s *App) Check(ctx context.Context, req *api.AppCheckRequest) (*api.CheckAppInfo, error) {
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
	role, err := s.roles.Get(ctx, model.Scope{DomainID: item.DomainID}, item.RoleID)
	if err != nil {
		return nil, err
	}
	projects, err := s.projectsOf(ctx, item)
	if err != nil {
		return nil, err
	}
	return &api.CheckAppInfo{Permissions: role.Permissions, Projects: projects}, s.apps.Seen(ctx, item)
}

// projectsOf are the projects that an app is confined to, if it is one of projects. That
// its workspace is enabled belongs to that.
func (s *App) projectsOf(ctx context.Context, item *model.App) ([]string, error) {
	if item.ResourceGroup == model.InDomain {
		return nil, nil
	}
	scope := model.Scope{DomainID: item.DomainID, WorkspaceID: item.WorkspaceID}
	workspace, err := s.workspaces.Get(ctx, scope, item.WorkspaceID)
	if err != nil {
		return nil, err
	}
	if workspace.State != model.Enabled {
		return nil, apierror.NotFound("client_id", item.ClientID)
	}
	if item.ProjectGroupID == "" {
		return without([]string{item.ProjectID}, ""), nil
	}
	groups, err := tree(ctx, s.projectGroups, scope)
	if err != nil {
		return nil, err
	}
	within, ids := groups.under(item.ProjectGroupID), []string(nil)
	err = s.projects.Each(ctx, scope, query.Query{}, func(project *model.Project) error {
		if within[project.ProjectGroupID] {
			ids = append(ids, project.ProjectID)
		}
		return nil
	})
	return ids, err
}

// checkPlace refuses a place that is not there, or that does not fit its resource group:
// the domain as a whole, a workspace, or a project or a group of projects in it.
func (s *App) checkPlace(ctx context.Context, item *model.App) error {
	scope := model.Scope{DomainID: item.DomainID}
	named := len(without([]string{item.ProjectID, item.ProjectGroupID}, ""))
	switch {
	case item.ResourceGroup != model.InProject && named > 0:
		return apierror.Invalid("project_id", "only an app of the resource group PROJECT has one, or a project_group_id")
	case item.ResourceGroup == model.InDomain && item.WorkspaceID != "":
		return apierror.Invalid("workspace_id", "an app of the resource group DOMAIN has none")
	case item.ResourceGroup == model.InDomain:
		item.WorkspaceID = model.AllWorkspaces
		return nil
	case item.WorkspaceID == "":
		return apierror.Required("workspace_id")
	case item.ResourceGroup == model.InProject && named != 1:
		return apierror.Invalid("project_id", "an app of the resource group PROJECT has either this or a project_group_id")
	}
	if _, err := s.workspaces.Get(ctx, scope, item.WorkspaceID); err != nil {
		return err
	}
	scope.WorkspaceID = item.WorkspaceID
	var err error
	switch {
	case item.ProjectID != "":
		if err = mayLieIn(ctx, item.ProjectID); err == nil {
			_, err = s.projects.Get(ctx, scope, item.ProjectID)
		}
	case item.ProjectGroupID != "":
		_, err = s.projectGroups.Get(ctx, scope, item.ProjectGroupID)
	}
	return err
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
