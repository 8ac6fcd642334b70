package manager_test

import (
	"context"
	"testing"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/queue"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/inventory/internal/connector"
	"github.com/cloudforet-io/inventory/internal/manager"
)

// queued are the calls that tasks make.
type queued []string

func (q *queued) Put(_ context.Context, _ string, task queue.Task, _ ...queue.PutOption) error {
	*q = append(*q, task.Stages[0].String())
	return nil
}

func TestTaskIsHandedOver(t *testing.T) {
	q := new(queued)
	deps := connector.Deps{Config: &config.Config{}, Queues: q}
	require.NoError(t, manager.NewTask(connector.Connectors{Tasks: connector.NewTasks(deps)}).Collect(t.Context(), "job-1"))
	assert.Equal(t, &queued{"SERVICE Collection.run"}, q)
}
