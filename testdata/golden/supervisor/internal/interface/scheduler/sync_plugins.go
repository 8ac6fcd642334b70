package scheduler

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/queue"
	"github.com/cloudforet-io/spacegen/core/scheduler"
)

// newSyncPluginsScheduler makes the tasks that bring plugins in line. When it fires is
// configured, under SCHEDULERS.
func newSyncPluginsScheduler(token string) scheduler.Job {
	return scheduler.Job{
		Name: "SyncPluginsScheduler",
		Kind: scheduler.Interval,
		Create: func(_ context.Context, _ time.Time) ([]queue.Task, error) {
			return []queue.Task{{
				Name: "sync_plugins",
				Stages: []queue.Stage{{
					Locator:  queue.LocatorService,
					Name:     "PluginSync",
					Method:   "run",
					Metadata: queue.Metadata{"token": token},
				}},
			}}, nil
		},
	}
}
