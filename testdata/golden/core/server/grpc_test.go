package server_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	reflectionv1alpha "google.golang.org/grpc/reflection/grpc_reflection_v1alpha"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/server"
)

func TestHealthAndReflection(t *testing.T) {
	_, conn, _ := serve(t, &probe{}, server.GRPCOptions{})
	for _, service := range []string{"", "test.v1.Probe"} {
		res, err := healthv1.NewHealthClient(conn).Check(t.Context(), &healthv1.HealthCheckRequest{Service: service})
		require.NoError(t, err, service)
		assert.Equal(t, healthv1.HealthCheckResponse_SERVING, res.GetStatus(), service)
	}

	const health = "grpc.health.v1.Health"
	v1, err := reflectionv1.NewServerReflectionClient(conn).ServerReflectionInfo(t.Context())
	require.NoError(t, err)
	require.NoError(t, v1.Send(&reflectionv1.ServerReflectionRequest{
		MessageRequest: &reflectionv1.ServerReflectionRequest_FileContainingSymbol{FileContainingSymbol: health},
	}))
	res, err := v1.Recv()
	require.NoError(t, err)
	assert.NotEmpty(t, res.GetFileDescriptorResponse().GetFileDescriptorProto())

	alpha, err := reflectionv1alpha.NewServerReflectionClient(conn).ServerReflectionInfo(t.Context())
	require.NoError(t, err)
	require.NoError(t, alpha.Send(&reflectionv1alpha.ServerReflectionRequest{
		MessageRequest: &reflectionv1alpha.ServerReflectionRequest_ListServices{},
	}))
	list, err := alpha.Recv()
	require.NoError(t, err)
	var names []string
	for _, s := range list.GetListServicesResponse().GetService() {
		names = append(names, s.GetName())
	}
	assert.Contains(t, names, "test.v1.Probe")
	assert.Contains(t, names, health)
}

func TestReflectionIsSwitchedOff(t *testing.T) {
	_, conn, _ := serve(t, &probe{}, server.GRPCOptions{NoReflection: true})
	v1, err := reflectionv1.NewServerReflectionClient(conn).ServerReflectionInfo(t.Context())
	require.NoError(t, err)
	_, err = v1.Recv()
	assert.Equal(t, codes.Unimplemented, status.Code(err))
	alpha, err := reflectionv1alpha.NewServerReflectionClient(conn).ServerReflectionInfo(t.Context())
	require.NoError(t, err)
	_, err = alpha.Recv()
	assert.Equal(t, codes.Unimplemented, status.Code(err))
	_, err = call(t.Context(), conn, "x")
	assert.NoError(t, err)
}

func TestHealthFollowsWhatTheServiceNeeds(t *testing.T) {
	t.Parallel()
	var broken atomic.Bool
	_, conn, _ := serve(t, &probe{}, server.GRPCOptions{Ready: func() error {
		if broken.Load() {
			return errors.New("database: connection refused")
		}
		return nil
	}})
	client := healthv1.NewHealthClient(conn)
	watch, err := client.Watch(t.Context(), &healthv1.HealthCheckRequest{Service: "test.v1.Probe"})
	require.NoError(t, err)
	check := func(want healthv1.HealthCheckResponse_ServingStatus) {
		t.Helper()
		for _, service := range []string{"", "test.v1.Probe"} {
			res, err := client.Check(t.Context(), &healthv1.HealthCheckRequest{Service: service})
			require.NoError(t, err, service)
			assert.Equal(t, want, res.GetStatus(), service)
		}
	}
	watched := func(want healthv1.HealthCheckResponse_ServingStatus) {
		t.Helper()
		res, err := watch.Recv()
		require.NoError(t, err)
		assert.Equal(t, want, res.GetStatus())
	}
	watched(healthv1.HealthCheckResponse_SERVING)
	check(healthv1.HealthCheckResponse_SERVING)
	broken.Store(true)
	watched(healthv1.HealthCheckResponse_NOT_SERVING) // without anybody's asking
	check(healthv1.HealthCheckResponse_NOT_SERVING)
	broken.Store(false)
	check(healthv1.HealthCheckResponse_SERVING)
	_, err = client.Check(t.Context(), &healthv1.HealthCheckRequest{Service: "no.Such"})
	assert.Equal(t, codes.NotFound, status.Code(err))
}

