package generator_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/queue"
	"github.com/cloudforet-io/spacegen/core/redistest"
)

// said runs a command of the service and gives what it prints and its exit status.
func (s service) said(t *testing.T, line string) (out, complaint string, status int) {
	t.Helper()
	cmd := s.command(t.Context(), t, strings.Fields(line)...)
	text, err := cmd.Output()
	failed, ok := errors.AsType[*exec.ExitError](err)
	if ok {
		return string(text), string(failed.Stderr), failed.ExitCode()
	}
	require.NoError(t, err)
	return string(text), "", 0
}

// checked looks whether all is there, in the way of an init container that leaves
// migrations to somebody else.
func (s service) checked(t *testing.T) (out string, status int) {
	t.Helper()
	s.global["DATABASE_AUTO_MIGRATE"] = false
	defer delete(s.global, "DATABASE_AUTO_MIGRATE")
	out, complaint, status := s.said(t, "check")
	return out + complaint, status
}

// inRedis has the shop keep its queue in a Redis, and gives the queue.
func inRedis(t *testing.T, s service) *queue.Set {
	t.Helper()
	host, port := redistest.Server(t)
	channel := fmt.Sprintf("shop-%d", time.Now().UnixNano())
	s.global["QUEUES"] = map[string]any{"shop_q": map[string]any{"host": host, "port": port, "channel": channel}}
	queues, err := queue.Open(t.Context(), map[string]queue.Options{"shop_q": {Host: host, Port: port, Channel: channel}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, queues.Close()) })
	return queues
}

// poisoned puts a task that cannot be done, and has its operator find it.
func poisoned(t *testing.T, s service, queues *queue.Set) {
	t.Helper()
	require.NoError(t, queues.Put(t.Context(), "shop_q", queue.Task{Stages: []queue.Stage{{
		Locator: queue.LocatorService, Name: "Order", Method: "forget", Metadata: queue.Metadata{"token": "s3cret"},
	}}}, queue.WithID("poison")))
	var told struct {
		Tasks []struct {
			ID, Kind  string
			LastError string `json:"last_error"`
		}
	}
	require.Eventually(t, func() bool {
		out, _, status := s.said(t, "tasks list shop_q --state archived --json")
		return status == 0 && json.Unmarshal([]byte(out), &told) == nil && len(told.Tasks) == 1
	}, time.Minute, 200*time.Millisecond)
	assert.Equal(t, "poison", told.Tasks[0].ID)
	assert.Equal(t, "Order.forget", told.Tasks[0].Kind)
	assert.Contains(t, told.Tasks[0].LastError, "ERROR_NOT_IMPLEMENTED")
	out, _, status := s.said(t, "tasks show shop_q poison")
	assert.Zero(t, status)
	assert.Contains(t, out, "SERVICE Order.forget")
	assert.NotContains(t, out, "s3cret")
	out, _, _ = s.said(t, "tasks delete shop_q poison")
	assert.Equal(t, "poison: deleted\n", out)
	_, complaint, status := s.said(t, "tasks show shop_q poison")
	assert.Equal(t, 1, status)
	assert.Equal(t, "shop: queue shop_q has no task poison\n", complaint)
}
