package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/service"
)

// Workspace guards the service of the same name: every call passes through the
// pipeline, with the permission and the roles that stand here.
type Workspace struct {
	pipeline *pipeline.Pipeline
	service  *service.Workspace
}

// NewWorkspace guards s by p.
func NewWorkspace(p *pipeline.Pipeline, s *service.Workspace) *Workspace {
	return &Workspace{pipeline: p, service: s}
}

func workspaceWrite(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Workspace",
		Verb:       verb,
		Permission: "identity:Workspace.write",
		RoleTypes:  []string{"DOMAIN_ADMIN"},
	}
}

func workspaceRead(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Workspace",
		Verb:       verb,
		Permission: "identity:Workspace.read",
		RoleTypes:  []string{"DOMAIN_ADMIN"},
		ReadOnly:   true,
	}
}

// Create answers Workspace.create.
func (g *Workspace) Create(ctx context.Context, req *api.CreateWorkSpaceRequest) (*api.WorkspaceInfo, error) {
	return pipeline.Call(ctx, g.pipeline, workspaceWrite("create"), req, g.service.Create)
}

// Update answers Workspace.update.
func (g *Workspace) Update(ctx context.Context, req *api.UpdateWorkSpaceRequest) (*api.WorkspaceInfo, error) {
	return pipeline.Call(ctx, g.pipeline, workspaceWrite("update"), req, g.service.Update)
}

// ChangeWorkspaceGroup answers Workspace.change_workspace_group.
func (g *Workspace) ChangeWorkspaceGroup(ctx context.Context, req *api.ChangeWorkspaceGroupRequest) (*api.WorkspaceInfo, error) {
	return pipeline.Call(ctx, g.pipeline, workspaceWrite("change_workspace_group"), req, g.service.ChangeWorkspaceGroup)
}

// Delete answers Workspace.delete.
func (g *Workspace) Delete(ctx context.Context, req *api.WorkspaceDeleteRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, workspaceWrite("delete"), req, g.service.Delete)
}

// Enable answers Workspace.enable.
func (g *Workspace) Enable(ctx context.Context, req *api.WorkspaceRequest) (*api.WorkspaceInfo, error) {
	return pipeline.Call(ctx, g.pipeline, workspaceWrite("enable"), req, g.service.Enable)
}

// Disable answers Workspace.disable.
func (g *Workspace) Disable(ctx context.Context, req *api.WorkspaceRequest) (*api.WorkspaceInfo, error) {
	return pipeline.Call(ctx, g.pipeline, workspaceWrite("disable"), req, g.service.Disable)
}

// AddPackage answers Workspace.add_package.
func (g *Workspace) AddPackage(ctx context.Context, req *api.WorkspacePackageRequest) (*api.WorkspaceInfo, error) {
	return pipeline.Call(ctx, g.pipeline, workspaceWrite("add_package"), req, g.service.AddPackage)
}

// RemovePackage answers Workspace.remove_package.
func (g *Workspace) RemovePackage(ctx context.Context, req *api.WorkspacePackageRequest) (*api.WorkspaceInfo, error) {
	return pipeline.Call(ctx, g.pipeline, workspaceWrite("remove_package"), req, g.service.RemovePackage)
}

// Get answers Workspace.get.
func (g *Workspace) Get(ctx context.Context, req *api.WorkspaceRequest) (*api.WorkspaceInfo, error) {
	return pipeline.Call(ctx, g.pipeline, workspaceRead("get"), req, g.service.Get)
}

// Check answers Workspace.check.
func (g *Workspace) Check(ctx context.Context, req *api.WorkspaceCheckRequest) (*emptypb.Empty, error) {
	method := workspaceRead("check")
	method.RoleTypes = []string{"SYSTEM_TOKEN"} // services of the platform
	method.ReadOnly = true
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.Check)
}

// List answers Workspace.list.
func (g *Workspace) List(ctx context.Context, req *api.WorkspaceSearchQuery) (*api.WorkspacesInfo, error) {
	return pipeline.Call(ctx, g.pipeline, workspaceRead("list"), req, g.service.List)
}

// Analyze answers Workspace.analyze.
func (g *Workspace) Analyze(ctx context.Context, req *api.WorkspaceAnalyzeQuery) (*structpb.Struct, error) {
	method := workspaceRead("analyze")
	method.RoleTypes = []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER"}
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.Analyze)
}

// Stat answers Workspace.stat.
func (g *Workspace) Stat(ctx context.Context, req *api.WorkspaceStatQuery) (*structpb.Struct, error) {
	return pipeline.Call(ctx, g.pipeline, workspaceRead("stat"), req, g.service.Stat)
}
