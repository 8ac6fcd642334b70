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

// Workspace is the service Workspace of the API.
//
// Workspaces divide a domain: most of what the platform keeps lies in one.
type Workspace struct {
	domains    manager.Domain
	workspaces manager.Workspace
	belongings belongings
}

// NewWorkspace makes the service.
func NewWorkspace(m manager.Managers) *Workspace {
	return &Workspace{domains: m.Domain, workspaces: m.Workspace, belongings: newBelongings(m)}
}

// Create creates a workspace.
func (s *Workspace) Create(ctx context.Context, req *api.CreateWorkSpaceRequest) (*api.WorkspaceInfo, error) {
	scope, err := domainScope(ctx)
	if err != nil {
		return nil, err
	}
	if err := apirecord.Require(req, "name"); err != nil {
		return nil, err
	}
	if _, err := s.domains.Get(ctx, model.Scope{}, scope.DomainID); err != nil {
		return nil, err
	}
	item := new(model.Workspace)
	if err := apirecord.New(req, item); err != nil {
		return nil, err
	}
	item.DomainID, item.State, item.CreatedBy = scope.DomainID, model.Enabled, callerID(ctx)
	if err := s.workspaces.Create(ctx, item); err != nil {
		return nil, err
	}
	return workspaceInfo(item)
}

// Update updates a workspace. What the request leaves out stays as it is.
func (s *Workspace) Update(ctx context.Context, req *api.UpdateWorkSpaceRequest) (*api.WorkspaceInfo, error) {
	scope := model.Scope{DomainID: scopeOf(ctx).DomainID}
	if req.GetWorkspaceId() == "" {
		return nil, apierror.Required("workspace_id")
	}
	item, err := s.workspaces.GetForUpdate(ctx, scope, req.GetWorkspaceId())
	if err != nil {
		return nil, err
	}
	columns, err := apirecord.Change(req, item, "workspace_id")
	if err != nil {
		return nil, err
	}
	if err := s.workspaces.Update(ctx, scope, item, columns...); err != nil {
		return nil, err
	}
	return workspaceInfo(item)
}

// ChangeWorkspaceGroup moves a workspace into a group of workspaces, of which there are none yet.
func (s *Workspace) ChangeWorkspaceGroup(context.Context, *api.ChangeWorkspaceGroupRequest) (*api.WorkspaceInfo, error) {
	return nil, apierror.NotImplemented("Workspace.change_workspace_group")
}

// Delete deletes a workspace with its projects, groups, apps and role bindings. If it has
// projects, force has to say so.
func (s *Workspace) Delete(ctx context.Context, req *api.WorkspaceDeleteRequest) (*emptypb.Empty, error) {
	if req.GetWorkspaceId() == "" {
		return nil, apierror.Required("workspace_id")
	}
	scope := model.Scope{DomainID: scopeOf(ctx).DomainID}
	item, err := s.workspaces.GetForUpdate(ctx, scope, req.GetWorkspaceId())
	if err != nil {
		return nil, err
	}
	if err := s.belongings.emptyWorkspace(ctx, item, req.GetForce()); err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, s.workspaces.Delete(ctx, scope, item.WorkspaceID)
}

// Enable lets users into a workspace again.
func (s *Workspace) Enable(ctx context.Context, req *api.WorkspaceRequest) (*api.WorkspaceInfo, error) {
	scope := model.Scope{DomainID: scopeOf(ctx).DomainID}
	if req.GetWorkspaceId() == "" {
		return nil, apierror.Required("workspace_id")
	}
	item, err := s.workspaces.GetForUpdate(ctx, scope, req.GetWorkspaceId())
	if err != nil {
		return nil, err
	}
	item.State = "ENABLED"
	if err := s.workspaces.Update(ctx, scope, item, "state"); err != nil {
		return nil, err
	}
	return workspaceInfo(item)
}

