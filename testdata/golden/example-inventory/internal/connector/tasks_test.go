package connector_test

import (
	"context"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/queue"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/inventory/internal/connector"
)

func TestTasks(t *testing.T) {
	queues, err := queue.Open(t.Context(), map[string]queue.Options{"inventory_q": {}})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, queues.Close()) })
	c := connector.NewTasks(connector.Deps{Config: &config.Config{Token: "system"}, Queues: queues})
	put := func() error { return c.Put(t.Context(), "thing-1", "Thing", "make", map[string]any{"size": 3}) }
	require.NoError(t, put())
	assert.True(t, queue.IsTaken(put()), "the same ID is put once, and its caller is told")

	taken := make(chan queue.Task, 2)
	worker, err := queues.Consume("inventory_q", queue.ConsumeOptions{Poll: 10 * time.Millisecond}, func(_ context.Context, d *queue.Delivery) error {
		taken <- d.Task
		return nil
	})
	require.NoError(t, err)
	require.NoError(t, worker.Start(t.Context()))
	task := <-taken
	const resize queue.Name[struct {
		Size int `json:"size"`
	}] = "Thing.resize"
	require.NoError(t, c.Send(t.Context(), "thing-2", resize.Call(struct {
		Size int `json:"size"`
	}{5})))
	typed := <-taken
	require.NoError(t, worker.Stop(t.Context()))
	assert.Empty(t, taken)
	assert.Equal(t, "SERVICE Thing.resize", typed.Stages[0].String())
	assert.Equal(t, "system", typed.Stages[0].Metadata["token"])
	assert.Equal(t, map[string]any{"size": 5.0}, typed.Stages[0].Params)
	assert.Equal(t, "SERVICE Thing.make", task.Stages[0].String())
	assert.Equal(t, "system", task.Stages[0].Metadata["token"])
	assert.Equal(t, map[string]any{"size": 3.0}, task.Stages[0].Params)
}
