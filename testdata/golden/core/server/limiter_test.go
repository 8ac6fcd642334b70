package server_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/server"
)

func TestMessagesAreLimited(t *testing.T) {
	p := &probe{call: func(_ context.Context, req *structpb.Struct) (*structpb.Struct, error) {
		if req.GetFields()["text"].GetStringValue() == "big" {
			return message(strings.Repeat("x", 5000)), nil
		}
		return req, nil
	}}
	_, conn, _ := serve(t, p, server.GRPCOptions{MaxMessageLength: 1000})
	_, err := call(t.Context(), conn, strings.Repeat("x", 5000))
	assert.Equal(t, codes.ResourceExhausted, status.Code(err), "request")
	_, err = call(t.Context(), conn, "big")
	assert.Equal(t, codes.ResourceExhausted, status.Code(err), "response")
	_, err = call(t.Context(), conn, "small")
	assert.NoError(t, err)
}

func TestNoMoreCallsAtOnceThanWorkers(t *testing.T) {
	entered, leave := make(chan string, 3), make(chan struct{})
	p := &probe{call: func(_ context.Context, req *structpb.Struct) (*structpb.Struct, error) {
		entered <- req.GetFields()["text"].GetStringValue()
		<-leave
		return req, nil
	}}
	_, conn, _ := serve(t, p, server.GRPCOptions{MaxWorkers: 2, Wait: 200 * time.Millisecond})
	answers := make(chan error, 2)
	for range 2 {
		go func() { _, err := call(t.Context(), conn, "worker"); answers <- err }()
	}
	within(t, "first call", entered)
	within(t, "second call", entered)

	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := call(ctx, conn, "too many")
	assert.Equal(t, codes.DeadlineExceeded, status.Code(err))
	assert.Empty(t, entered, "the third call must wait")
	_, err = healthv1.NewHealthClient(conn).Check(t.Context(), &healthv1.HealthCheckRequest{})
	require.NoError(t, err, "health is answered under load")

	_, err = call(t.Context(), conn, "too many") // and in no hurry
	assert.Equal(t, codes.ResourceExhausted, status.Code(err))
	assert.Contains(t, err.Error(), "ERROR_TOO_MANY_CALLS: Too many calls at once: try again. (limit = 2)")

	close(leave)
	require.NoError(t, within(t, "first answer", answers))
	require.NoError(t, within(t, "second answer", answers))
	_, err = call(t.Context(), conn, "after")
	assert.NoError(t, err)
}

func TestStreamsTakeNoCallsSlot(t *testing.T) {
	p := &probe{watch: func(stream grpc.ServerStream) error {
		if err := stream.SendMsg(message("open")); err != nil {
			return err
		}
		<-stream.Context().Done()
		return stream.Context().Err()
	}}
	_, conn, _ := serve(t, p, server.GRPCOptions{MaxWorkers: 1, MaxStreams: 2, Wait: 50 * time.Millisecond})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for range 2 {
		require.NoError(t, watch(ctx, conn))
	}
	_, err := call(t.Context(), conn, "beside the streams")
	require.NoError(t, err)
	err = watch(t.Context(), conn)
	assert.Equal(t, codes.ResourceExhausted, status.Code(err))
	assert.ErrorContains(t, err, "Too many streams at once")

	cancel()
	assert.Eventually(t, func() bool { return watch(t.Context(), conn) == nil }, patience, time.Millisecond, "a slot is given back")
}

// watch opens a stream and waits for its first message.
func watch(ctx context.Context, conn *grpc.ClientConn) error {
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, watchMethod)
	if err != nil {
		return err
	}
	return stream.RecvMsg(new(structpb.Struct))
}

func TestCallsEndInTime(t *testing.T) {
	p := &probe{
		call: func(ctx context.Context, req *structpb.Struct) (*structpb.Struct, error) {
			if req.GetFields()["text"].GetStringValue() == "fast" {
				return req, nil
			}
			<-ctx.Done()
			return nil, ctx.Err()
		},
		watch: func(stream grpc.ServerStream) error {
			_, bounded := stream.Context().Deadline()
			assert.False(t, bounded, "a stream may last")
			return stream.SendMsg(message("open"))
		},
	}
	_, conn, _ := serve(t, p, server.GRPCOptions{CallTimeout: 50 * time.Millisecond})
	for name, allowed := range map[string]time.Duration{"no deadline": 0, "a longer one": time.Hour, "a shorter one": time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			if allowed > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, allowed)
				defer cancel()
			}
			_, err := call(ctx, conn, "slow")
			assert.Equal(t, codes.DeadlineExceeded, status.Code(err))
		})
	}
	_, err := call(t.Context(), conn, "fast")
	require.NoError(t, err)
	require.NoError(t, watch(t.Context(), conn))
}

func TestRefusedCallsAreCounted(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	entered, leave := make(chan string, 1), make(chan struct{})
	p := &probe{call: func(_ context.Context, req *structpb.Struct) (*structpb.Struct, error) {
		entered <- ""
		<-leave
		return req, nil
	}}
	server.NewGRPC(server.GRPCOptions{Metrics: registry}) // another one of the process
	_, conn, _ := serve(t, p, server.GRPCOptions{MaxWorkers: 1, Wait: time.Millisecond, Metrics: registry})
	answer := make(chan error, 1)
	go func() { _, err := call(t.Context(), conn, "first"); answer <- err }()
	within(t, "first call", entered)
	_, err := call(t.Context(), conn, "second")
	assert.Equal(t, codes.ResourceExhausted, status.Code(err))
	close(leave)
	require.NoError(t, within(t, "the end of the first", answer))
	require.NoError(t, testutil.GatherAndCompare(registry, strings.NewReader(`
# HELP server_refused_total Calls refused before the pipeline because too many were made at once, by limit (calls, streams, requests).
# TYPE server_refused_total counter
server_refused_total{limit="calls"} 1
server_refused_total{limit="streams"} 0
`)))
}
