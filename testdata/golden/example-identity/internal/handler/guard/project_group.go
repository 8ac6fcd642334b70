package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/service"
)

// ProjectGroup guards the service of the same name: every call passes through the
// pipeline, with the permission and the roles that stand here.
type ProjectGroup struct {
	pipeline *pipeline.Pipeline
	service  *service.ProjectGroup
}

// NewProjectGroup guards s by p.
func NewProjectGroup(p *pipeline.Pipeline, s *service.ProjectGroup) *ProjectGroup {
	return &ProjectGroup{pipeline: p, service: s}
}

func projectGroupWrite(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "ProjectGroup",
		Verb:       verb,
		Permission: "identity:ProjectGroup.write",
		RoleTypes:  []string{"WORKSPACE_OWNER"},
	}
}

func projectGroupRead(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "ProjectGroup",
		Verb:       verb,
		Permission: "identity:ProjectGroup.read",
		RoleTypes:  []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER", "WORKSPACE_MEMBER"},
		ReadOnly:   true,
	}
}

// Create answers ProjectGroup.create.
func (g *ProjectGroup) Create(ctx context.Context, req *api.CreateProjectGroupRequest) (*api.ProjectGroupInfo, error) {
	return pipeline.Call(ctx, g.pipeline, projectGroupWrite("create"), req, g.service.Create)
}

// Update answers ProjectGroup.update.
func (g *ProjectGroup) Update(ctx context.Context, req *api.UpdateProjectGroupRequest) (*api.ProjectGroupInfo, error) {
	return pipeline.Call(ctx, g.pipeline, projectGroupWrite("update"), req, g.service.Update)
}

// ChangeParentGroup answers ProjectGroup.change_parent_group.
func (g *ProjectGroup) ChangeParentGroup(ctx context.Context, req *api.ChangeParentGroupRequest) (*api.ProjectGroupInfo, error) {
	return pipeline.Call(ctx, g.pipeline, projectGroupWrite("change_parent_group"), req, g.service.ChangeParentGroup)
}

// Delete answers ProjectGroup.delete.
func (g *ProjectGroup) Delete(ctx context.Context, req *api.ProjectGroupRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, projectGroupWrite("delete"), req, g.service.Delete)
}

// AddUsers answers ProjectGroup.add_users.
func (g *ProjectGroup) AddUsers(ctx context.Context, req *api.UsersProjectGroupRequest) (*api.ProjectGroupInfo, error) {
	return pipeline.Call(ctx, g.pipeline, projectGroupWrite("add_users"), req, g.service.AddUsers)
}

// RemoveUsers answers ProjectGroup.remove_users.
func (g *ProjectGroup) RemoveUsers(ctx context.Context, req *api.UsersProjectGroupRequest) (*api.ProjectGroupInfo, error) {
	return pipeline.Call(ctx, g.pipeline, projectGroupWrite("remove_users"), req, g.service.RemoveUsers)
}

// Get answers ProjectGroup.get.
func (g *ProjectGroup) Get(ctx context.Context, req *api.ProjectGroupRequest) (*api.ProjectGroupInfo, error) {
	return pipeline.Call(ctx, g.pipeline, projectGroupRead("get"), req, g.service.Get)
}

// List answers ProjectGroup.list.
func (g *ProjectGroup) List(ctx context.Context, req *api.ProjectGroupSearchQuery) (*api.ProjectGroupsInfo, error) {
	return pipeline.Call(ctx, g.pipeline, projectGroupRead("list"), req, g.service.List)
}

// Stat answers ProjectGroup.stat.
func (g *ProjectGroup) Stat(ctx context.Context, req *api.ProjectGroupStatQuery) (*structpb.Struct, error) {
	return pipeline.Call(ctx, g.pipeline, projectGroupRead("stat"), req, g.service.Stat)
}
