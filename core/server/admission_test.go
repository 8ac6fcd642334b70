package server_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/server"
)

// passport knows the callers who have the token "good".
type passport struct{}

func (passport) Verify(_ context.Context, t *pipeline.Transaction, _ proto.Message) error {
	if t.Metadata.Token != "good" {
		return apierror.Unauthenticated("nobody knows him.")
	}
	t.Identity = &pipeline.Identity{}
	return nil
}

// streaming are the ways in which generated code and guards serve a stream: the
// request is read before anybody asks who calls, or messages come after that.
func streaming(t *testing.T, handlers pipeline.Handlers) map[string]func(grpc.ServerStream) error {
	t.Helper()
	p, err := pipeline.New(pipeline.Options{Service: "test", Handlers: handlers})
	require.NoError(t, err)
	echo := func(s grpc.ServerStream, req *structpb.Struct) error {
		if err := s.SendMsg(req); err != nil {
			return err
		}
		<-s.Context().Done()
		return s.Context().Err()
	}
	return map[string]func(grpc.ServerStream) error{
		"server stream": func(s grpc.ServerStream) error {
			req := new(structpb.Struct)
			if err := s.RecvMsg(req); err != nil {
				return err
			}
			return pipeline.Stream(s.Context(), p, pipeline.Method{}, req, func(context.Context) error { return echo(s, req) })
		},
		"both streams": func(s grpc.ServerStream) error {
			return pipeline.Stream(s.Context(), p, pipeline.Method{}, nil, func(context.Context) error {
				req := new(structpb.Struct)
				if err := s.RecvMsg(req); err != nil {
					return err
				}
				return echo(s, req)
			})
		},
	}
}

func open(ctx context.Context, t *testing.T, conn *grpc.ClientConn, token string) grpc.ClientStream {
	t.Helper()
	if token != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "token", token)
	}
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, watchMethod)
	require.NoError(t, err)
	return stream
}

// opened is what a stream that says something is answered.
func opened(stream grpc.ClientStream) error {
	_ = stream.SendMsg(message("hello")) // RecvMsg says why it ended
	return stream.RecvMsg(new(structpb.Struct))
}

func TestStreamsOfNobodyKeepNobodyOut(t *testing.T) {
	for asks, handlers := range map[string]pipeline.Handlers{
		"asked": {Authentication: []pipeline.AuthenticationHandler{passport{}}}, "not asked": {},
	} {
		for kind, serveStream := range streaming(t, handlers) {
			t.Run(kind+" "+asks, func(t *testing.T) {
				entered := make(chan struct{}, 100)
				p := &probe{watch: func(s grpc.ServerStream) error { entered <- struct{}{}; return serveStream(s) }}
				_, conn, _ := serve(t, p, server.GRPCOptions{MaxStreams: 2, Wait: 50 * time.Millisecond})
				for range 6 {
					open(t.Context(), t, conn, "") // and says nothing
					within(t, "a silent stream", entered)
				}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				for range 2 {
					require.NoError(t, opened(open(ctx, t, conn, "good")))
				}
				err := opened(open(t.Context(), t, conn, "good"))
				assert.Equal(t, codes.ResourceExhausted, status.Code(err), "there are as many streams as there may be")
				if asks == "asked" {
					err = opened(open(t.Context(), t, conn, "bad"))
					assert.Equal(t, codes.Unauthenticated, status.Code(err), "who is nobody takes no slot")
				}
				cancel()
				assert.Eventually(t, func() bool {
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					return opened(open(ctx, t, conn, "good")) == nil
				}, patience, time.Millisecond, "slots are given back")
			})
		}
	}
}

func TestSilentStreamsEnd(t *testing.T) {
	for kind, serveStream := range streaming(t, pipeline.Handlers{}) {
		t.Run(kind, func(t *testing.T) {
			_, conn, _ := serve(t, &probe{watch: serveStream}, server.GRPCOptions{FirstMessage: 50 * time.Millisecond})
			err := open(t.Context(), t, conn, "").RecvMsg(new(structpb.Struct))
			assert.Equal(t, codes.DeadlineExceeded, status.Code(err), "%v", err)
			assert.ErrorContains(t, err, "no message came within 50ms")
		})
	}
}

// TestKnownCallersMayBeSilent: who is known has a slot of his own, and his time.
func TestKnownCallersMayBeSilent(t *testing.T) {
	handlers := pipeline.Handlers{Authentication: []pipeline.AuthenticationHandler{passport{}}}
	waiting := make(chan struct{}, 1)
	p := &probe{watch: func(s grpc.ServerStream) error {
		waiting <- struct{}{}
		return streaming(t, handlers)["both streams"](s)
	}}
	_, conn, _ := serve(t, p, server.GRPCOptions{FirstMessage: time.Millisecond})
	stream := open(t.Context(), t, conn, "good")
	within(t, "the stream", waiting)
	time.Sleep(100 * time.Millisecond) // a hundred times as long as a stranger has
	assert.NoError(t, opened(stream))
}

// TestStreamsBesideThePipeline take slots as well, once they answer or go on.
func TestStreamsBesideThePipeline(t *testing.T) {
	p := &probe{watch: func(s grpc.ServerStream) error {
		for {
			if err := s.RecvMsg(new(structpb.Struct)); err != nil {
				return err
			}
		}
	}}
	_, conn, _ := serve(t, p, server.GRPCOptions{MaxStreams: 1, Wait: 50 * time.Millisecond})
	answers := make(chan error, 2)
	for range 2 {
		stream := open(t.Context(), t, conn, "")
		require.NoError(t, stream.SendMsg(message("one")))
		go func() { answers <- stream.RecvMsg(new(structpb.Struct)) }()
	}
	err := within(t, "one of them is refused", answers)
	assert.Equal(t, codes.ResourceExhausted, status.Code(err), "%v", err)
}