func TestPanicsBecomeInternalAndTheServerLivesOn(t *testing.T) {
	var log journal
	p := &probe{
		call: func(_ context.Context, req *structpb.Struct) (*structpb.Struct, error) {
			if req.GetFields()["text"].GetStringValue() == "panic" {
				var none *probe
				none.call = nil // a nil dereference
			}
			return req, nil
		},
		watch: func(grpc.ServerStream) error { panic("s3cret detail") },
	}
	_, conn, _ := serve(t, p, server.GRPCOptions{Log: log.logger(), MaxWorkers: 1})
	for range 3 { // more often than there are workers: a slot is given back
		_, err := call(t.Context(), conn, "panic")
		assert.Equal(t, codes.Internal, status.Code(err))
		assert.Equal(t, "ERROR_UNKNOWN: Internal error.", status.Convert(err).Message())

		stream, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, watchMethod)
		require.NoError(t, err)
		err = stream.RecvMsg(new(structpb.Struct))
		assert.Equal(t, codes.Internal, status.Code(err))
		assert.NotContains(t, err.Error(), "s3cret detail")
	}
	_, err := call(t.Context(), conn, "fine")
	require.NoError(t, err)
	assert.Contains(t, log.String(), "s3cret detail")
	assert.Contains(t, log.String(), "grpc_test.go", "the stack says where")
}

func TestErrorsReachTheCallerSafely(t *testing.T) {
	for name, tc := range map[string]struct {
		err  error
		code codes.Code
		text string
	}{
		"of the API":       {apierror.NotFound("region_id", "r-1"), codes.NotFound, "ERROR_NOT_FOUND: "},
		"with a status":    {status.Error(codes.Aborted, "try again"), codes.Aborted, "try again"},
		"wrapped":          {fmt.Errorf("while reading: %w", apierror.Required("name")), codes.InvalidArgument, "ERROR_REQUIRED_PARAMETER: "},
		"of the inside":    {errors.New("dial db: password=s3cret"), codes.Internal, "ERROR_UNKNOWN: Internal error."},
		"of the deadline":  {context.DeadlineExceeded, codes.DeadlineExceeded, "ERROR_GRPC_TIMEOUT: "},
		"of a cancelation": {context.Canceled, codes.Canceled, "ERROR_CANCELLED: "},
	} {
		t.Run(name, func(t *testing.T) {
			p := &probe{call: func(context.Context, *structpb.Struct) (*structpb.Struct, error) { return nil, tc.err }}
			_, conn, _ := serve(t, p, server.GRPCOptions{})
			_, err := call(t.Context(), conn, "")
			assert.Equal(t, tc.code, status.Code(err))
			assert.Contains(t, status.Convert(err).Message(), tc.text)
			assert.NotContains(t, err.Error(), "s3cret")
		})
	}
}

func TestUnknownMethodsAreNamed(t *testing.T) {
	_, conn, _ := serve(t, &probe{}, server.GRPCOptions{})
	for _, method := range []string{"/test.v1.Probe/none", "/no.Such/method"} {
		err := conn.Invoke(t.Context(), method, message(""), new(structpb.Struct))
		assert.Equal(t, codes.Unimplemented, status.Code(err))
		assert.Contains(t, err.Error(), "ERROR_UNSUPPORTED_API: API is not supported. (method = "+method+")")
	}
}

