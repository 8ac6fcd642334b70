package manager

import (
	"context"

	"github.com/cloudforet-io/supervisor/internal/connector"
	"github.com/cloudforet-io/supervisor/internal/model"
)

// Plugin looks after plugins as they ought to run and as they do.
type Plugin interface {
	// Wanted are the plugins that ought to run.
	Wanted(ctx context.Context) ([]model.Plugin, error)
	// Running are the instances that run, or ended by themselves.
	Running(ctx context.Context) ([]model.Instance, error)
	Start(ctx context.Context, p model.Plugin) error
	Restart(ctx context.Context, i model.Instance) error
	Stop(ctx context.Context, i model.Instance) error
	// Report tells how instances do, and says whether the supervisor may change
	// what runs.
	Report(ctx context.Context, instances []model.Instance) (enabled bool, err error)
}

// NewPlugin makes the manager.
func NewPlugin(c connector.Connectors) Plugin {
	return &pluginManager{services: c.Plugin, runtime: c.Runtime}
}

type pluginManager struct {
	services *connector.Plugin
	runtime  *connector.Runtime
}

func (m *pluginManager) Wanted(ctx context.Context) ([]model.Plugin, error) {
	return m.services.Wanted(ctx)
}

func (m *pluginManager) Running(ctx context.Context) ([]model.Instance, error) {
	return m.runtime.List(ctx)
}

func (m *pluginManager) Start(ctx context.Context, p model.Plugin) error {
	return m.runtime.Start(ctx, p)
}

func (m *pluginManager) Restart(ctx context.Context, i model.Instance) error {
	return m.runtime.Restart(ctx, i.Name)
}

func (m *pluginManager) Stop(ctx context.Context, i model.Instance) error {
	return m.runtime.Stop(ctx, i.Name)
}

// Report publishes the instances. A supervisor that the plugin service has yet
// to accept (PENDING) is wanted to run nothing, which says nothing about what
// it runs; one that is DISABLED must leave everything as it is.
func (m *pluginManager) Report(ctx context.Context, instances []model.Instance) (bool, error) {
	supervisor, err := m.services.Publish(ctx, instances)
	if err != nil {
		return false, err
	}
	return supervisor.State != "PENDING" && supervisor.State != "DISABLED", nil
}
