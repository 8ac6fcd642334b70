package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/inventory/internal/handler/guard"
	jobs "github.com/cloudforet-io/inventory/internal/interface/scheduler"
	tasks "github.com/cloudforet-io/inventory/internal/interface/worker"
)

// TestJobsNameWhatWorkersRun: what a job names wrongly would fail only when it
// fires.
func TestJobsNameWhatWorkersRun(t *testing.T) {
	methods := tasks.Methods(guard.Guards{})
	for _, job := range jobs.Jobs("") {
		made, err := job.Create(t.Context(), time.Now())
		require.NoError(t, err, job.Name)
		for _, task := range made {
			for _, stage := range task.Stages {
				assert.Contains(t, methods, stage.Name+"."+stage.Method, job.Name)
			}
		}
	}
}

// TestScheduledTask follows a task all the way: a scheduler makes it, a worker
// takes it off the queue, a service does it.
func TestScheduledTask(t *testing.T) {
	service := start(t, settings+`
SCHEDULERS:
  every_second: {backend: HourlyScheduler, queue: inventory_q, kind: interval, interval: 1}
`)
	require.Eventually(t, func() bool {
		return strings.Contains(get(service.admin, "/metrics"), `calls_total{code="OK",method="Census.take"}`)
	}, time.Minute, 50*time.Millisecond)
	assert.NoError(t, service.stop())
}
