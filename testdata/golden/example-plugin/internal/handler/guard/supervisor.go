package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
	"github.com/cloudforet-io/plugin/internal/service"
)

// Supervisor guards the service of the same name: every call passes through the
// pipeline, with the permission and the roles that stand here.
type Supervisor struct {
	pipeline *pipeline.Pipeline
	service  *service.Supervisor
}

// NewSupervisor guards s by p.
func NewSupervisor(p *pipeline.Pipeline, s *service.Supervisor) *Supervisor {
	return &Supervisor{pipeline: p, service: s}
}

func supervisorWrite(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Supervisor",
		Verb:       verb,
		Permission: "plugin:Supervisor.write",
		RoleTypes:  []string{"DOMAIN_ADMIN"},
	}
}

func supervisorRead(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Supervisor",
		Verb:       verb,
		Permission: "plugin:Supervisor.read",
		RoleTypes:  []string{"DOMAIN_ADMIN"},
		ReadOnly:   true,
	}
}

// Publish answers Supervisor.publish.
func (g *Supervisor) Publish(ctx context.Context, req *api.PublishSupervisorRequest) (*api.SupervisorInfo, error) {
	return pipeline.Call(ctx, g.pipeline, supervisorWrite("publish"), req, g.service.Publish)
}

// Register answers Supervisor.register.
func (g *Supervisor) Register(ctx context.Context, req *api.RegisterSupervisorRequest) (*api.SupervisorInfo, error) {
	return pipeline.Call(ctx, g.pipeline, supervisorWrite("register"), req, g.service.Register)
}

// Update answers Supervisor.update.
func (g *Supervisor) Update(ctx context.Context, req *api.RegisterSupervisorRequest) (*api.SupervisorInfo, error) {
	return pipeline.Call(ctx, g.pipeline, supervisorWrite("update"), req, g.service.Update)
}

// Deregister answers Supervisor.deregister.
func (g *Supervisor) Deregister(ctx context.Context, req *api.SupervisorRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, supervisorWrite("deregister"), req, g.service.Deregister)
}

// Enable answers Supervisor.enable.
func (g *Supervisor) Enable(ctx context.Context, req *api.SupervisorRequest) (*api.SupervisorInfo, error) {
	return pipeline.Call(ctx, g.pipeline, supervisorWrite("enable"), req, g.service.Enable)
}

// Disable answers Supervisor.disable.
func (g *Supervisor) Disable(ctx context.Context, req *api.SupervisorRequest) (*api.SupervisorInfo, error) {
	return pipeline.Call(ctx, g.pipeline, supervisorWrite("disable"), req, g.service.Disable)
}

// RecoverPlugin answers Supervisor.recover_plugin.
func (g *Supervisor) RecoverPlugin(ctx context.Context, req *api.RecoverPluginRequest) (*api.InstalledPluginInfo, error) {
	return pipeline.Call(ctx, g.pipeline, supervisorWrite("recover_plugin"), req, g.service.RecoverPlugin)
}

// Get answers Supervisor.get.
func (g *Supervisor) Get(ctx context.Context, req *api.SupervisorRequest) (*api.SupervisorInfo, error) {
	return pipeline.Call(ctx, g.pipeline, supervisorRead("get"), req, g.service.Get)
}

// List answers Supervisor.list.
func (g *Supervisor) List(ctx context.Context, req *api.SupervisorQuery) (*api.SupervisorsInfo, error) {
	return pipeline.Call(ctx, g.pipeline, supervisorRead("list"), req, g.service.List)
}

// Stat answers Supervisor.stat.
func (g *Supervisor) Stat(ctx context.Context, req *api.SupervisorStatQuery) (*structpb.Struct, error) {
	return pipeline.Call(ctx, g.pipeline, supervisorRead("stat"), req, g.service.Stat)
}

// ListPlugins answers Supervisor.list_plugins.
func (g *Supervisor) ListPlugins(ctx context.Context, req *api.InstalledPluginQuery) (*api.InstalledPluginsInfo, error) {
	return pipeline.Call(ctx, g.pipeline, supervisorRead("list_plugins"), req, g.service.ListPlugins)
}