// Disable keeps users out of a workspace: no tokens are granted for it.
func (s *Workspace) Disable(ctx context.Context, req *api.WorkspaceRequest) (*api.WorkspaceInfo, error) {
	scope := model.Scope{DomainID: scopeOf(ctx).DomainID}
	if req.GetWorkspaceId() == "" {
		return nil, apierror.Required("workspace_id")
	}
	item, err := s.workspaces.GetForUpdate(ctx, scope, req.GetWorkspaceId())
	if err != nil {
		return nil, err
	}
	item.State = "DISABLED"
	if err := s.workspaces.Update(ctx, scope, item, "state"); err != nil {
		return nil, err
	}
	return workspaceInfo(item)
}

// AddPackage adds a package to a workspace, of which there are none yet.
func (s *Workspace) AddPackage(context.Context, *api.WorkspacePackageRequest) (*api.WorkspaceInfo, error) {
	return nil, apierror.NotImplemented("Workspace.add_package")
}

// RemovePackage removes a package from a workspace.
func (s *Workspace) RemovePackage(context.Context, *api.WorkspacePackageRequest) (*api.WorkspaceInfo, error) {
	return nil, apierror.NotImplemented("Workspace.remove_package")
}

// Get gets one workspace.
func (s *Workspace) Get(ctx context.Context, req *api.WorkspaceRequest) (*api.WorkspaceInfo, error) {
	if req.GetWorkspaceId() == "" {
		return nil, apierror.Required("workspace_id")
	}
	item, err := s.workspaces.Get(ctx, model.Scope{DomainID: scopeOf(ctx).DomainID}, req.GetWorkspaceId())
	if err != nil {
		return nil, err
	}
	return workspaceInfo(item)
}

// Check says to services of the platform whether a workspace is there.
func (s *Workspace) Check(ctx context.Context, req *api.WorkspaceCheckRequest) (*emptypb.Empty, error) {
	if err := apirecord.Require(req, "workspace_id", "domain_id"); err != nil {
		return nil, err
	}
	_, err := s.workspaces.Get(ctx, model.Scope{DomainID: req.GetDomainId()}, req.GetWorkspaceId())
	return &emptypb.Empty{}, err
}

// List lists workspaces, filtered, sorted and in pages.
func (s *Workspace) List(ctx context.Context, req *api.WorkspaceSearchQuery) (*api.WorkspacesInfo, error) {
	q, err := query.FromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	filters, err := apirecord.Filters(req, model.WorkspaceSchema())
	if err != nil {
		return nil, err
	}
	q.Filter = append(q.Filter, filters...)
	items, total, err := s.workspaces.List(ctx, model.Scope{DomainID: scopeOf(ctx).DomainID}, q)
	if err != nil {
		return nil, err
	}
	answer := &api.WorkspacesInfo{
		TotalCount: int32(total), //nolint:gosec // no table has 2^31 rows
	}
	for i := range items {
		info, err := workspaceInfo(&items[i])
		if err != nil {
			return nil, err
		}
		answer.Results = append(answer.Results, info)
	}
	return answer, nil
}

// Analyze analyses workspaces.
func (s *Workspace) Analyze(ctx context.Context, req *api.WorkspaceAnalyzeQuery) (*structpb.Struct, error) {
	q, err := query.AnalyzeFromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	rows, more, err := s.workspaces.Analyze(ctx, scopeOf(ctx), q)
	if err != nil {
		return nil, err
	}
	return analyzeInfo(q, rows, more)
}

// Stat computes statistics over workspaces.
func (s *Workspace) Stat(ctx context.Context, req *api.WorkspaceStatQuery) (*structpb.Struct, error) {
	q, err := query.StatFromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	rows, total, err := s.workspaces.Stat(ctx, model.Scope{DomainID: scopeOf(ctx).DomainID}, q)
	if err != nil {
		return nil, err
	}
	return statInfo(q, rows, total)
}
