package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/cloudforet-io/inventory/config"
	corev1 "github.com/cloudforet-io/inventory/gen/go/spaceone/api/core/v1"
	"github.com/cloudforet-io/inventory/internal/app"
	core "github.com/cloudforet-io/inventory/internal/core/config"
)

// running is the service with every server that it has, on ports of its own.
type running struct {
	grpc, rest, admin string
	stop              func() error
}

// start runs the service as its command does, with what the test configures.
func start(t *testing.T, settings string) running {
	t.Helper()
	dir := t.TempDir()
	var r running
	ports := ""
	for key, address := range map[string]*string{"PORT": &r.grpc, "REST_PORT": &r.rest, "ADMIN_PORT": &r.admin} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		*address = listener.Addr().String()
		ports += fmt.Sprintf("%s: %d\n", key, listener.Addr().(*net.TCPAddr).Port)
		require.NoError(t, listener.Close())
	}
	file := filepath.Join(dir, "config.yaml")
	settings = ports + strings.ReplaceAll(settings, "DIR", dir)
	require.NoError(t, os.WriteFile(file, []byte(settings), 0o600))
	cfg, err := core.Load(t.Context(), config.Defaults, file)
	require.NoError(t, err)
	a, err := app.New(t.Context(), cfg, "test")
	require.NoError(t, err)

	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx, app.Names()...) }()
	r.stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() {
		assert.NoError(t, r.stop())
		a.Close(context.Background())
	})
	require.Eventually(t, func() bool { return strings.Contains(get(r.admin, "/check"), "SERVING") }, 10*time.Second, 20*time.Millisecond)
	return r
}

// get gives the body of a page; empty if it can't be had.
func get(address, path string) string {
	res, err := http.Get("http://" + address + path) //nolint:noctx // the server is this process's own
	if err != nil {
		return ""
	}
	defer res.Body.Close() //nolint:errcheck // it was read
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return ""
	}
	return string(body)
}

const settings = `
LOG: {level: error}
DATABASES: {default: {engine: sqlite, path: DIR/test.db}}
`

func dial(t *testing.T, address string) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.WaitForReady(true)))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	return conn
}

func TestGRPC(t *testing.T) {
	service := start(t, settings)
	conn := dial(t, service.grpc)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	health, err := healthv1.NewHealthClient(conn).Check(ctx, &healthv1.HealthCheckRequest{})
	require.NoError(t, err)
	assert.Equal(t, healthv1.HealthCheckResponse_SERVING, health.GetStatus())
	version, err := corev1.NewServerInfoClient(conn).GetVersion(ctx, &emptypb.Empty{})
	require.NoError(t, err)
	assert.Equal(t, "test", version.GetVersion())
	assert.NoError(t, service.stop())
}

func TestREST(t *testing.T) {
	service := start(t, settings)
	require.Eventually(t, func() bool { return strings.Contains(get(service.rest, "/check"), "SERVING") }, 10*time.Second, 20*time.Millisecond)
	assert.Contains(t, get(service.rest, "/openapi.json"), `"title":"inventory"`)
	assert.Contains(t, get(service.rest, "/docs/"), "openapi.json")
	assert.NoError(t, service.stop())
}

// post calls a method and gives its answer, or its error.
func post(t *testing.T, address, path, body string) map[string]any {
	t.Helper()
	res, err := http.Post("http://"+address+path, "application/json", bytes.NewBufferString(body)) //nolint:noctx // as above
	require.NoError(t, err)
	defer res.Body.Close() //nolint:errcheck // it is read below
	answer := map[string]any{}
	require.NoError(t, json.NewDecoder(res.Body).Decode(&answer))
	return answer
}

// TestScheduledTask follows a task all the way: a scheduler makes it, a worker
// takes it off the queue, a service does it.
func TestScheduledTask(t *testing.T) {
	service := start(t, settings+`
SCHEDULERS:
  every_second: {backend: HourlyScheduler, queue: inventory_q, kind: interval, interval: 1}
`)
	require.Eventually(t, func() bool {
		return strings.Contains(get(service.admin, "/metrics"), `calls_total{code="OK",method="Census.take"}`)
	}, 20*time.Second, 50*time.Millisecond)
	assert.NoError(t, service.stop())
}

func TestNobodyBeyondThisMachineGetsInUnasked(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(file, []byte("HOST: 0.0.0.0\nDATABASES: {default: {path: ':memory:'}}\n"), 0o600))
	cfg, err := core.Load(t.Context(), config.Defaults, file)
	require.NoError(t, err)
	a, err := app.New(t.Context(), cfg, "test")
	require.NoError(t, err)
	defer a.Close(t.Context())
	assert.ErrorContains(t, a.Run(t.Context(), app.Names()...), "AUTHENTICATION: none")
}
