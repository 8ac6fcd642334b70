package scheduler

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/queue"
)

// TestATaskThatNobodyRunsIsAnError: it would go into the archive at every fire.
func TestATaskThatNobodyRunsIsAnError(t *testing.T) {
	runs := func(method string) bool { return method == "Region.sync" }
	prepared := func(says string, runs func(string) bool) (*Schedulers, error) {
		return New(Options{
			Queues: open(t, queue.Options{}), Schedulers: map[string]Scheduler{"nightly": {Backend: "Nightly", Queue: "q"}}, Runs: runs,
			Jobs: []Job{{Name: "Nightly", Task: says, Default: Timing{Interval: 3600}, Create: func(context.Context, time.Time) ([]queue.Task, error) {
				return []queue.Task{task("x"), {Stages: []queue.Stage{{Locator: queue.LocatorService, Name: "Region", Method: "paint"}}}}, nil
			}}},
		})
	}
	_, err := prepared("Region.expire", runs)
	assert.EqualError(t, err, "scheduler nightly: job Nightly makes the task Region.expire, which no worker of this service runs")

	s, err := prepared("Region.sync", runs)
	require.NoError(t, err)
	assert.ErrorContains(t, s.Start(t.Context()), "scheduler nightly: job Nightly makes a task that calls Region.paint, which no worker of this service runs")

	for says, runs := range map[string]func(string) bool{"": runs, "Region.expire": nil} {
		s, err = prepared(says, runs)
		require.NoError(t, err, "who says nothing, or runs no workers, is not asked")
		require.NoError(t, s.Start(t.Context()))
		require.NoError(t, s.Stop(t.Context()))
	}
}

// TestATaskThatNobodyTakesIsAnError: it would wait in its queue for ever.
func TestATaskThatNobodyTakesIsAnError(t *testing.T) {
	prepared := func(task string, consumed ...string) error {
		_, err := New(Options{
			Queues: open(t, queue.Options{}), Schedulers: map[string]Scheduler{"nightly": {Backend: "Nightly", Queue: "q"}}, Consumed: consumed,
			Jobs: []Job{{Name: "Nightly", Task: task, Default: Timing{Interval: 3600}, Create: func(context.Context, time.Time) ([]queue.Task, error) { return nil, nil }}},
		})
		return err
	}
	assert.EqualError(t, prepared("Region.sync", "a", "b"),
		"scheduler nightly: job Nightly puts the task Region.sync into the queue q, from which no entry of WORKERS takes any; they take from a, b")
	require.NoError(t, prepared("Region.sync", "a", "q"))
	require.NoError(t, prepared("Region.sync"), "where the workers are is not known here")
	require.NoError(t, prepared("", "a"), "it may be a task of another service")
}
