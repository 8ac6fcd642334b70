package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/service"
)

// App guards the service of the same name: every call passes through the
// pipeline, with the permission and the roles that stand here.
type App struct {
	pipeline *pipeline.Pipeline
	service  *service.App
}

// NewApp guards s by p.
func NewApp(p *pipeline.Pipeline, s *service.App) *App {
	return &App{pipeline: p, service: s}
}

func appWrite(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "App",
		Verb:       verb,
		Permission: "identity:App.write",
		RoleTypes:  []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER"},
	}
}

func appRead(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "App",
		Verb:       verb,
		Permission: "identity:App.read",
		RoleTypes:  []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER"},
		ReadOnly:   true,
	}
}

// Create answers App.create.
func (g *App) Create(ctx context.Context, req *api.CreateAppRequest) (*api.AppInfo, error) {
	return pipeline.Call(ctx, g.pipeline, appWrite("create"), req, g.service.Create)
}

// Update answers App.update.
func (g *App) Update(ctx context.Context, req *api.UpdateAppRequest) (*api.AppInfo, error) {
	return pipeline.Call(ctx, g.pipeline, appWrite("update"), req, g.service.Update)
}

// GenerateClientSecret answers App.generate_client_secret.
func (g *App) GenerateClientSecret(ctx context.Context, req *api.GenerateAPIKeyAppRequest) (*api.AppInfo, error) {
	return pipeline.Call(ctx, g.pipeline, appWrite("generate_client_secret"), req, g.service.GenerateClientSecret)
}

// Enable answers App.enable.
func (g *App) Enable(ctx context.Context, req *api.AppRequest) (*api.AppInfo, error) {
	return pipeline.Call(ctx, g.pipeline, appWrite("enable"), req, g.service.Enable)
}

// Disable answers App.disable.
func (g *App) Disable(ctx context.Context, req *api.AppRequest) (*api.AppInfo, error) {
	return pipeline.Call(ctx, g.pipeline, appWrite("disable"), req, g.service.Disable)
}

// Delete answers App.delete.
func (g *App) Delete(ctx context.Context, req *api.AppRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, appWrite("delete"), req, g.service.Delete)
}

// Get answers App.get.
func (g *App) Get(ctx context.Context, req *api.AppRequest) (*api.AppInfo, error) {
	return pipeline.Call(ctx, g.pipeline, appRead("get"), req, g.service.Get)
}

// Check answers App.check.
func (g *App) Check(ctx context.Context, req *api.AppCheckRequest) (*api.CheckAppInfo, error) {
	method := appRead("check")
	method.RoleTypes = []string{"SYSTEM_TOKEN"} // services of the platform
	method.ReadOnly = false                     // it is kept when the app called
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.Check)
}

// List answers App.list.
func (g *App) List(ctx context.Context, req *api.AppSearchQuery) (*api.AppsInfo, error) {
	return pipeline.Call(ctx, g.pipeline, appRead("list"), req, g.service.List)
}

// Stat answers App.stat.
func (g *App) Stat(ctx context.Context, req *api.AppStatQuery) (*structpb.Struct, error) {
	return pipeline.Call(ctx, g.pipeline, appRead("stat"), req, g.service.Stat)
}
