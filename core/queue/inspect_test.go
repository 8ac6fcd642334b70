package queue

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// secretTask is one whose token and parameters are nobody's to read.
func secretTask(name string) Task {
	task := syncTask(name)
	task.Stages[0].Metadata = Metadata{"token": "s3cret-token", "x_domain_id": "domain-1"}
	task.Stages[0].Params = map[string]any{"password": "s3cret-parameter"}
	return task
}

// archived fails tasks until n of them are in the archive.
func archived(t *testing.T, s *Set, n int) {
	t.Helper()
	c := consume(t, s, ConsumeOptions{Poll: 20 * time.Millisecond}, func(context.Context, *Delivery) error {
		return Permanent(errors.New("the collector is gone"))
	})
	require.Eventually(t, func() bool {
		status, err := s.Status(t.Context(), "q")
		return err == nil && status.Archived == n
	}, 20*time.Second, 20*time.Millisecond)
	require.NoError(t, c.Stop(t.Context()))
}

func TestArchivedTaskIsLookedAfter(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]Options{"redis": remote(t), "in the process": {}} {
		t.Run(name, func(t *testing.T) {
			s := open(t, options)
			ctx := t.Context()
			tasks, err := s.Tasks(ctx, "q", PhaseWaiting, 10, 1)
			require.NoError(t, err, "a queue into which nothing was ever put")
			assert.Empty(t, tasks)

			require.NoError(t, s.Put(ctx, "q", secretTask("poison"), WithID("one")))
			require.NoError(t, s.Put(ctx, "q", secretTask(""), WithID("two")))
			require.NoError(t, s.PutBatch(ctx, "q", "many", []Task{syncTask("a"), syncTask("b")}))
			tasks, err = s.Tasks(ctx, "q", PhaseWaiting, 10, 1)
			require.NoError(t, err)
			require.Len(t, tasks, 3)
			kinds := map[string]string{}
			for _, task := range tasks {
				kinds[task.ID] = task.Kind
				assert.WithinDuration(t, time.Now(), task.Since, time.Minute)
			}
			assert.Equal(t, map[string]string{"one": "poison", "two": "RegionService.sync", "many": "batch of 2 tasks"}, kinds)
			require.NoError(t, s.Remove(ctx, "q", "many"))

			archived(t, s, 2)
			task, err := s.Task(ctx, "q", "one")
			require.NoError(t, err)
			assert.Equal(t, PhaseArchived, task.Phase)
			assert.Equal(t, "the collector is gone", task.LastError)
			assert.Equal(t, 1, task.Failures)
			assert.Equal(t, 10, task.Retries)
			text, err := json.Marshal(task)
			require.NoError(t, err)
			assert.NotContains(t, string(text), "s3cret")

			require.NoError(t, s.RunNow(ctx, "q", "one"))
			assert.ErrorContains(t, s.RunNow(ctx, "q", "one"), "task one of queue q is waiting already")
			assert.EqualError(t, s.RunNow(ctx, "q", "none"), "queue q has no task none")
			n, err := s.RunArchived(ctx, "q")
			require.NoError(t, err)
			assert.Equal(t, 1, n)
			require.NoError(t, s.Remove(ctx, "q", "two"))
			assert.EqualError(t, s.Remove(ctx, "q", "two"), "queue q has no task two")

			changed, err := s.Pause(ctx, "q")
			require.NoError(t, err)
			assert.True(t, changed)
			changed, err = s.Pause(ctx, "q")
			require.NoError(t, err)
			assert.False(t, changed, "it is paused")
			status, err := s.Status(ctx, "q")
			require.NoError(t, err)
			assert.True(t, status.Paused)
			assert.Equal(t, 1, status.Waiting)
			assert.Equal(t, 2, status.Failures)
			changed, err = s.Resume(ctx, "q")
			require.NoError(t, err)
			assert.True(t, changed)

			archived(t, s, 1)
			n, err = s.RemoveArchived(ctx, "q")
			require.NoError(t, err)
			assert.Equal(t, 1, n)
		})
	}
}

func TestRunningTaskStays(t *testing.T) {
	t.Parallel()
	s := open(t, remote(t))
	began, end := make(chan struct{}), make(chan struct{})
	c := consume(t, s, ConsumeOptions{Poll: 20 * time.Millisecond}, func(context.Context, *Delivery) error {
		close(began)
		<-end
		return nil
	})
	require.NoError(t, s.Put(t.Context(), "q", syncTask("a"), WithID("a")))
	<-began
	assert.ErrorContains(t, s.Remove(t.Context(), "q", "a"), "task a of queue q runs now; pause the queue")
	close(end)
	require.NoError(t, c.Stop(t.Context()))
	assert.ErrorContains(t, s.RunNow(t.Context(), "q", "a"), "is done; put a new one")
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	far := remote(t)
	far.MaxWaiting = 3
	s, err := Open(t.Context(), map[string]Options{"far": far, "near": {}, "away": {Host: "127.0.0.1", Port: 1}})
	require.NoError(t, err)
	defer func() { assert.NoError(t, s.Close()) }()
	r := prometheus.NewPedanticRegistry()
	require.NoError(t, s.Measure(r))
	for range 4 {
		_ = s.Put(t.Context(), "far", syncTask("a"))
	}
	_, err = s.Pause(t.Context(), "near")
	require.NoError(t, err)

	values := map[string]float64{}
	families, err := r.Gather()
	require.NoError(t, err)
	for _, family := range families {
		for _, m := range family.GetMetric() {
			key := family.GetName()
			for _, label := range m.GetLabel() {
				key += " " + label.GetValue()
			}
			values[key] = m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	assert.Equal(t, 3.0, values["queue_tasks far waiting"])
	assert.Equal(t, 0.0, values["queue_tasks near waiting"])
	assert.Positive(t, values["queue_oldest_waiting_seconds far"])
	assert.Equal(t, 1.0, values["queue_paused near"])
	assert.Equal(t, 3.0, values["queue_max_waiting far"])
	assert.NotContains(t, values, "queue_max_waiting near")
	assert.Equal(t, 1.0, values["queue_refused_total far"])
	assert.Equal(t, 0.0, values["queue_up away"])
	assert.NotContains(t, values, "queue_tasks away waiting", "nothing is told of what is not known")
	lint, err := testutil.GatherAndLint(r)
	require.NoError(t, err)
	assert.Empty(t, lint)
}