func TestMetadataReachesTheCall(t *testing.T) {
	const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	for name, tc := range map[string]struct {
		sent  []string
		want  pipeline.Metadata
		state string // of the trace
	}{
		"none": {},
		"all": {
			[]string{"token", "t", "x_domain_id", "d", "x_workspace_id", "w", "traceparent", parent},
			pipeline.Metadata{Token: "t", DomainID: "d", WorkspaceID: "w", Traceparent: parent}, "",
		},
		"state": {
			[]string{"traceparent", parent, "tracestate", "vendor=value"},
			pipeline.Metadata{Traceparent: parent}, "vendor=value",
		},
		"dashes":            {[]string{"x-domain-id", "d", "x-workspace-id", "w"}, pipeline.Metadata{DomainID: "d", WorkspaceID: "w"}, ""},
		"bearer":            {[]string{"authorization", "bearer t"}, pipeline.Metadata{Token: "t"}, ""},
		"token over bearer": {[]string{"authorization", "Bearer other", "token", "t"}, pipeline.Metadata{Token: "t"}, ""},
		"basic":             {[]string{"authorization", "Basic dTpw"}, pipeline.Metadata{}, ""},
		"forged peer":       {[]string{"x-forwarded-for", "10.0.0.1"}, pipeline.Metadata{}, ""},
		"broken trace":      {[]string{"traceparent", "00-x"}, pipeline.Metadata{Traceparent: "00-x"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := make(chan pipeline.Metadata, 1)
			spans := make(chan trace.SpanContext, 1)
			p := &probe{call: func(ctx context.Context, req *structpb.Struct) (*structpb.Struct, error) {
				got <- pipeline.MetadataFrom(ctx)
				spans <- trace.SpanContextFromContext(ctx)
				return req, nil
			}}
			for tracer, provider := range tracers() {
				_, conn, _ := serve(t, p, server.GRPCOptions{Tracer: provider})
				_, err := call(metadata.AppendToOutgoingContext(t.Context(), tc.sent...), conn, "")
				require.NoError(t, err, tracer)
				md := <-got
				host, _, err := net.SplitHostPort(md.Peer)
				require.NoError(t, err, tracer)
				assert.Equal(t, "127.0.0.1", host, tracer)
				md.Peer = ""
				assert.Equal(t, tc.want, md, tracer)
				span := <-spans
				assert.Equal(t, tc.want.Traceparent == parent, span.TraceID().String() == "4bf92f3577b34da6a3ce929d0e0e4736", tracer)
				assert.Equal(t, tc.state, span.TraceState().String(), tracer)
			}
		})
	}
}

func TestStopFinishesWhatIsInFlightAndRefusesWhatIsNew(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	p := &probe{call: func(_ context.Context, req *structpb.Struct) (*structpb.Struct, error) {
		close(entered)
		<-leave
		return req, nil
	}}
	g, conn, stop := serve(t, p, server.GRPCOptions{})

	// A client that watches health and one that keeps reflection open hold up
	// nothing.
	watch, err := healthv1.NewHealthClient(conn).Watch(t.Context(), &healthv1.HealthCheckRequest{})
	require.NoError(t, err)
	health, err := watch.Recv()
	require.NoError(t, err)
	require.Equal(t, healthv1.HealthCheckResponse_SERVING, health.GetStatus())
	reflect, err := reflectionv1.NewServerReflectionClient(conn).ServerReflectionInfo(t.Context())
	require.NoError(t, err)
	require.NoError(t, reflect.Send(&reflectionv1.ServerReflectionRequest{MessageRequest: &reflectionv1.ServerReflectionRequest_ListServices{}}))
	_, err = reflect.Recv()
	require.NoError(t, err)

	answer := make(chan error, 1)
	go func() { _, err := call(t.Context(), conn, "in flight"); answer <- err }()
	within(t, "the call arrives", entered)
	stopped := make(chan error, 1)
	go func() { stopped <- stop(patience) }()

	for { // until the watcher has been told
		if _, err = watch.Recv(); err != nil {
			break
		}
	}
	assert.Eventually(t, func() bool {
		c, err := net.Dial("tcp", g.Address())
		if err == nil {
			_ = c.Close()
		}
		return err != nil
	}, patience, time.Millisecond, "new connections are refused")
	_, err = call(t.Context(), conn, "new")
	assert.Error(t, err, "new calls are refused")
	assert.Empty(t, stopped, "it waits for the call in flight")

	close(leave)
	require.NoError(t, within(t, "the call in flight is answered", answer))
	require.NoError(t, within(t, "the server stops", stopped))
}

