package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"slices"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	protocodec "google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"
	"google.golang.org/grpc/test/bufconn"

	"github.com/cloudforet-io/spacegen/core/lifecycle"
)

const (
	// memoryBuffer is how much an in-memory connection holds, in bytes.
	memoryBuffer = 1 << 20
	// minPing is how often a client may ping, as gRPC's own guidance has it.
	minPing = 10 * time.Second
	// A client that is silent for idlePing and doesn't answer a ping within
	// pingTimeout is gone, and its calls with it.
	idlePing    = time.Minute
	pingTimeout = 20 * time.Second
	// maxWaiting is how many calls of one connection may wait for their turn.
	maxWaiting = 1000

	defaultMessageLength = 16 << 20 // bytes
	defaultWorkers       = 100
	defaultStreams       = 1000
	defaultWait          = 2 * time.Second
)

// GRPCOptions are what a gRPC server is made of.
type GRPCOptions struct {
	Address          string                // host:port; empty: in memory only
	MaxMessageLength int                   // bytes of a request or a response; 0 is 16 MiB
	MaxWorkers       int                   // calls that do not stream, at once; 0 is 100
	MaxStreams       int                   // streams that are open at once; 0 is 1000
	Wait             time.Duration         // for a call's turn, where there are too many; 0 is 2 s
	FirstMessage     time.Duration         // of a stream, before it is known who calls; 0 is 10 s
	CallTimeout      time.Duration         // of a call that does not stream; 0: as long as its caller waits
	ConnectionAge    time.Duration         // after which clients connect anew, so that new replicas get some; 0: never
	ConnectionGrace  time.Duration         // for calls on a connection of that age; 0: as long as they take
	NoReflection     bool                  // what the API is like is told to nobody
	Ready            func() error          // whether calls can be answered; nil: always
	Log              *slog.Logger          // nil: nothing is logged
	Tracer           trace.TracerProvider  // nil: the process's own
	Metrics          prometheus.Registerer // takes what is counted; nil: nothing is
}

func (o GRPCOptions) withDefaults() GRPCOptions {
	if o.MaxMessageLength <= 0 {
		o.MaxMessageLength = defaultMessageLength
	}
	if o.MaxWorkers <= 0 {
		o.MaxWorkers = defaultWorkers
	}
	if o.MaxStreams <= 0 {
		o.MaxStreams = defaultStreams
	}
	if o.Wait <= 0 {
		o.Wait = defaultWait
	}
	if o.FirstMessage <= 0 {
		o.FirstMessage = defaultFirstMessage
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Ready == nil {
		o.Ready = func() error { return nil }
	}
	return o
}

// GRPC is a gRPC server with health (grpc.health.v1) and, unless it is switched off,
// reflection (v1 and v1alpha).
type GRPC struct {
	options    GRPCOptions
	server     *grpc.Server
	health     *healthServer
	memory     *bufconn.Listener
	address    atomic.Value // net.Addr
	failed     chan error
	streaming  context.Context // ends when streams have to
	endStreams context.CancelCauseFunc

	calls, opened *limiter
	timeout       atomic.Int64 // of a call, in nanoseconds
}

// NewGRPC makes a server; services are registered at Server before it starts.
func NewGRPC(o GRPCOptions) *GRPC {
	o = o.withDefaults()
	g := &GRPC{
		options: o,
		health:  &healthServer{Server: health.NewServer(), ready: o.Ready, log: o.Log},
		memory:  bufconn.Listen(memoryBuffer),
		failed:  make(chan error, 1),
	}
	g.streaming, g.endStreams = context.WithCancelCause(context.Background())
	g.calls = newLimiter("calls", o.MaxWorkers, o.Wait, o.Metrics)
	g.opened = newLimiter("streams", o.MaxStreams, o.Wait, o.Metrics)
	g.timeout.Store(int64(o.CallTimeout))
	streams := &streams{g.opened, o.FirstMessage}
	g.server = grpc.NewServer(
		grpc.ForceServerCodecV2(codec{encoding.GetCodecV2(protocodec.Name)}),
		grpc.MaxRecvMsgSize(o.MaxMessageLength),
		grpc.MaxSendMsgSize(o.MaxMessageLength),
		grpc.MaxHeaderListSize(maxHeader),
		// All of a REST server's calls come by one connection.
		grpc.MaxConcurrentStreams(uint32(o.MaxWorkers+o.MaxStreams+maxWaiting)), //nolint:gosec // far below 1<<32
		serverTraces(o.Tracer),
		grpc.KeepaliveParams(keepalive.ServerParameters{
			Time: idlePing, Timeout: pingTimeout,
			// gRPC spreads the age by a tenth, so that not all clients come at once.
			MaxConnectionAge: o.ConnectionAge, MaxConnectionAgeGrace: o.ConnectionGrace,
		}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: minPing, PermitWithoutStream: true}),
		grpc.UnknownServiceHandler(unknownMethod),
		grpc.ChainUnaryInterceptor(safeUnary(o.Log), deadline(&g.timeout), g.calls.unary, metadataUnary),
		grpc.ChainStreamInterceptor(safeStream(o.Log), g.ending, streams.stream, metadataStream),
	)
	healthv1.RegisterHealthServer(g.server, g.health)
	if !o.NoReflection {
		reflection.Register(g.server)
	}
	return g
}

