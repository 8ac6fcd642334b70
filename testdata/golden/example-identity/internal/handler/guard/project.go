package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/service"
)

// Project guards the service of the same name: every call passes through the
// pipeline, with the permission and the roles that stand here.
type Project struct {
	pipeline *pipeline.Pipeline
	service  *service.Project
}

// NewProject guards s by p.
func NewProject(p *pipeline.Pipeline, s *service.Project) *Project {
	return &Project{pipeline: p, service: s}
}

func projectWrite(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Project",
		Verb:       verb,
		Permission: "identity:Project.write",
		RoleTypes:  []string{"WORKSPACE_OWNER"},
	}
}

func projectRead(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Project",
		Verb:       verb,
		Permission: "identity:Project.read",
		RoleTypes:  []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER", "WORKSPACE_MEMBER"},
		ReadOnly:   true,
	}
}

// Create answers Project.create.
func (g *Project) Create(ctx context.Context, req *api.CreateProjectRequest) (*api.ProjectInfo, error) {
	return pipeline.Call(ctx, g.pipeline, projectWrite("create"), req, g.service.Create)
}

// Update answers Project.update.
func (g *Project) Update(ctx context.Context, req *api.UpdateProjectRequest) (*api.ProjectInfo, error) {
	method := projectWrite("update")
	method.RoleTypes = []string{"WORKSPACE_OWNER", "WORKSPACE_MEMBER"}
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.Update)
}

// UpdateProjectType answers Project.update_project_type.
func (g *Project) UpdateProjectType(ctx context.Context, req *api.UpdateProjectTypeRequest) (*api.ProjectInfo, error) {
	return pipeline.Call(ctx, g.pipeline, projectWrite("update_project_type"), req, g.service.UpdateProjectType)
}

// ChangeProjectGroup answers Project.change_project_group.
func (g *Project) ChangeProjectGroup(ctx context.Context, req *api.ChangeProjectGroupRequest) (*api.ProjectInfo, error) {
	return pipeline.Call(ctx, g.pipeline, projectWrite("change_project_group"), req, g.service.ChangeProjectGroup)
}

// Delete answers Project.delete.
func (g *Project) Delete(ctx context.Context, req *api.ProjectRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, projectWrite("delete"), req, g.service.Delete)
}

// AddUsers answers Project.add_users.
func (g *Project) AddUsers(ctx context.Context, req *api.UsersProjectRequest) (*api.ProjectInfo, error) {
	method := projectWrite("add_users")
	method.RoleTypes = []string{"WORKSPACE_OWNER", "WORKSPACE_MEMBER"}
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.AddUsers)
}

// RemoveUsers answers Project.remove_users.
func (g *Project) RemoveUsers(ctx context.Context, req *api.UsersProjectRequest) (*api.ProjectInfo, error) {
	method := projectWrite("remove_users")
	method.RoleTypes = []string{"WORKSPACE_OWNER", "WORKSPACE_MEMBER"}
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.RemoveUsers)
}

// Get answers Project.get.
func (g *Project) Get(ctx context.Context, req *api.ProjectRequest) (*api.ProjectInfo, error) {
	return pipeline.Call(ctx, g.pipeline, projectRead("get"), req, g.service.Get)
}

// List answers Project.list.
func (g *Project) List(ctx context.Context, req *api.ProjectSearchQuery) (*api.ProjectsInfo, error) {
	return pipeline.Call(ctx, g.pipeline, projectRead("list"), req, g.service.List)
}

// Stat answers Project.stat.
func (g *Project) Stat(ctx context.Context, req *api.ProjectStatQuery) (*structpb.Struct, error) {
	return pipeline.Call(ctx, g.pipeline, projectRead("stat"), req, g.service.Stat)
}