// TestStopEndsStreams: their clients would keep them open for ever.
func TestStopEndsStreams(t *testing.T) {
	for name, handle := range map[string]func(grpc.ServerStream) error{
		"one that waits for what is to be told": func(stream grpc.ServerStream) error {
			<-stream.Context().Done()
			return stream.Context().Err()
		},
		"one that waits for its caller": func(stream grpc.ServerStream) error {
			return stream.RecvMsg(new(structpb.Struct))
		},
		"one that tells all the time": func(stream grpc.ServerStream) error {
			for {
				if err := stream.SendMsg(message("tick")); err != nil {
					return err
				}
				time.Sleep(time.Millisecond)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := &probe{watch: func(stream grpc.ServerStream) error {
				if err := stream.SendMsg(message("open")); err != nil {
					return err
				}
				return handle(stream)
			}}
			_, conn, stop := serve(t, p, server.GRPCOptions{})
			stream, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, watchMethod)
			require.NoError(t, err)
			require.NoError(t, stream.RecvMsg(new(structpb.Struct)))
			ended := make(chan error, 1)
			go func() {
				var err error
				for err == nil {
					err = stream.RecvMsg(new(structpb.Struct))
				}
				ended <- err
			}()
			require.NoError(t, stop(patience))
			err = within(t, "the stream ends", ended)
			assert.Equal(t, codes.Unavailable, status.Code(err), "a client tries it elsewhere")
			assert.ErrorContains(t, err, "ERROR_GRPC_CONNECTION: Server is unavailable. (reason = it is stopping)")
		})
	}
}

func TestStopCutsOffWhatTakesTooLong(t *testing.T) {
	entered := make(chan struct{})
	p := &probe{call: func(ctx context.Context, _ *structpb.Struct) (*structpb.Struct, error) {
		close(entered)
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	_, conn, stop := serve(t, p, server.GRPCOptions{})
	answer := make(chan error, 1)
	go func() { _, err := call(t.Context(), conn, "forever"); answer <- err }()
	within(t, "the call arrives", entered)
	require.ErrorContains(t, stop(20*time.Millisecond), "cut off")
	assert.Error(t, within(t, "the caller is told", answer))
}

func TestServerWithoutAddressAnswersOnlyInMemory(t *testing.T) {
	g := server.NewGRPC(server.GRPCOptions{})
	(&probe{}).register(g.Server())
	assert.Equal(t, "grpc in memory", g.Module().Name, "beside the one that others reach")
	stop := run(t, g.Module())
	assert.Empty(t, g.Address())
	conn, err := g.InMemory()
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	res, err := call(t.Context(), conn, "hello")
	require.NoError(t, err)
	assert.Equal(t, "hello", res.GetFields()["text"].GetStringValue())
	require.NoError(t, stop(patience))
	_, err = call(t.Context(), conn, "late")
	assert.Equal(t, codes.Unavailable, status.Code(err))
}

func TestTakenPortIsAnError(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	taken := listener.Addr().String()
	assert.ErrorContains(t, server.NewGRPC(server.GRPCOptions{Address: taken}).Module().Start(t.Context()), taken)
	assert.ErrorContains(t, server.NewAdmin(server.AdminOptions{Address: taken}).Module().Start(t.Context()), taken)
}

// TestClientsConnectAnew: else replicas that come later get none of those that are
// there.
func TestClientsConnectAnew(t *testing.T) {
	var mu sync.Mutex
	peers := map[string]bool{}
	p := &probe{call: func(ctx context.Context, req *structpb.Struct) (*structpb.Struct, error) {
		mu.Lock()
		defer mu.Unlock()
		peers[pipeline.MetadataFrom(ctx).Peer] = true
		return req, nil
	}}
	_, conn, _ := serve(t, p, server.GRPCOptions{ConnectionAge: 50 * time.Millisecond})
	assert.Eventually(t, func() bool {
		_, err := call(t.Context(), conn, "x")
		require.NoError(t, err, "no call is lost")
		mu.Lock()
		defer mu.Unlock()
		return len(peers) > 2
	}, patience, time.Millisecond)
}
