package service

import (
	"context"
	"maps"
	"slices"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/query"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// Project is the service Project of the API.
//
// Projects divide a workspace. Its members see those that are public, and those
// that they, or groups above, name them for.
type Project struct {
	projects      manager.Project
	projectGroups manager.ProjectGroup
	belongings    belongings
}

// NewProject makes the service.
func NewProject(m manager.Managers) *Project {
	return &Project{projects: m.Project, projectGroups: m.ProjectGroup, belongings: newBelongings(m)}
}

// Create creates a project.
func (s *Project) Create(ctx context.Context, req *api.CreateProjectRequest) (*api.ProjectInfo, error) {
	scope, err := workspaceScope(ctx)
	if err != nil {
		return nil, err
	}
	if err := apirecord.Require(req, "name", "project_type"); err != nil {
		return nil, err
	}
	item := new(model.Project)
	if err := apirecord.New(req, item); err != nil {
		return nil, err
	}
	item.DomainID, item.WorkspaceID, item.CreatedBy = scope.DomainID, scope.WorkspaceID, callerID(ctx)
	if err := s.checkGroup(ctx, item); err != nil {
		return nil, err
	}
	if err := s.projects.Create(ctx, item); err != nil {
		return nil, err
	}
	return projectInfo(item)
}

// checkGroup refuses a group that is not in the project's workspace.
func (s *Project) checkGroup(ctx context.Context, item *model.Project) error {
	if item.ProjectGroupID == "" {
		return nil
	}
	_, err := s.projectGroups.Get(ctx, model.Scope{DomainID: item.DomainID, WorkspaceID: item.WorkspaceID}, item.ProjectGroupID)
	return err
}

// find gives a project that the caller sees, to change it.
func (s *Project) find(ctx context.Context, id string) (*model.Project, error) {
	if id == "" {
		return nil, apierror.Required("project_id")
	}
	return s.projects.GetForUpdate(ctx, scopeOf(ctx), id)
}

// change stores columns of a project.
func (s *Project) change(ctx context.Context, item *model.Project, columns ...string) (*api.ProjectInfo, error) {
	if err := s.projects.Update(ctx, scopeOf(ctx), item, columns...); err != nil {
		return nil, err
	}
	return projectInfo(item)
}

// Update updates a project. What the request leaves out stays as it is.
func (s *Project) Update(ctx context.Context, req *api.UpdateProjectRequest) (*api.ProjectInfo, error) {
	scope := scopeOf(ctx)
	if req.GetProjectId() == "" {
		return nil, apierror.Required("project_id")
	}
	item, err := s.projects.GetForUpdate(ctx, scope, req.GetProjectId())
	if err != nil {
		return nil, err
	}
	columns, err := apirecord.Change(req, item, "project_id")
	if err != nil {
		return nil, err
	}
	if err := s.projects.Update(ctx, scope, item, columns...); err != nil {
		return nil, err
	}
	return projectInfo(item)
}

// UpdateProjectType makes a project public or private. A public one names no users.
func (s *Project) UpdateProjectType(ctx context.Context, req *api.UpdateProjectTypeRequest) (*api.ProjectInfo, error) {
	if err := apirecord.Require(req, "project_id", "project_type"); err != nil {
		return nil, err
	}
	item, err := s.find(ctx, req.GetProjectId())
	if err != nil {
		return nil, err
	}
	if item.ProjectType = req.GetProjectType().String(); item.ProjectType == projectPublic {
		item.Users = nil
	}
	return s.change(ctx, item, "project_type", "users")
}

// ChangeProjectGroup moves a project into a group, or out of all if none is named.
func (s *Project) ChangeProjectGroup(ctx context.Context, req *api.ChangeProjectGroupRequest) (*api.ProjectInfo, error) {
	item, err := s.find(ctx, req.GetProjectId())
	if err != nil {
		return nil, err
	}
	item.ProjectGroupID = req.GetProjectGroupId()
	if err := s.checkGroup(ctx, item); err != nil {
		return nil, err
	}
	return s.change(ctx, item, "project_group_id")
}

// Delete deletes a project.
func (s *Project) Delete(ctx context.Context, req *api.ProjectRequest) (*emptypb.Empty, error) {
	if req.GetProjectId() == "" {
		return nil, apierror.Required("project_id")
	}
	return &emptypb.Empty{}, s.projects.Delete(ctx, scopeOf(ctx), req.GetProjectId())
}

// AddUsers names users of the workspace for a private project.
func (s *Project) AddUsers(ctx context.Context, req *api.UsersProjectRequest) (*api.ProjectInfo, error) {
	item, err := s.find(ctx, req.GetProjectId())
	if err != nil {
		return nil, err
	}
	if item.ProjectType == projectPublic {
		return nil, invalid("ERROR_NOT_ALLOWED_ADD_USER_TO_PUBLIC_PROJECT", "All users of the workspace see a public project.")
	}
	scope := model.Scope{DomainID: item.DomainID, WorkspaceID: item.WorkspaceID}
	if err := s.belongings.checkUsers(ctx, scope, req.GetUsers()); err != nil {
		return nil, err
	}
	item.Users = joined(item.Users, req.GetUsers()...)
	return s.change(ctx, item, "users")
}

// RemoveUsers names users for a project no longer.
func (s *Project) RemoveUsers(ctx context.Context, req *api.UsersProjectRequest) (*api.ProjectInfo, error) {
	item, err := s.find(ctx, req.GetProjectId())
	if err != nil {
		return nil, err
	}
	item.Users = without(item.Users, req.GetUsers()...)
	return s.change(ctx, item, "users")
}

// Get gets one project.
func (s *Project) Get(ctx context.Context, req *api.ProjectRequest) (*api.ProjectInfo, error) {
	if req.GetProjectId() == "" {
		return nil, apierror.Required("project_id")
	}
	item, err := s.projects.Get(ctx, scopeOf(ctx), req.GetProjectId())
	if err != nil {
		return nil, err
	}
	return projectInfo(item)
}

// List lists projects, filtered, sorted and in pages.
func (s *Project) List(ctx context.Context, req *api.ProjectSearchQuery) (*api.ProjectsInfo, error) {
	q, err := query.FromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	filters, err := apirecord.Filters(req, model.ProjectSchema())
	if err != nil {
		return nil, err
	}
	q.Filter = append(q.Filter, filters...)
	if userID := req.GetUserId(); userID != "" {
		q.Filter = append(q.Filter, where("users", userID).Filter...)
	}
	if req.GetIncludeChildren() && req.GetProjectGroupId() != "" {
		if q.Filter, err = s.withChildren(ctx, q.Filter, req.GetProjectGroupId()); err != nil {
			return nil, err
		}
	}
	items, total, err := s.projects.List(ctx, scopeOf(ctx), q)
	if err != nil {
		return nil, err
	}
	answer := &api.ProjectsInfo{
		TotalCount: int32(total), //nolint:gosec // no table has 2^31 rows
	}
	for i := range items {
		info, err := projectInfo(&items[i])
		if err != nil {
			return nil, err
		}
		answer.Results = append(answer.Results, info)
	}
	return answer, nil
}

// withChildren has a filter for the projects of a group let those of groups below through.
func (s *Project) withChildren(ctx context.Context, filter []query.Condition, id string) ([]query.Condition, error) {
	scope := scopeOf(ctx)
	groups, err := tree(ctx, s.projectGroups, model.Scope{DomainID: scope.DomainID, WorkspaceID: scope.WorkspaceID})
	if err != nil {
		return nil, err
	}
	within := []any{id}
	for _, below := range slices.Sorted(maps.Keys(groups.under(id))) {
		within = append(within, below)
	}
	for i := range filter {
		if filter[i].Key == "project_group_id" && filter[i].Value == id {
			filter[i].Operator, filter[i].Value = query.In, within
		}
	}
	return filter, nil
}

// Stat computes statistics over projects.
func (s *Project) Stat(ctx context.Context, req *api.ProjectStatQuery) (*structpb.Struct, error) {
	q, err := query.StatFromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	rows, total, err := s.projects.Stat(ctx, scopeOf(ctx), q)
	if err != nil {
		return nil, err
	}
	return statInfo(q, rows, total)
}
