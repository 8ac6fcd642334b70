package scheduler

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/queue"
	"github.com/cloudforet-io/spacegen/core/scheduler"
)

// newWatchSupervisorsScheduler makes the tasks by which SupervisorWatch looks. When it fires is
// configured, under SCHEDULERS.
func newWatchSupervisorsScheduler(token string) scheduler.Job {
	return scheduler.Job{
		Name: "WatchSupervisorsScheduler",
		Kind: scheduler.Interval,
		Create: func(_ context.Context, _ time.Time) ([]queue.Task, error) {
			return []queue.Task{{
				Name: "watch_supervisors",
				Stages: []queue.Stage{{
					Locator:  queue.LocatorService,
					Name:     "SupervisorWatch",
					Method:   "run",
					Metadata: queue.Metadata{"token": token},
				}},
			}}, nil
		},
	}
}
