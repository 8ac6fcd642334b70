package app_test

import (
	"context"
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

	"github.com/cloudforet-io/minimal/config"
	corev1 "github.com/cloudforet-io/minimal/gen/go/spaceone/api/core/v1"
	"github.com/cloudforet-io/minimal/internal/app"
	core "github.com/cloudforet-io/minimal/internal/core/config"
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

func TestStartAndStop(t *testing.T) {
	service := start(t, settings)
	assert.Contains(t, get(service.admin, "/metrics"), "go_goroutines")
	assert.NoError(t, service.stop())
}

func TestNobodyBeyondThisMachineGetsInUnasked(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(file, []byte("HOST: 0.0.0.0\n"), 0o600))
	cfg, err := core.Load(t.Context(), config.Defaults, file)
	require.NoError(t, err)
	a, err := app.New(t.Context(), cfg, "test")
	require.NoError(t, err)
	defer a.Close(t.Context())
	assert.ErrorContains(t, a.Run(t.Context(), app.Names()...), "AUTHENTICATION: none")
}
