package scheduler

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWatchSupervisorsSchedulerMakesTasks(t *testing.T) {
	tasks, err := newWatchSupervisorsScheduler("a token").Create(t.Context(), time.Now())
	require.NoError(t, err)
	require.NotEmpty(t, tasks)
	for _, task := range tasks {
		require.NoError(t, task.Validate())
		for _, stage := range task.Stages {
			assert.Equal(t, "a token", stage.Metadata["token"], "workers authenticate by it")
		}
	}
}
