package app

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/lifecycle"
	"github.com/cloudforet-io/spacegen/core/worker"

	tasks "github.com/cloudforet-io/plugin/internal/interface/worker"
)

// workerModules are the workers that WORKERS names.
func workerModules(_ context.Context, a *App) (lifecycle.Chain, error) {
	workers := map[string]worker.Worker{}
	for name, w := range a.config.Workers {
		workers[name] = worker.Worker{Backend: w.Backend, Queue: w.Queue, Pool: w.Pool}
	}
	all, err := worker.New(worker.Options{
		Queues: a.queues, Workers: workers, Runner: tasks.Methods(a.guards),
		Log: a.telemetry.Log, Registerer: a.telemetry.Registry, Tracer: a.telemetry.Tracer,
	})
	if err != nil {
		return nil, err
	}
	return lifecycle.Chain{all.Module()}, nil
}
