package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/service"
)

// Role guards the service of the same name: every call passes through the
// pipeline, with the permission and the roles that stand here.
type Role struct {
	pipeline *pipeline.Pipeline
	service  *service.Role
}

// NewRole guards s by p.
func NewRole(p *pipeline.Pipeline, s *service.Role) *Role {
	return &Role{pipeline: p, service: s}
}

func roleWrite(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Role",
		Verb:       verb,
		Permission: "identity:Role.write",
		RoleTypes:  []string{"DOMAIN_ADMIN"},
	}
}

func roleRead(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Role",
		Verb:       verb,
		Permission: "identity:Role.read",
		RoleTypes:  []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER", "WORKSPACE_MEMBER"},
		ReadOnly:   true,
	}
}

// Create answers Role.create.
func (g *Role) Create(ctx context.Context, req *api.CreateRoleRequest) (*api.RoleInfo, error) {
	return pipeline.Call(ctx, g.pipeline, roleWrite("create"), req, g.service.Create)
}

// Update answers Role.update.
func (g *Role) Update(ctx context.Context, req *api.UpdateRoleRequest) (*api.RoleInfo, error) {
	return pipeline.Call(ctx, g.pipeline, roleWrite("update"), req, g.service.Update)
}

// Enable answers Role.enable.
func (g *Role) Enable(ctx context.Context, req *api.RoleRequest) (*api.RoleInfo, error) {
	return pipeline.Call(ctx, g.pipeline, roleWrite("enable"), req, g.service.Enable)
}

// Disable answers Role.disable.
func (g *Role) Disable(ctx context.Context, req *api.RoleRequest) (*api.RoleInfo, error) {
	return pipeline.Call(ctx, g.pipeline, roleWrite("disable"), req, g.service.Disable)
}

// Delete answers Role.delete.
func (g *Role) Delete(ctx context.Context, req *api.RoleRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, roleWrite("delete"), req, g.service.Delete)
}

// Get answers Role.get.
func (g *Role) Get(ctx context.Context, req *api.RoleRequest) (*api.RoleInfo, error) {
	return pipeline.Call(ctx, g.pipeline, roleRead("get"), req, g.service.Get)
}

// List answers Role.list.
func (g *Role) List(ctx context.Context, req *api.RoleSearchQuery) (*api.RolesInfo, error) {
	return pipeline.Call(ctx, g.pipeline, roleRead("list"), req, g.service.List)
}

// ListBasicRole answers Role.list_basic_role.
func (g *Role) ListBasicRole(ctx context.Context, req *api.RoleSearchQuery) (*api.RolesInfo, error) {
	method := roleRead("list_basic_role")
	method.RoleTypes = []string{"USER"} // everybody
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.ListBasicRole)
}

// Stat answers Role.stat.
func (g *Role) Stat(ctx context.Context, req *api.RoleStatQuery) (*structpb.Struct, error) {
	return pipeline.Call(ctx, g.pipeline, roleRead("stat"), req, g.service.Stat)
}
