package spaceconnector_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/preflight"
	"github.com/cloudforet-io/spacegen/core/spaceconnector"
)

// TestRedirect: calls go where the service is now, and one that is under way ends where it
// began.
func TestRedirect(t *testing.T) {
	before, old := serve(t, v1AndAlpha)
	after, fresh := serve(t, v1AndAlpha)
	c := connect(t, old)
	check := func(ctx context.Context) error {
		_, err := c.Dispatch(ctx, "monitor", "Health.Check", map[string]any{})
		return err
	}
	require.NoError(t, check(t.Context()))
	before.behave(nil, true)
	before.mu.Lock()
	before.md = nil
	before.mu.Unlock()
	ctx, end := context.WithTimeoutCause(t.Context(), 200*time.Millisecond, errors.New("test"))
	defer end()
	waits := make(chan error, 1)
	go func() { waits <- check(ctx) }()
	require.Eventually(t, func() bool { return len(before.seen("token")) == 1 }, 10*time.Second, time.Millisecond)

	live := c.Live()
	require.True(t, live.Has("ENDPOINTS.monitor"))
	live.Take(&config.Config{Endpoints: map[string]string{"monitor": fresh}})
	require.NoError(t, check(t.Context()))
	assert.Len(t, after.seen("token"), 1)
	assert.ErrorContains(t, <-waits, "ERROR_GRPC_TIMEOUT", "it is not cut off")
	live.Take(&config.Config{})
	assert.ErrorContains(t, check(t.Context()), "no endpoint of the service monitor")
}

func TestProbe(t *testing.T) {
	m, endpoint := serve(t, func(*grpc.Server) {})
	endpoints := map[string]string{"identity": endpoint, "gone": "grpc://127.0.0.1:1", "odd": "nonsense"}
	look := func(service string, needed bool) preflight.Finding {
		return spaceconnector.Probe(service, endpoints, needed).Look(t.Context())
	}
	assert.Equal(t, preflight.OK, look("identity", true).State)
	assert.Equal(t, preflight.Failed, look("gone", true).State)
	assert.Equal(t, preflight.Warning, look("gone", false).State)
	assert.Equal(t, preflight.Failed, look("odd", true).State)
	assert.Contains(t, look("nowhere", true).Detail, "ENDPOINTS has no nowhere")
	assert.Equal(t, preflight.Failed, look("nowhere", true).State)
	assert.Equal(t, preflight.Skipped, look("nowhere", false).State)
	m.behave(status.Error(codes.Unimplemented, "no health"), false)
	assert.Equal(t, preflight.OK, look("identity", true).State, "it answers")
	m.behave(status.Error(codes.Internal, "broken"), false)
	assert.Equal(t, preflight.Failed, look("identity", true).State)
	m.behave(nil, false)
	m.Shutdown()
	assert.Contains(t, look("identity", true).Detail, "it answers that it is NOT_SERVING")
}
