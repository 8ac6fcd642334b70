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

	core "github.com/cloudforet-io/spacegen/core/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/cost-analysis/config"
	"github.com/cloudforet-io/cost-analysis/internal/app"
)

// running is the service with every server that it has, on ports of its own.
type running struct {
	grpc, rest, admin string
	stop              func() error
}

// build makes the service with what the test configures; DIR in it is a folder
// of the test's own.
func build(t *testing.T, settings string) *app.App {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "config.yaml")
	require.NoError(t, os.WriteFile(file, []byte(strings.ReplaceAll(settings, "DIR", dir)), 0o600))
	cfg, err := core.Load(t.Context(), config.Defaults(), file)
	require.NoError(t, err)
	a, err := app.New(t.Context(), cfg, "test")
	require.NoError(t, err)
	return a
}

// start runs the service as its command does, with what the test configures; all
// servers, if none are named. A port that somebody else takes first is tried anew.
func start(t *testing.T, settings string, servers ...string) running {
	t.Helper()
	if len(servers) == 0 {
		servers = app.Names()
	}
	for range 5 {
		if r, ok := attempt(t, settings, servers); ok {
			return r
		}
	}
	require.Fail(t, "the service does not start")
	return running{}
}

func attempt(t *testing.T, settings string, servers []string) (r running, ok bool) {
	t.Helper()
	ports := ""
	for key, address := range map[string]*string{"PORT": &r.grpc, "REST_PORT": &r.rest, "ADMIN_PORT": &r.admin} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		*address = listener.Addr().String()
		ports += fmt.Sprintf("%s: %d\n", key, listener.Addr().(*net.TCPAddr).Port)
		require.NoError(t, listener.Close())
	}
	a := build(t, ports+settings)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx, servers...) }()
	r.stop = sync.OnceValue(func() error { cancel(); return <-done })
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if strings.Contains(get(r.admin, "/check"), `"SERVING"`) {
			t.Cleanup(func() {
				assert.NoError(t, r.stop())
				a.Close(context.Background())
			})
			return r, true
		}
		if len(done) > 0 {
			break
		}
	}
	t.Log("try again:", r.stop())
	a.Close(context.Background())
	return r, false
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

func TestStartAndStop(t *testing.T) {
	service := start(t, settings)
	assert.Contains(t, get(service.admin, "/metrics"), "go_goroutines")
	assert.NoError(t, service.stop())
}
