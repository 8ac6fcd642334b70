package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/service"
)

// RoleBinding guards the service of the same name: every call passes through the
// pipeline, with the permission and the roles that stand here.
type RoleBinding struct {
	pipeline *pipeline.Pipeline
	service  *service.RoleBinding
}

// NewRoleBinding guards s by p.
func NewRoleBinding(p *pipeline.Pipeline, s *service.RoleBinding) *RoleBinding {
	return &RoleBinding{pipeline: p, service: s}
}

func roleBindingWrite(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "RoleBinding",
		Verb:       verb,
		Permission: "identity:RoleBinding.write",
		RoleTypes:  []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER"},
	}
}

func roleBindingRead(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "RoleBinding",
		Verb:       verb,
		Permission: "identity:RoleBinding.read",
		RoleTypes:  []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER", "WORKSPACE_MEMBER"},
		ReadOnly:   true,
	}
}

// Create answers RoleBinding.create.
func (g *RoleBinding) Create(ctx context.Context, req *api.CreateRoleBindingRequest) (*api.RoleBindingInfo, error) {
	return pipeline.Call(ctx, g.pipeline, roleBindingWrite("create"), req, g.service.Create)
}

// UpdateRole answers RoleBinding.update_role.
func (g *RoleBinding) UpdateRole(ctx context.Context, req *api.UpdateRoleBindingRequest) (*api.RoleBindingInfo, error) {
	return pipeline.Call(ctx, g.pipeline, roleBindingWrite("update_role"), req, g.service.UpdateRole)
}

// Delete answers RoleBinding.delete.
func (g *RoleBinding) Delete(ctx context.Context, req *api.RoleBindingRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, roleBindingWrite("delete"), req, g.service.Delete)
}

// Get answers RoleBinding.get.
func (g *RoleBinding) Get(ctx context.Context, req *api.RoleBindingRequest) (*api.RoleBindingInfo, error) {
	return pipeline.Call(ctx, g.pipeline, roleBindingRead("get"), req, g.service.Get)
}

// List answers RoleBinding.list.
func (g *RoleBinding) List(ctx context.Context, req *api.RoleBindingSearchQuery) (*api.RoleBindingsInfo, error) {
	return pipeline.Call(ctx, g.pipeline, roleBindingRead("list"), req, g.service.List)
}

// Stat answers RoleBinding.stat.
func (g *RoleBinding) Stat(ctx context.Context, req *api.RoleBindingStatQuery) (*structpb.Struct, error) {
	return pipeline.Call(ctx, g.pipeline, roleBindingRead("stat"), req, g.service.Stat)
}
