package app

import (
	"context"

	"github.com/cloudforet-io/plugin/internal/core/lifecycle"
	"github.com/cloudforet-io/plugin/internal/core/scheduler"
	jobs "github.com/cloudforet-io/plugin/internal/interface/scheduler"
)

// schedulerModules are the schedulers that SCHEDULERS names.
func schedulerModules(_ context.Context, a *App) ([]lifecycle.Module, error) {
	schedulers := map[string]scheduler.Scheduler{}
	for name, s := range a.config.Schedulers {
		schedulers[name] = scheduler.Scheduler{
			Backend: s.Backend, Queue: s.Queue,
			Timing: scheduler.Timing{Kind: scheduler.Kind(s.Kind), Interval: s.Interval, Minute: s.Minute, Rule: s.Rule},
		}
	}
	all, err := scheduler.New(scheduler.Options{
		Service: a.config.Service, Queues: a.queues, Schedulers: schedulers,
		Jobs: jobs.Jobs(a.config.Token), Log: a.telemetry.Log, Registerer: a.telemetry.Registry,
	})
	if err != nil {
		return nil, err
	}
	return []lifecycle.Module{all.Module()}, nil
}
