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

// ProjectGroup is the service ProjectGroup of the API.
//
// Groups of projects, as a tree. Who is in one is in all projects below it.
type ProjectGroup struct {
	projectGroups manager.ProjectGroup
	projects      manager.Project
	belongings    belongings
}

// NewProjectGroup makes the service.
func NewProjectGroup(m manager.Managers) *ProjectGroup {
	return &ProjectGroup{projectGroups: m.ProjectGroup, projects: m.Project, belongings: newBelongings(m)}
}

// Create creates a group of projects.
func (s *ProjectGroup) Create(ctx context.Context, req *api.CreateProjectGroupRequest) (*api.ProjectGroupInfo, error) {
	scope, err := workspaceScope(ctx)
	if err != nil {
		return nil, err
	}
	if err := apirecord.Require(req, "name"); err != nil {
		return nil, err
	}
	item := new(model.ProjectGroup)
	if err := apirecord.New(req, item); err != nil {
		return nil, err
	}
	item.DomainID, item.WorkspaceID = scope.DomainID, scope.WorkspaceID
	if item.ParentGroupID != "" {
		if _, err := s.projectGroups.Get(ctx, scope, item.ParentGroupID); err != nil {
			return nil, err
		}
	}
	if err := s.projectGroups.Create(ctx, item); err != nil {
		return nil, err
	}
	return projectGroupInfo(item)
}

// find gives a group that the caller sees, to change it.
func (s *ProjectGroup) find(ctx context.Context, id string) (*model.ProjectGroup, error) {
	if id == "" {
		return nil, apierror.Required("project_group_id")
	}
	return s.projectGroups.GetForUpdate(ctx, scopeOf(ctx), id)
}

// change stores columns of a group.
func (s *ProjectGroup) change(ctx context.Context, item *model.ProjectGroup, columns ...string) (*api.ProjectGroupInfo, error) {
	if err := s.projectGroups.Update(ctx, scopeOf(ctx), item, columns...); err != nil {
		return nil, err
	}
	return projectGroupInfo(item)
}

// Update updates a group of projects. What the request leaves out stays as it is.
func (s *ProjectGroup) Update(ctx context.Context, req *api.UpdateProjectGroupRequest) (*api.ProjectGroupInfo, error) {
	scope := scopeOf(ctx)
	if req.GetProjectGroupId() == "" {
		return nil, apierror.Required("project_group_id")
	}
	item, err := s.projectGroups.GetForUpdate(ctx, scope, req.GetProjectGroupId())
	if err != nil {
		return nil, err
	}
	columns, err := apirecord.Change(req, item, "project_group_id")
	if err != nil {
		return nil, err
	}
	if err := s.projectGroups.Update(ctx, scope, item, columns...); err != nil {
		return nil, err
	}
	return projectGroupInfo(item)
}

// ChangeParentGroup moves a group below another one, or to the top if none is named.
func (s *ProjectGroup) ChangeParentGroup(ctx context.Context, req *api.ChangeParentGroupRequest) (*api.ProjectGroupInfo, error) {
	item, err := s.find(ctx, req.GetProjectGroupId())
	if err != nil {
		return nil, err
	}
	if item.ParentGroupID = req.GetParentGroupId(); item.ParentGroupID != "" {
		groups, err := tree(ctx, s.projectGroups, model.Scope{DomainID: item.DomainID, WorkspaceID: item.WorkspaceID})
		if err != nil {
			return nil, err
		}
		switch {
		case groups[item.ParentGroupID] == nil:
			return nil, apierror.NotFound("parent_group_id", item.ParentGroupID)
		case groups.under(item.ProjectGroupID)[item.ParentGroupID]:
			return nil, invalid("ERROR_NOT_ALLOWED_TO_CHANGE_PARENT_GROUP_TO_SUB_PROJECT_GROUP",
				"The group %s lies in %s itself.", item.ParentGroupID, item.ProjectGroupID)
		}
	}
	return s.change(ctx, item, "parent_group_id")
}

