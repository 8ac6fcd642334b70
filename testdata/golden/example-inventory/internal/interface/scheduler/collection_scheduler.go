package scheduler

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/queue"
	"github.com/cloudforet-io/spacegen/core/scheduler"
)

// newCollectionScheduler makes the tasks of the collection_scheduler. When it fires is
// configured, under SCHEDULERS.
func newCollectionScheduler(token string) scheduler.Job {
	return scheduler.Job{
		Name: "CollectionScheduler",
		Kind: scheduler.Hourly,
		Create: func(_ context.Context, at time.Time) ([]queue.Task, error) {
			return []queue.Task{{
				Name: "collection_scheduler",
				Stages: []queue.Stage{{
					Locator:  queue.LocatorService,
					Name:     "CollectionStart",
					Method:   "run",
					Metadata: queue.Metadata{"token": token},
					Params:   map[string]any{"hour": at.UTC().Hour()},
				}},
			}}, nil
		},
	}
}
