package scheduler

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/queue"
	"github.com/cloudforet-io/spacegen/core/scheduler"
)

// newJobScheduler makes the tasks of the job_scheduler. When it fires is
// configured, under SCHEDULERS.
func newJobScheduler(token string) scheduler.Job {
	return scheduler.Job{
		Name: "JobScheduler",
		Kind: scheduler.Interval,
		Create: func(_ context.Context, _ time.Time) ([]queue.Task, error) {
			return []queue.Task{{
				Name: "job_scheduler",
				Stages: []queue.Stage{{
					Locator:  queue.LocatorService,
					Name:     "JobWatch",
					Method:   "run",
					Metadata: queue.Metadata{"token": token},
				}},
			}}, nil
		},
	}
}
