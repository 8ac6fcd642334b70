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

// App is the service App of the API.
//
// Apps are programs that call the platform with a client secret.
type App struct {
	apps          manager.App
	domains       manager.Domain
	workspaces    manager.Workspace
	roles         manager.Role
	projects      manager.Project
	projectGroups manager.ProjectGroup
	signer        manager.Signer
}

// NewApp makes the service.
func NewApp(m manager.Managers) *App {
	return &App{
		apps: m.App, domains: m.Domain, workspaces: m.Workspace, roles: m.Role,
		projects: m.Project, projectGroups: m.ProjectGroup, signer: m.Signer,
	}
}

// Create creates an app. Its client secret is in the answer, and nowhere else.
func (s *App) Create(ctx context.Context, req *api.CreateAppRequest) (*api.AppInfo, error) {
	domain, err := domainScope(ctx)
	if err != nil {
		return nil, err
	}
	within, err := scopeOf(ctx).Within("", req.GetWorkspaceId())
	if err != nil {
		return nil, err
	}
	if err := apirecord.Require(req, "name", "role_id", "resource_group"); err != nil {
		return nil, err
	}
	item := new(model.App)
	if err := apirecord.New(req, item); err != nil {
		return nil, err
	}
	item.DomainID, item.WorkspaceID, item.State = domain.DomainID, within.WorkspaceID, model.Enabled
	if err := s.checkPlace(ctx, item); err != nil {
		return nil, err
	}
	role, err := s.roles.Get(ctx, domain, item.RoleID)
	if err != nil {
		return nil, err
	}
	fits := map[string]string{
		model.InDomain: model.DomainAdmin, model.InWorkspace: model.WorkspaceOwner, model.InProject: model.WorkspaceMember,
	}[item.ResourceGroup]
	if role.RoleType != fits {
		return nil, errRoleType(role, fits)
	}
	if err := mayGive(ctx, role.Permissions); err != nil {
		return nil, err
	}
	item.RoleType = role.RoleType
	if err := s.apps.Create(ctx, item); err != nil {
		return nil, err
	}
	return s.newSecret(ctx, item, req.GetExpiredAt())
}

// Update updates an app. What the request leaves out stays as it is.
func (s *App) Update(ctx context.Context, req *api.UpdateAppRequest) (*api.AppInfo, error) {
	if req.GetAppId() == "" {
		return nil, apierror.Required("app_id")
	}
	scope := scopeOf(ctx)
	item, err := s.apps.GetForUpdate(ctx, scope, req.GetAppId())
	if err != nil {
		return nil, err
	}
	columns, err := apirecord.Change(req, item, "app_id")
	if err != nil {
		return nil, err
	}
	if err := s.apps.Update(ctx, scope, item, columns...); err != nil {
		return nil, err
	}
	return appInfo(item)
}

// Delete deletes an app.
func (s *App) Delete(ctx context.Context, req *api.AppRequest) (*emptypb.Empty, error) {
	if req.GetAppId() == "" {
		return nil, apierror.Required("app_id")
	}
	return &emptypb.Empty{}, s.apps.Delete(ctx, scopeOf(ctx), req.GetAppId())
}

// Enable lets an app call again.
func (s *App) Enable(ctx context.Context, req *api.AppRequest) (*api.AppInfo, error) {
	if req.GetAppId() == "" {
		return nil, apierror.Required("app_id")
	}
	scope := scopeOf(ctx)
	item, err := s.apps.GetForUpdate(ctx, scope, req.GetAppId())
	if err != nil {
		return nil, err
	}
	item.State = model.Enabled
	if err := s.apps.Update(ctx, scope, item, "state"); err != nil {
		return nil, err
	}
	return appInfo(item)
}

// Disable keeps an app from calling.
func (s *App) Disable(ctx context.Context, req *api.AppRequest) (*api.AppInfo, error) {
	if req.GetAppId() == "" {
		return nil, apierror.Required("app_id")
	}
	scope := scopeOf(ctx)
	item, err := s.apps.GetForUpdate(ctx, scope, req.GetAppId())
	if err != nil {
		return nil, err
	}
	item.State = model.Disabled
	if err := s.apps.Update(ctx, scope, item, "state"); err != nil {
		return nil, err
	}
	return appInfo(item)
}

// Get gets one app.
func (s *App) Get(ctx context.Context, req *api.AppRequest) (*api.AppInfo, error) {
	if req.GetAppId() == "" {
		return nil, apierror.Required("app_id")
	}
	item, err := s.apps.Get(ctx, scopeOf(ctx), req.GetAppId())
	if err != nil {
		return nil, err
	}
	return appInfo(item)
}

// List lists apps, filtered, sorted and in pages.
func (s *App) List(ctx context.Context, req *api.AppSearchQuery) (*api.AppsInfo, error) {
	q, err := query.FromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	filters, err := apirecord.Filters(req, model.AppSchema())
	if err != nil {
		return nil, err
	}
	q.Filter = append(q.Filter, filters...)
	items, total, err := s.apps.List(ctx, scopeOf(ctx), q)
	if err != nil {
		return nil, err
	}
	answer := &api.AppsInfo{
		TotalCount: int32(total), //nolint:gosec // no table has 2^31 rows
	}
	for i := range items {
		info, err := appInfo(&items[i])
		if err != nil {
			return nil, err
		}
		answer.Results = append(answer.Results, info)
	}
	return answer, nil
}

// Stat computes statistics over apps.
func (s *App) Stat(ctx context.Context, req *api.AppStatQuery) (*structpb.Struct, error) {
	q, err := query.StatFromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	rows, total, err := s.apps.Stat(ctx, scopeOf(ctx), q)
	if err != nil {
		return nil, err
	}
	return statInfo(q, rows, total)
}
