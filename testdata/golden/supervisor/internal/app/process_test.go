package app_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	core "github.com/cloudforet-io/spacegen/core/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/cloudforet-io/supervisor/config"
	"github.com/cloudforet-io/supervisor/internal/app"
)

// TestMain lets the tests' own program play the plugin that the supervisor runs
// and, to be killed, the supervisor.
func TestMain(m *testing.M) {
	var err error
	switch file := os.Getenv("TEST_SUPERVISOR"); {
	case os.Getenv("TEST_PLUGIN") != "":
		err = playPlugin(os.Args[1])
	case file != "":
		err = playSupervisor(file)
	default:
		os.Exit(m.Run())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// playPlugin serves health checks and says by its service's name which process
// it is.
func playPlugin(port string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		return err
	}
	checks := health.NewServer()
	checks.SetServingStatus("pid "+strconv.Itoa(os.Getpid()), healthv1.HealthCheckResponse_SERVING)
	server := grpc.NewServer()
	healthv1.RegisterHealthServer(server, checks)
	return server.Serve(listener)
}

// playSupervisor does what the command does.
func playSupervisor(file string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	cfg, err := core.Load(ctx, config.Defaults(), file)
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, "test")
	if err != nil {
		return err
	}
	defer a.Close(context.WithoutCancel(ctx))
	return a.Run(ctx, app.Names()...)
}

// pidAt gives the process that plays the plugin at a port; 0 if none does.
func pidAt(t *testing.T, port int) int {
	t.Helper()
	conn, err := grpc.NewClient(net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer conn.Close() //nolint:errcheck // it was read
	all, err := healthv1.NewHealthClient(conn).List(t.Context(), &healthv1.HealthListRequest{})
	if err != nil {
		return 0
	}
	for name := range all.GetStatuses() {
		if text, ok := strings.CutPrefix(name, "pid "); ok {
			pid, err := strconv.Atoi(text)
			require.NoError(t, err)
			return pid
		}
	}
	return 0
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close() //nolint:errcheck // it held nothing
	return listener.Addr().(*net.TCPAddr).Port
}

// plugin is the configuration of a supervisor that is wanted to run one plugin.
func plugin(t *testing.T, port int) string {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	return fmt.Sprintf(`
SCHEDULERS: {sync_plugins: {interval: 1}}
WANTED_PLUGINS: [{plugin_id: plugin-asset, version: "1.0", image: example/asset, kind: inventory.Collector}]
CONNECTORS:
  ProcessConnector:
    start_port: %d
    end_port: %d
    programs: {example/asset: {command: [%s, "{port}"], env: {TEST_PLUGIN: "yes"}}}
`, port, port, strconv.Quote(program))
}

// runs waits for the plugin at a port, and gives its process.
func runs(t *testing.T, port int) (pid int) {
	t.Helper()
	require.Eventually(t, func() bool { pid = pidAt(t, port); return pid != 0 }, time.Minute, 50*time.Millisecond)
	return pid
}

func gone(t *testing.T, pid int) {
	t.Helper()
	assert.Eventually(t, func() bool { return syscall.Kill(pid, 0) != nil }, time.Minute, 20*time.Millisecond)
}

func TestAPluginIsKeptRunning(t *testing.T) {
	port := freePort(t)
	start(t, settings+plugin(t, port))
	first := runs(t, port)
	require.NoError(t, syscall.Kill(first, syscall.SIGKILL))
	gone(t, first)
	assert.NotEqual(t, first, runs(t, port))
}

func TestAPluginEndsWithItsSupervisor(t *testing.T) {
	for name, how := range map[string]syscall.Signal{"told to stop": syscall.SIGTERM, "killed": syscall.SIGKILL} {
		t.Run(name, func(t *testing.T) {
			if how == syscall.SIGKILL && runtime.GOOS != "linux" {
				t.Skip("only Linux ends the children of a process that is killed")
			}
			port := freePort(t)
			file := filepath.Join(t.TempDir(), "config.yaml")
			require.NoError(t, os.WriteFile(file, []byte(settings+"ADMIN_PORT: 0\n"+plugin(t, port)), 0o600))
			supervisor := exec.Command(os.Args[0])
			supervisor.Env = append(os.Environ(), "TEST_SUPERVISOR="+file)
			supervisor.Stderr = os.Stderr
			require.NoError(t, supervisor.Start())
			pid := runs(t, port)
			require.NoError(t, supervisor.Process.Signal(how))
			_ = supervisor.Wait()
			gone(t, pid)
		})
	}
}
