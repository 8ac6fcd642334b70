package scheduler

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/queue"
	"github.com/cloudforet-io/spacegen/core/scheduler"
)

// newHourlyScheduler makes the tasks of the hourly_scheduler: one, that counts what
// there is, until others take its place. When it fires is configured, under
// SCHEDULERS.
func newHourlyScheduler(token string) scheduler.Job {
	return scheduler.Job{
		Name: "HourlyScheduler",
		Kind: scheduler.Hourly,
		Create: func(_ context.Context, _ time.Time) ([]queue.Task, error) {
			return []queue.Task{{
				Name: "hourly_scheduler",
				Stages: []queue.Stage{{
					Locator:  queue.LocatorService,
					Name:     "Census",
					Method:   "take",
					Metadata: queue.Metadata{"token": token},
				}},
			}}, nil
		},
	}
}
