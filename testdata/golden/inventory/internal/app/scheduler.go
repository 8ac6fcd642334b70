package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/cloudforet-io/spacegen/core/lifecycle"
	"github.com/cloudforet-io/spacegen/core/queue"
	"github.com/cloudforet-io/spacegen/core/scheduler"

	jobs "github.com/cloudforet-io/inventory/internal/interface/scheduler"
)

// schedulerModules are the schedulers that SCHEDULERS names.
func schedulerModules(_ context.Context, a *App) (lifecycle.Chain, error) {
	schedulers := map[string]scheduler.Scheduler{}
	for name, s := range a.config.Schedulers {
		schedulers[name] = scheduler.Scheduler{
			Backend: s.Backend, Queue: s.Queue,
			Timing: scheduler.Timing{Kind: scheduler.Kind(s.Kind), Interval: s.Interval, Minute: s.Minute, Rule: s.Rule},
		}
	}
	all, err := scheduler.New(scheduler.Options{
		Service: a.config.Service, Queues: a.queues, Schedulers: schedulers, Consumed: a.consumed(), Runs: a.runs(),
		Jobs: a.jobs(), Guarded: a.guarded(), Log: a.telemetry.Log, Registerer: a.telemetry.Registry,
	})
	if err != nil {
		return nil, err
	}
	return lifecycle.Chain{all.Module()}, nil
}

// consumed are the queues that WORKERS name, sorted.
func (a *App) consumed() []string {
	var queues []string
	for _, w := range a.config.Workers {
		queues = append(queues, w.Queue)
	}
	slices.Sort(queues)
	return slices.Compact(queues)
}

// guarded tells whether the service asks who calls.
func (a *App) guarded() bool { return len(a.handlers.Authentication) > 0 }

// jobs are those of the schedulers. Each task gets the system token that there is
// when it is made, which may be another than when the service started, or come
// later: until then no task is made.
func (a *App) jobs() []scheduler.Job {
	all := jobs.Jobs("")
	for i := range all {
		all[i].Create = func(ctx context.Context, fire time.Time) ([]queue.Task, error) {
			token, err := a.config.SystemToken()
			if err != nil {
				return nil, err
			}
			if token == "" && a.guarded() && a.config.TokenFile != "" {
				return nil, fmt.Errorf("the system token is not in TOKEN_FILE yet (%s)", a.config.TokenFile)
			}
			return jobs.Jobs(token)[i].Create(ctx, fire)
		}
	}
	return all
}
