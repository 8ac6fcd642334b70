package server_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/stretchr/testify/require"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/lifecycle"
	"github.com/cloudforet-io/spacegen/core/server"
)

// patience is how long a test waits for what must happen; it is never waited
// for in full unless the test fails.
const patience = 10 * time.Second

const (
	callMethod  = "/test.v1.Probe/call"
	watchMethod = "/test.v1.Probe/watch"
)

// probe is a service of one unary and one streaming method, whose bodies are
// the test's.
type probe struct {
	call  func(context.Context, *structpb.Struct) (*structpb.Struct, error)
	watch func(grpc.ServerStream) error
}

func (p *probe) register(s grpc.ServiceRegistrar) {
	s.RegisterService(&grpc.ServiceDesc{
		ServiceName: "test.v1.Probe",
		HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{{
			MethodName: "call",
			Handler: func(_ any, ctx context.Context, decode func(any) error, around grpc.UnaryServerInterceptor) (any, error) {
				req := new(structpb.Struct)
				if err := decode(req); err != nil {
					return nil, err
				}
				return around(ctx, req, &grpc.UnaryServerInfo{FullMethod: callMethod}, func(ctx context.Context, req any) (any, error) {
					if p.call == nil {
						return req, nil
					}
					return p.call(ctx, req.(*structpb.Struct))
				})
			},
		}},
		Streams: []grpc.StreamDesc{{
			StreamName: "watch", ServerStreams: true, ClientStreams: true,
			Handler: func(_ any, stream grpc.ServerStream) error { return p.watch(stream) },
		}},
	}, p)
}

// bind is the REST side of the probe, as a generated gateway writes it.
func bind(_ context.Context, mux *runtime.ServeMux, conn *grpc.ClientConn) error {
	return mux.HandlePath(http.MethodPost, "/test/v1/probe/call", func(w http.ResponseWriter, r *http.Request, _ map[string]string) {
		in, out := runtime.MarshalerForRequest(mux, r)
		ctx, err := runtime.AnnotateContext(r.Context(), mux, r, callMethod)
		if err != nil {
			runtime.HTTPError(r.Context(), mux, out, w, r, err)
			return
		}
		req, res := new(structpb.Struct), new(structpb.Struct)
		if err := in.NewDecoder(r.Body).Decode(req); err != nil {
			runtime.HTTPError(ctx, mux, out, w, r, status.Errorf(codes.InvalidArgument, "%v", err))
			return
		}
		if err := conn.Invoke(ctx, callMethod, req, res); err != nil {
			runtime.HTTPError(ctx, mux, out, w, r, err)
			return
		}
		runtime.ForwardResponseMessage(ctx, mux, out, w, r, res)
	})
}

// journal is a log that a test reads while the server writes.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func (j *journal) logger() *slog.Logger { return slog.New(slog.NewTextHandler(j, nil)) }

// run starts a module, and stops it when the test ends unless the test did.
func run(t testing.TB, m lifecycle.Module) (stop func(grace time.Duration) error) {
	t.Helper()
	require.NoError(t, m.Start(t.Context()))
	var once sync.Once
	stop = func(grace time.Duration) (err error) {
		once.Do(func() {
			ctx, cancel := context.WithTimeout(context.Background(), grace)
			defer cancel()
			err = m.Stop(ctx)
		})
		return err
	}
	t.Cleanup(func() { _ = stop(patience) })
	return stop
}

// serve runs a gRPC server with a probe, and connects to it over the network.
func serve(t testing.TB, p *probe, o server.GRPCOptions) (g *server.GRPC, conn *grpc.ClientConn, stop func(time.Duration) error) {
	t.Helper()
	o.Address = "127.0.0.1:0"
	g = server.NewGRPC(o)
	p.register(g.Server())
	stop = run(t, g.Module())
	return g, dial(t, g.Address()), stop
}

// tracers are those that a server may have: one that keeps spans, and one that keeps none.
func tracers() map[string]trace.TracerProvider {
	return map[string]trace.TracerProvider{"traced": sdktrace.NewTracerProvider(), "not traced": noop.NewTracerProvider()}
}

func dial(t testing.TB, address string) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// call calls the probe with {"text": text}.
func call(ctx context.Context, conn *grpc.ClientConn, text string) (*structpb.Struct, error) {
	res := new(structpb.Struct)
	return res, conn.Invoke(ctx, callMethod, message(text), res)
}

func message(text string) *structpb.Struct {
	return &structpb.Struct{Fields: map[string]*structpb.Value{"text": structpb.NewStringValue(text)}}
}

// within fails the test if a channel yields nothing in time.
func within[T any](t *testing.T, what string, c <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(patience):
		require.FailNow(t, "nothing happened: "+what)
	}
	return v
}
