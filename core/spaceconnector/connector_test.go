package spaceconnector_test

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/reflection"
	"google.golang.org/grpc/status"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/spaceconnector"
)

// monitor is a health service that remembers what came with the last call. The
// test and the server's goroutines look at it.
type monitor struct {
	*health.Server

	mu   sync.Mutex
	md   metadata.MD
	fail error
	hang bool // until the caller has enough
}

// behave says how calls are answered from now on.
func (m *monitor) behave(fail error, hang bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail, m.hang = fail, hang
}

// seen is what came with the last call.
func (m *monitor) seen(key string) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.md.Get(key)
}

// called notes a call, and gives how it is answered.
func (m *monitor) called(ctx context.Context) (hang bool, fail error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.md, _ = metadata.FromIncomingContext(ctx)
	return m.hang, m.fail
}

func (m *monitor) Watch(req *healthv1.HealthCheckRequest, stream grpc.ServerStreamingServer[healthv1.HealthCheckResponse]) error {
	if _, fail := m.called(stream.Context()); fail != nil {
		return fail
	}
	return m.Server.Watch(req, stream)
}

func (m *monitor) Check(ctx context.Context, req *healthv1.HealthCheckRequest) (*healthv1.HealthCheckResponse, error) {
	hang, fail := m.called(ctx)
	if fail != nil {
		return nil, fail
	}
	if hang {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return m.Server.Check(ctx, req)
}

func serve(t *testing.T, reflect func(*grpc.Server)) (*monitor, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := grpc.NewServer()
	m := &monitor{Server: health.NewServer()}
	healthv1.RegisterHealthServer(server, m)
	reflect(server)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return m, "grpc://" + listener.Addr().String() + "/v1"
}

func v1AndAlpha(s *grpc.Server) { reflection.Register(s) }

func connect(t *testing.T, endpoint string) *spaceconnector.Connector {
	t.Helper()
	c := spaceconnector.New(spaceconnector.Options{
		Endpoints: map[string]string{"monitor": endpoint}, Timeout: 5 * time.Second,
		Token: func() (string, error) { return "system-token", nil },
	})
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func TestDispatch(t *testing.T) {
	m, endpoint := serve(t, v1AndAlpha)
	c := connect(t, endpoint)
	for range 2 { // the second time the method is known
		answer, err := c.Dispatch(t.Context(), "monitor", "Health.Check", map[string]any{"service": "", "unknown": 1})
		require.NoError(t, err)
		assert.Equal(t, map[string]any{"status": "SERVING"}, answer)
	}
	assert.Equal(t, []string{"system-token"}, m.seen("token"))
}

func TestCallersMetadataGoesAlong(t *testing.T) {
	m, endpoint := serve(t, v1AndAlpha)
	c := connect(t, endpoint)
	p, err := pipeline.New(pipeline.Options{Service: "test"})
	require.NoError(t, err)
	ctx := pipeline.WithMetadata(t.Context(), pipeline.Metadata{Token: "mine", DomainID: "d", WorkspaceID: "w"})
	_, err = pipeline.Call(ctx, p, pipeline.Method{Resource: "X", Verb: "y"}, &healthv1.HealthCheckRequest{},
		func(ctx context.Context, _ *healthv1.HealthCheckRequest) (*healthv1.HealthCheckResponse, error) {
			if _, err := c.Dispatch(ctx, "monitor", "Health.Check", nil); err != nil {
				return nil, err
			}
			assert.Equal(t, []string{"mine"}, m.seen("token"))
			assert.Equal(t, []string{"d"}, m.seen("x_domain_id"))
			assert.Equal(t, []string{"w"}, m.seen("x_workspace_id"))
			_, err := c.DispatchAsSystem(ctx, "monitor", "Health.Check", nil)
			assert.Equal(t, []string{"system-token"}, m.seen("token"))
			assert.Empty(t, m.seen("x_domain_id"))
			return &healthv1.HealthCheckResponse{}, err
		})
	require.NoError(t, err)
}

func TestOlderReflection(t *testing.T) {
	_, endpoint := serve(t, func(s *grpc.Server) { reflection.Register(only{s, "v1alpha."}) })
	answer, err := connect(t, endpoint).Dispatch(t.Context(), "monitor", "Health.Check", nil)
	require.NoError(t, err)
	assert.Equal(t, "SERVING", answer["status"])

	_, endpoint = serve(t, func(*grpc.Server) {})
	_, err = connect(t, endpoint).Dispatch(t.Context(), "monitor", "Health.Check", nil)
	assert.Equal(t, codes.Unimplemented, apierror.From(err).Status, "no reflection at all")
}

// only registers services of some names.
type only struct {
	*grpc.Server
	part string
}

func (o only) RegisterService(desc *grpc.ServiceDesc, impl any) {
	if strings.Contains(desc.ServiceName, o.part) {
		o.Server.RegisterService(desc, impl)
	}
}

func TestErrorsOfThePeer(t *testing.T) {
	m, endpoint := serve(t, v1AndAlpha)
	c := connect(t, endpoint)
	m.behave(status.Error(codes.PermissionDenied, "ERROR_PERMISSION_DENIED: Permission denied."), false)
	_, err := c.Dispatch(t.Context(), "monitor", "Health.Check", nil)
	fault := apierror.From(err)
	assert.Equal(t, codes.PermissionDenied, fault.Status)
	assert.Equal(t, "ERROR_PERMISSION_DENIED: Permission denied.", fault.Error())

	_, err = c.Dispatch(t.Context(), "monitor", "Health.nope", nil)
	assert.Equal(t, codes.Unimplemented, apierror.From(err).Status)
	_, err = c.Dispatch(t.Context(), "monitor", "nope", nil)
	assert.ErrorContains(t, err, "Resource.verb")
	_, err = c.Dispatch(t.Context(), "monitor", "Health.Check", map[string]any{"service": 3})
	assert.Equal(t, "ERROR_INVALID_PARAMETER", apierror.From(err).Code)
}

func TestCallsEndThoughTheirCallersWouldWaitLonger(t *testing.T) {
	m, endpoint := serve(t, v1AndAlpha)
	_, err := connect(t, endpoint).Dispatch(t.Context(), "monitor", "Health.Check", nil)
	require.NoError(t, err)
	m.behave(nil, true)
	for name, tc := range map[string]struct{ timeout, allowed, deadline time.Duration }{
		"as the connector says": {50 * time.Millisecond, 0, time.Hour},
		"as the call says":      {time.Hour, 50 * time.Millisecond, time.Hour},
		"as its context says":   {time.Hour, time.Hour, 50 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			c := spaceconnector.New(spaceconnector.Options{Endpoints: map[string]string{"monitor": endpoint}, Timeout: tc.timeout})
			defer func() { require.NoError(t, c.Close()) }()
			ctx, cancel := context.WithTimeout(t.Context(), tc.deadline)
			defer cancel()
			if tc.allowed > 0 {
				ctx = spaceconnector.Allow(ctx, tc.allowed)
			}
			_, err := c.Dispatch(ctx, "monitor", "Health.Check", nil)
			assert.Equal(t, "ERROR_GRPC_TIMEOUT", apierror.From(err).Code)
		})
	}
}

// TestLargeAnswers are as large as a server of the platform gives them by default.
func TestLargeAnswers(t *testing.T) {
	m, endpoint := serve(t, v1AndAlpha)
	const services = 50
	for i := range services {
		m.SetServingStatus(fmt.Sprintf("%0100000d", i), healthv1.HealthCheckResponse_SERVING)
	}
	answer, err := connect(t, endpoint).Dispatch(t.Context(), "monitor", "Health.List", nil)
	require.NoError(t, err)
	assert.Len(t, answer["statuses"], services+1)

	small := spaceconnector.New(spaceconnector.Options{Endpoints: map[string]string{"monitor": endpoint}, MaxMessageLength: 1 << 20})
	defer func() { require.NoError(t, small.Close()) }()
	_, err = small.Dispatch(t.Context(), "monitor", "Health.List", nil)
	assert.Equal(t, codes.ResourceExhausted, apierror.From(err).Status)
}

func TestEndpoints(t *testing.T) {
	c := connect(t, "http://host")
	_, err := c.Dispatch(t.Context(), "nowhere", "A.b", nil)
	assert.ErrorContains(t, err, "no endpoint of the service nowhere")
	_, err = c.Dispatch(t.Context(), "monitor", "A.b", nil)
	assert.ErrorContains(t, err, "none of grpc, grpc+ssl, unix")
	_, err = connect(t, "identity").Dispatch(t.Context(), "monitor", "A.b", nil)
	assert.ErrorContains(t, err, "grpc://host:port")

	_, err = connect(t, "grpc://127.0.0.1:1").Dispatch(t.Context(), "monitor", "Health.Check", nil)
	assert.Equal(t, "ERROR_GRPC_CONNECTION", apierror.From(err).Code)
}

// TestNamesAreLookedUp: a target without dns:/// would be what a proxy, or a default,
// makes of it.
func TestNamesAreLookedUp(t *testing.T) {
	for _, endpoint := range []string{"grpc://identity:50051", "grpc+ssl://identity:50051/v1", "grpcs://identity:50051"} {
		client, err := connect(t, endpoint).Endpoint(endpoint)
		require.NoError(t, err)
		conn, ok := client.Conn().(*grpc.ClientConn)
		require.True(t, ok)
		assert.Equal(t, "dns:///identity:50051", conn.Target())
	}
}

func TestStream(t *testing.T) {
	m, endpoint := serve(t, v1AndAlpha)
	c := connect(t, endpoint)
	var got []any
	client, err := c.Endpoint(endpoint)
	require.NoError(t, err)
	for answer, err := range client.Stream(t.Context(), "Health.Watch", nil) {
		require.NoError(t, err)
		got = append(got, answer["status"])
		if len(got) == 1 {
			m.SetServingStatus("", healthv1.HealthCheckResponse_NOT_SERVING)
			continue
		}
		break // the server would go on for ever
	}
	assert.Equal(t, []any{"SERVING", "NOT_SERVING"}, got)
	assert.Empty(t, m.seen("token"), "a plugin need not be trusted")

	got = nil
	for answer, err := range client.Stream(t.Context(), "Health.Check", nil) { // does not stream
		require.NoError(t, err)
		got = append(got, answer["status"])
	}
	assert.Equal(t, []any{"NOT_SERVING"}, got)
}

func TestStreamEndsWithItsError(t *testing.T) {
	m, endpoint := serve(t, v1AndAlpha)
	client, err := connect(t, endpoint).Endpoint(endpoint)
	require.NoError(t, err)
	m.behave(status.Error(codes.PermissionDenied, "ERROR_PERMISSION_DENIED: no"), false)
	for method, want := range map[string]string{"Health.Watch": "ERROR_PERMISSION_DENIED", "Health.Sing": "no method"} {
		t.Run(method, func(t *testing.T) {
			var errs []error
			for answer, err := range client.Stream(t.Context(), method, nil) {
				assert.Nil(t, answer)
				errs = append(errs, err)
			}
			require.Len(t, errs, 1)
			assert.ErrorContains(t, errs[0], want)
		})
	}
}

func TestEndpointIsASocket(t *testing.T) {
	at := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", at)
	require.NoError(t, err)
	s := grpc.NewServer()
	healthv1.RegisterHealthServer(s, health.NewServer())
	reflection.Register(s)
	go func() { _ = s.Serve(listener) }()
	t.Cleanup(s.Stop)
	c := spaceconnector.New(spaceconnector.Options{})
	t.Cleanup(func() { assert.NoError(t, c.Close()) })
	client, err := c.Endpoint("unix://" + at)
	require.NoError(t, err)
	answer, err := client.Call(t.Context(), "Health.Check", nil)
	require.NoError(t, err)
	assert.Equal(t, "SERVING", answer["status"])
}
