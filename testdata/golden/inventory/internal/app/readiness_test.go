package app_test

import (
	"fmt"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/assert"
)

// TestCallsNeedNoQueue: when the queue's Redis goes away, calls are answered all the
// same; only those that make tasks fail.
func TestCallsNeedNoQueue(t *testing.T) {
	redis := miniredis.RunT(t)
	queues := fmt.Sprintf("QUEUES: {inventory_q: {host: %s, port: %s}}\n", redis.Host(), redis.Port())
	service := start(t, settings+queues, "grpc", "rest")
	redis.Close()
	assert.Contains(t, get(service.admin, "/check"), `"SERVING"`)
	assert.Contains(t, get(service.rest, "/check"), `"SERVING"`)
}
