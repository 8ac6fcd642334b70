package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
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
	method := userWrite("create")
	method.Piecemeal = true // no transaction waits while a password is hashed
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.Create)
}

// Update answers User.update.
func (g *User) Update(ctx context.Context, req *api.UpdateUserRequest) (*api.UserInfo, error) {
	method := userWrite("update")
	method.Piecemeal = true // no transaction waits while a password is hashed
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.Update)
}

// VerifyEmail answers User.verify_email.
func (g *User) VerifyEmail(ctx context.Context, req *api.VerifyEmailUserRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, userWrite("verify_email"), req, g.service.VerifyEmail)
}

// DisableMfa answers User.disable_mfa.
func (g *User) DisableMfa(ctx context.Context, req *api.DisableMFAUserRequest) (*api.UserInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userWrite("disable_mfa"), req, g.service.DisableMfa)
}

// SetRequiredActions answers User.set_required_actions.
func (g *User) SetRequiredActions(ctx context.Context, req *api.SetRequiredActionsUserRequest) (*api.UserInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userWrite("set_required_actions"), req, g.service.SetRequiredActions)
}

// SetRefreshTimeout answers User.set_refresh_timeout.
func (g *User) SetRefreshTimeout(ctx context.Context, req *api.SetRefreshTimeout) (*api.UserInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userWrite("set_refresh_timeout"), req, g.service.SetRefreshTimeout)
}

// Enable answers User.enable.
func (g *User) Enable(ctx context.Context, req *api.UserRequest) (*api.UserInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userWrite("enable"), req, g.service.Enable)
}

// Disable answers User.disable.
func (g *User) Disable(ctx context.Context, req *api.UserRequest) (*api.UserInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userWrite("disable"), req, g.service.Disable)
}

// Delete answers User.delete.
func (g *User) Delete(ctx context.Context, req *api.UserRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, userWrite("delete"), req, g.service.Delete)
}

// Get answers User.get.
func (g *User) Get(ctx context.Context, req *api.UserRequest) (*api.UserInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userRead("get"), req, g.service.Get)
}

// List answers User.list.
func (g *User) List(ctx context.Context, req *api.UserSearchQuery) (*api.UsersInfo, error) {
	return pipeline.Call(ctx, g.pipeline, userRead("list"), req, g.service.List)
}

// Stat answers User.stat.
func (g *User) Stat(ctx context.Context, req *api.UserStatQuery) (*structpb.Struct, error) {
	return pipeline.Call(ctx, g.pipeline, userRead("stat"), req, g.service.Stat)
}
