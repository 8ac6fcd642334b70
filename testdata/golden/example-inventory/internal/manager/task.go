package manager

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/queue"

	"github.com/cloudforet-io/inventory/internal/connector"
)

// Task hands work to the workers.
type Task interface {
	// Collect has a worker carry out a job, at least once. A job that waits for
	// one already is not handed over again.
	Collect(ctx context.Context, jobID string) error
}

// NewTask makes the manager.
func NewTask(c connector.Connectors) Task {
	return &taskManager{tasks: c.Tasks}
}

type taskManager struct{ tasks *connector.Tasks }

func (m *taskManager) Collect(ctx context.Context, jobID string) error {
	err := m.tasks.Put(ctx, jobID, "Collection", "run", map[string]any{"job_id": jobID})
	if queue.IsTaken(err) {
		return nil
	}
	return err
}