// Delete deletes a group that has neither projects nor groups below it.
func (s *ProjectGroup) Delete(ctx context.Context, req *api.ProjectGroupRequest) (*emptypb.Empty, error) {
	item, err := s.find(ctx, req.GetProjectGroupId())
	if err != nil {
		return nil, err
	}
	scope := model.Scope{DomainID: item.DomainID, WorkspaceID: item.WorkspaceID}
	projects, _, err := s.projects.List(ctx, scope, where("project_group_id", item.ProjectGroupID))
	if err != nil {
		return nil, err
	}
	if len(projects) > 0 {
		return nil, invalid("ERROR_RELATED_PROJECT_EXIST", "The project %s lies in the group.", projects[0].ProjectID)
	}
	groups, _, err := s.projectGroups.List(ctx, scope, where("parent_group_id", item.ProjectGroupID))
	if err != nil {
		return nil, err
	}
	if len(groups) > 0 {
		return nil, invalid("ERROR_RELATED_PROJECT_GROUP_EXIST", "The group %s lies in the group.", groups[0].ProjectGroupID)
	}
	return &emptypb.Empty{}, s.projectGroups.Delete(ctx, scope, item.ProjectGroupID)
}

// AddUsers names users of the workspace for a group, and so for all projects below it.
func (s *ProjectGroup) AddUsers(ctx context.Context, req *api.UsersProjectGroupRequest) (*api.ProjectGroupInfo, error) {
	item, err := s.find(ctx, req.GetProjectGroupId())
	if err != nil {
		return nil, err
	}
	scope := model.Scope{DomainID: item.DomainID, WorkspaceID: item.WorkspaceID}
	if err := s.belongings.checkUsers(ctx, scope, req.GetUsers()); err != nil {
		return nil, err
	}
	item.Users = joined(item.Users, req.GetUsers()...)
	return s.change(ctx, item, "users")
}

// RemoveUsers names users for a group no longer.
func (s *ProjectGroup) RemoveUsers(ctx context.Context, req *api.UsersProjectGroupRequest) (*api.ProjectGroupInfo, error) {
	item, err := s.find(ctx, req.GetProjectGroupId())
	if err != nil {
		return nil, err
	}
	item.Users = without(item.Users, req.GetUsers()...)
	return s.change(ctx, item, "users")
}

// Get gets one group of projects.
func (s *ProjectGroup) Get(ctx context.Context, req *api.ProjectGroupRequest) (*api.ProjectGroupInfo, error) {
	if req.GetProjectGroupId() == "" {
		return nil, apierror.Required("project_group_id")
	}
	item, err := s.projectGroups.Get(ctx, scopeOf(ctx), req.GetProjectGroupId())
	if err != nil {
		return nil, err
	}
	return projectGroupInfo(item)
}

// List lists groups of projects, filtered, sorted and in pages.
func (s *ProjectGroup) List(ctx context.Context, req *api.ProjectGroupSearchQuery) (*api.ProjectGroupsInfo, error) {
	q, err := query.FromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	filters, err := apirecord.Filters(req, model.ProjectGroupSchema())
	if err != nil {
		return nil, err
	}
	q.Filter = append(q.Filter, filters...)
	items, total, err := s.projectGroups.List(ctx, scopeOf(ctx), q)
	if err != nil {
		return nil, err
	}
	answer := &api.ProjectGroupsInfo{
		TotalCount: int32(total), //nolint:gosec // no table has 2^31 rows
	}
	for i := range items {
		info, err := projectGroupInfo(&items[i])
		if err != nil {
			return nil, err
		}
		answer.Results = append(answer.Results, info)
	}
	return answer, nil
}

// Stat computes statistics over groups of projects.
func (s *ProjectGroup) Stat(ctx context.Context, req *api.ProjectGroupStatQuery) (*structpb.Struct, error) {
	q, err := query.StatFromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	rows, total, err := s.projectGroups.Stat(ctx, scopeOf(ctx), q)
	if err != nil {
		return nil, err
	}
	return statInfo(q, rows, total)
}
