package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v1"
	"github.com/cloudforet-io/identity/internal/service"
)

// User guards the service of the same name: every call passes through the
// pipeline, with the permission and the roles that stand here.
type User struct {
	pipeline *pipeline.Pipeline
	service  *service.User
}

// NewUser guards s by p.
func NewUser(p *pipeline.Pipeline, s *service.User) *User {
	return &User{pipeline: p, service: s}
}

func userWrite(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "User",
		Verb:       verb,
		Permission: "identity:User.write",
		RoleTypes:  []string{"DOMAIN_ADMIN"},
	}
}

// userHashing is a method that hashes passwords, for which no transaction waits.
func userHashing(verb string) pipeline.Method {
	method := userWrite(verb)
	method.Piecemeal = true
	return method
}

func userRead(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "User",
		Verb:       verb,
		Permission: "identity:User.read",
		RoleTypes:  []string{"DOMAIN_ADMIN"},
		ReadOnly:   true,
	}
}

// Create answers User.create.
func (g *User) Create(ctx context.Context, req *api.CreateUserRequest) (*api.UserInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userHashing("create"), req, g.service.Create)
}

// Update answers User.update.
func (g *User) Update(ctx context.Context, req *api.UpdateUserRequest) (*api.UserInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userHashing("update"), req, g.service.Update)
}

// SetRoleBindings answers User.set_role_bindings.
func (g *User) SetRoleBindings(ctx context.Context, req *api.SetRoleBindingsRequest) (*api.UserInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userWrite("set_role_bindings"), req, g.service.SetRoleBindings)
}

// ChangePassword answers User.change_password.
func (g *User) ChangePassword(ctx context.Context, req *api.ChangePasswordRequest) (*emptypb.Empty, error) {
	method := userHashing("change_password")
	method.RoleTypes = []string{"USER"} // everybody, of himself
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.ChangePassword)
}

// Delete answers User.delete.
func (g *User) Delete(ctx context.Context, req *api.UserRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, userWrite("delete"), req, g.service.Delete)
}

// Enable answers User.enable.
func (g *User) Enable(ctx context.Context, req *api.UserRequest) (*api.UserInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userWrite("enable"), req, g.service.Enable)
}

// Disable answers User.disable.
func (g *User) Disable(ctx context.Context, req *api.UserRequest) (*api.UserInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userWrite("disable"), req, g.service.Disable)
}

// Get answers User.get.
func (g *User) Get(ctx context.Context, req *api.UserRequest) (*api.UserInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userRead("get"), req, g.service.Get)
}

// List answers User.list.
func (g *User) List(ctx context.Context, req *api.UserQuery) (*api.UsersInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userRead("list"), req, g.service.List)
}

// Stat answers User.stat.
func (g *User) Stat(ctx context.Context, req *api.UserStatQuery) (*structpb.Struct, error) {
	return pipeline.Call(ctx, g.pipeline, userRead("stat"), req, g.service.Stat)
}
