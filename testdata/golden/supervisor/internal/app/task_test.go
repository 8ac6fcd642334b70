package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestScheduledTask follows a task all the way: a scheduler makes it, a worker
// takes it off the queue, a service does it.
func TestScheduledTask(t *testing.T) {
	service := start(t, settings+`
SCHEDULERS: {sync_plugins: {interval: 1}}
`)
	require.Eventually(t, func() bool {
		return strings.Contains(get(service.admin, "/metrics"), `calls_total{code="OK",method="PluginSync.run"}`)
	}, time.Minute, 50*time.Millisecond)
	assert.NoError(t, service.stop())
}
