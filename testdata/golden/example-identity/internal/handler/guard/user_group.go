package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/service"
)

// UserGroup guards the service of the same name: every call passes through the
// pipeline, with the permission and the roles that stand here.
type UserGroup struct {
	pipeline *pipeline.Pipeline
	service  *service.UserGroup
}

// NewUserGroup guards s by p.
func NewUserGroup(p *pipeline.Pipeline, s *service.UserGroup) *UserGroup {
	return &UserGroup{pipeline: p, service: s}
}

func userGroupWrite(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "UserGroup",
		Verb:       verb,
		Permission: "identity:UserGroup.write",
		RoleTypes:  []string{"WORKSPACE_OWNER"},
	}
}

func userGroupRead(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "UserGroup",
		Verb:       verb,
		Permission: "identity:UserGroup.read",
		RoleTypes:  []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER", "WORKSPACE_MEMBER"},
		ReadOnly:   true,
	}
}

// Create answers UserGroup.create.
func (g *UserGroup) Create(ctx context.Context, req *api.CreateUserGroupRequest) (*api.UserGroupInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userGroupWrite("create"), req, g.service.Create)
}

// Update answers UserGroup.update.
func (g *UserGroup) Update(ctx context.Context, req *api.UpdateUserGroupRequest) (*api.UserGroupInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userGroupWrite("update"), req, g.service.Update)
}

// Delete answers UserGroup.delete.
func (g *UserGroup) Delete(ctx context.Context, req *api.UserGroupRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, userGroupWrite("delete"), req, g.service.Delete)
}

// AddUsers answers UserGroup.add_users.
func (g *UserGroup) AddUsers(ctx context.Context, req *api.UsersUserGroupRequest) (*api.UserGroupInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userGroupWrite("add_users"), req, g.service.AddUsers)
}

// RemoveUsers answers UserGroup.remove_users.
func (g *UserGroup) RemoveUsers(ctx context.Context, req *api.UsersUserGroupRequest) (*api.UserGroupInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userGroupWrite("remove_users"), req, g.service.RemoveUsers)
}

// Get answers UserGroup.get.
func (g *UserGroup) Get(ctx context.Context, req *api.UserGroupRequest) (*api.UserGroupInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userGroupRead("get"), req, g.service.Get)
}

// List answers UserGroup.list.
func (g *UserGroup) List(ctx context.Context, req *api.UserGroupSearchQuery) (*api.UserGroupsInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userGroupRead("list"), req, g.service.List)
}

// Stat answers UserGroup.stat.
func (g *UserGroup) Stat(ctx context.Context, req *api.UserGroupStatQuery) (*structpb.Struct, error) {
	return pipeline.Call(ctx, g.pipeline, userGroupRead("stat"), req, g.service.Stat)
}