// Server is where services are registered.
func (g *GRPC) Server() grpc.ServiceRegistrar { return registrar{g.server} }

// Address is where the server listens, once it has started; with port 0 in the
// options, the port that it was given.
func (g *GRPC) Address() string {
	if a, ok := g.address.Load().(net.Addr); ok {
		return a.String()
	}
	return ""
}

// InMemory connects to the server within the process. Whoever asks for the
// connection closes it.
func (g *GRPC) InMemory() (*grpc.ClientConn, error) {
	conn, err := grpc.NewClient("passthrough:memory",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return g.memory.DialContext(ctx) }),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithMaxHeaderListSize(maxHeader),
		clientTraces(g.options.Tracer),
		grpc.WithDefaultCallOptions(
			grpc.MaxCallRecvMsgSize(g.options.MaxMessageLength),
			grpc.MaxCallSendMsgSize(g.options.MaxMessageLength),
		),
	)
	if err != nil {
		return nil, fmt.Errorf("connect to the gRPC server in memory: %w", err)
	}
	return conn, nil
}

// Module is the server as a part of the process. It stops by answering
// NOT_SERVING to health checks, ending streams, finishing the other calls that
// are in flight and refusing what is new; what is not finished in time is cut
// off.
func (g *GRPC) Module() lifecycle.Module {
	name := "grpc"
	if g.options.Address == "" {
		name = "grpc in memory"
	}
	return lifecycle.Module{Name: name, Start: g.start, Stop: g.stop, Failed: g.failed, Live: g.live()}
}

func (g *GRPC) start(ctx context.Context) error {
	listeners := []net.Listener{g.memory}
	if g.options.Address != "" {
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", g.options.Address)
		if err != nil {
			return err
		}
		g.address.Store(listener.Addr())
		g.options.Log.InfoContext(ctx, "listening", "server", "grpc", "address", listener.Addr().String())
		listeners = append(listeners, listener)
	}
	g.health.services = slices.Collect(maps.Keys(g.server.GetServiceInfo()))
	g.health.look(ctx)
	if g.options.Address != "" {
		go g.health.keepLooking(g.streaming)
	}
	for _, listener := range listeners {
		go func() {
			if err := g.server.Serve(listener); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
				select {
				case g.failed <- err:
				default: // one failure ends the process
				}
			}
		}()
	}
	return nil
}

func (g *GRPC) stop(ctx context.Context) error {
	g.health.Shutdown()
	g.EndStreams()
	finished := make(chan struct{})
	go func() {
		g.server.GracefulStop()
		close(finished)
	}()
	select {
	case <-finished:
		return nil
	case <-ctx.Done():
		g.server.Stop()
		return fmt.Errorf("calls in flight were cut off: %w", ctx.Err())
	}
}
