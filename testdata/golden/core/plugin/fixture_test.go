package plugin_test

import (
	"context"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/reflection"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/cloudforet-io/spacegen/core/lifecycle"
	"github.com/cloudforet-io/spacegen/core/plugin"
	"github.com/cloudforet-io/spacegen/core/server"
	"github.com/cloudforet-io/spacegen/core/spaceconnector"
)

var quiet = slog.New(slog.DiscardHandler)

// TestMain is the program that is run as a plugin, too.
func TestMain(m *testing.M) {
	if !server.Hosted() {
		os.Exit(m.Run())
	}
	if len(os.Args) > 1 && os.Args[1] == "silent" {
		beSilent(os.Args[2:])
	}
	if len(os.Args) > 1 && os.Args[1] == "broken" || os.Getenv("SPACEONE_CONFIG_FILE") != "" || os.Getenv("PATH") == "" {
		os.Exit(1)
	}
	if err := beAPlugin(); err != nil {
		os.Exit(1)
	}
}

// beSilent says nothing. A file, if one is named, has a line for each start, and
// another one beside it is the end.
func beSilent(file []string) {
	if len(file) == 0 {
		time.Sleep(time.Minute)
		os.Exit(1)
	}
	starts, err := os.OpenFile(file[0], os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err == nil {
		_, _ = starts.WriteString("started\n") // the test finds out
		_ = starts.Close()
	}
	for range 6000 {
		if _, err := os.Stat(file[0] + ".end"); err == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	os.Exit(1)
}

// beAPlugin serves until it is told to stop, and dies in the middle of what
// Mortal.live answers.
func beAPlugin() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if _, err := os.Stderr.WriteString("hello\n"); err != nil {
		return err
	}
	g := server.NewGRPC(server.GRPCOptions{Address: server.HostedAddress})
	g.Server().RegisterService(&grpc.ServiceDesc{
		ServiceName: "plugintest.Mortal", HandlerType: (*any)(nil),
		Streams: []grpc.StreamDesc{{StreamName: "live", ServerStreams: true, Handler: func(_ any, s grpc.ServerStream) error {
			if err := s.SendMsg(&emptypb.Empty{}); err != nil {
				return err
			}
			time.Sleep(100 * time.Millisecond) // until that has arrived
			os.Exit(2)
			return nil
		}}},
	}, nil)
	return lifecycle.Run(ctx, quiet, time.Second, lifecycle.Chain{g.Module(), g.Announce(os.Stdout)})
}

// talker is a plugin that does as it is told.
type talker struct {
	*health.Server
	check func(context.Context) error
	watch func(grpc.ServerStreamingServer[healthv1.HealthCheckResponse]) error
}

func (p *talker) Check(ctx context.Context, req *healthv1.HealthCheckRequest) (*healthv1.HealthCheckResponse, error) {
	if p.check != nil {
		if err := p.check(ctx); err != nil {
			return nil, err
		}
	}
	return p.Server.Check(ctx, req)
}

func (p *talker) Watch(_ *healthv1.HealthCheckRequest, s grpc.ServerStreamingServer[healthv1.HealthCheckResponse]) error {
	return p.watch(s)
}

func serve(t *testing.T, p *talker) string {
	t.Helper()
	endpoint, _ := serveUntil(t, p)
	return endpoint
}

func serveUntil(t *testing.T, p *talker) (endpoint string, stop func()) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := grpc.NewServer()
	p.Server = health.NewServer()
	healthv1.RegisterHealthServer(s, p)
	reflection.Register(s)
	go func() { _ = s.Serve(listener) }()
	t.Cleanup(s.Stop)
	return "grpc://" + listener.Addr().String(), s.Stop
}

// platform answers for the service plugin.
type platform struct {
	*spaceconnector.Connector
	asked  []map[string]any
	wait   time.Duration // that was left for the answer
	answer map[string]any

	released []string
}

func (p *platform) Release(endpoint string) error {
	p.released = append(p.released, endpoint)
	return p.Connector.Release(endpoint)
}

func (p *platform) Dispatch(ctx context.Context, service, method string, params map[string]any) (map[string]any, error) {
	p.wait = spaceconnector.Allowed(ctx)
	p.asked = append(p.asked, map[string]any{service + "/" + method: params})
	return p.answer, nil
}

func newPlatform(t *testing.T) *platform {
	t.Helper()
	c := spaceconnector.New(spaceconnector.Options{Token: func() (string, error) { return "system", nil }})
	t.Cleanup(func() { assert.NoError(t, c.Close()) })
	return &platform{Connector: c, answer: map[string]any{}}
}

func one(t *testing.T, endpoint string, o plugin.Options) *plugin.Plugins {
	t.Helper()
	o.Endpoints, o.Services = map[string]string{"p": endpoint}, newPlatform(t)
	return plugin.New(o)
}

func check(t *testing.T, p *plugin.Plugins) error {
	t.Helper()
	client, err := p.Client(t.Context(), plugin.Ref{ID: "p"})
	if err != nil {
		return err
	}
	_, err = healthv1.NewHealthClient(client.Conn()).Check(t.Context(), &healthv1.HealthCheckRequest{})
	return err
}
