package server_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/preflight"
	"github.com/cloudforet-io/spacegen/core/server"
)

// TestLimitsChangeWhileCallsRun: more are let in at once, and less, and a call may take
// another time.
func TestLimitsChangeWhileCallsRun(t *testing.T) {
	entered, leave := make(chan string, 3), make(chan struct{})
	p := &probe{call: func(ctx context.Context, req *structpb.Struct) (*structpb.Struct, error) {
		entered <- req.GetFields()["text"].GetStringValue()
		select {
		case <-leave:
			return req, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
	g, conn, _ := serve(t, p, server.GRPCOptions{MaxWorkers: 1, Wait: 50 * time.Millisecond})
	take := func(setting string, cfg *config.Config) {
		t.Helper()
		taken := false
		for _, live := range g.Module().Live {
			if live.Has(setting) {
				taken = true
				live.Take(cfg)
			}
		}
		require.True(t, taken, setting)
	}
	answers := make(chan error, 3)
	start := func(text string) { go func() { _, err := call(t.Context(), conn, text); answers <- err }() }
	start("first")
	within(t, "first call", entered)
	_, err := call(t.Context(), conn, "too many")
	assert.ErrorContains(t, err, "(limit = 1)")

	take("MAX_WORKERS", &config.Config{MaxWorkers: 2})
	start("second")
	start("third")
	within(t, "second call", entered)
	within(t, "third call", entered)
	_, err = call(t.Context(), conn, "too many")
	assert.ErrorContains(t, err, "(limit = 2)")
	close(leave)
	for range 3 {
		require.NoError(t, within(t, "answer", answers))
	}

	leave = make(chan struct{})
	take("CALL_TIMEOUT", &config.Config{CallTimeout: 20 * time.Millisecond})
	_, err = call(t.Context(), conn, "slow")
	assert.Equal(t, codes.DeadlineExceeded, status.Code(err))
	take("MAX_STREAMS", &config.Config{MaxStreams: 1})
}

func TestProbe(t *testing.T) {
	for host, want := range map[string]preflight.State{"127.0.0.1": preflight.OK, "0.0.0.0": preflight.Failed} {
		assert.Equal(t, want, server.Probe(&config.Config{Host: host}).Look(t.Context()).State, host)
	}
}
