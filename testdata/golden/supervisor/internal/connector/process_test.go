package connector

import (
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/cloudforet-io/supervisor/internal/model"
)

// TestMain lets the tests' own program play the plugins that they run.
func TestMain(m *testing.M) {
	if role := os.Getenv("TEST_PLUGIN"); role != "" {
		playPlugin(role)
		return
	}
	os.Exit(m.Run())
}

func playPlugin(role string) {
	server := grpc.NewServer()
	address := "127.0.0.1:0"
	switch role {
	case "crash":
		os.Exit(3)
	case "silent":
		time.Sleep(time.Hour)
	case "port":
		address = "127.0.0.1:" + os.Args[1]
	case "old": // knows no health checks
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
	}
	if role != "old" {
		healthv1.RegisterHealthServer(server, health.NewServer())
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if role != "port" {
		fmt.Printf("1|1|tcp|%s|grpc\n", listener.Addr())
	}
	_ = server.Serve(listener)
}

// local gives the backend of programs that play these roles, by image.
func local(t *testing.T, settings map[string]any, roles ...string) *processes {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	programs := map[string]any{}
	for _, role := range roles {
		command := []any{program}
		if role == "port" {
			command = append(command, "{port}")
		}
		programs[role] = map[string]any{"command": command, "env": map[string]any{"TEST_PLUGIN": role}}
	}
	all := map[string]any{"programs": programs}
	for key, value := range settings {
		all[key] = value
	}
	b, err := newProcesses(&config.Config{Connectors: map[string]map[string]any{"ProcessConnector": all}})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, b.Close()) })
	return b
}

func of(role string) model.Plugin {
	return model.Plugin{ID: "plugin-" + role, Version: "1", Image: role}
}

// shows waits until the only instance is as the test wants it.
func shows(t *testing.T, b Backend, what string, is func(model.Instance) bool) model.Instance {
	t.Helper()
	var last []model.Instance
	require.Eventually(t, func() bool {
		var err error
		last, err = b.List(t.Context())
		return err == nil && len(last) == 1 && is(last[0])
	}, time.Minute, 50*time.Millisecond, what)
	return last[0]
}

func serves(i model.Instance) bool { return i.State == model.Active && i.Ready }

func (b *processes) pid(name string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.running[name].cmd.Process.Pid
}

// gone reports whether a process has ended.
func gone(pid int) bool { return syscall.Kill(pid, 0) != nil }

func TestAProcessFindsItsOwnPort(t *testing.T) {
	for _, role := range []string{"announce", "old"} {
		t.Run(role, func(t *testing.T) {
			b := local(t, nil, role)
			require.NoError(t, b.Start(t.Context(), of(role)))
			i := shows(t, b, "it serves", serves)
			assert.Equal(t, "plugin-"+role, i.PluginID)
			assert.True(t, strings.HasPrefix(i.Endpoint, "grpc://127.0.0.1:"), i.Endpoint)
			assert.False(t, i.Drifted)
			require.NoError(t, b.Start(t.Context(), of(role)), "it runs")
			assert.Equal(t, i.Endpoint, shows(t, b, "the same one", serves).Endpoint)
		})
	}
}

func TestAProcessIsGivenAPort(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	first := listener.Addr().(*net.TCPAddr).Port
	defer listener.Close() //nolint:errcheck // the first port is somebody else's
	b := local(t, map[string]any{"start_port": first, "end_port": min(first+20, 65535)}, "port")
	require.NoError(t, b.Start(t.Context(), of("port")))
	i := shows(t, b, "it serves", serves)
	assert.NotEqual(t, "grpc://127.0.0.1:"+strconv.Itoa(first), i.Endpoint)
	folder := b.running[i.Name].folder
	assert.FileExists(t, filepath.Join(folder, "config.yaml"))
	require.NoError(t, b.Stop(t.Context(), i.Name))
	assert.NoDirExists(t, folder)
}

func TestAKilledProcessComesBackAtOnce(t *testing.T) {
	b := local(t, nil, "announce")
	p := of("announce")
	require.NoError(t, b.Start(t.Context(), p))
	shows(t, b, "it serves", serves)
	pid := b.pid(p.Name())
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
	i := shows(t, b, "it is gone", func(i model.Instance) bool { return i.State == model.Failed })
	assert.Contains(t, i.Reason, "killed")
	assert.True(t, i.Drifted)
	assert.False(t, time.Now().Before(i.Retry), "one failure makes no pause")
	require.NoError(t, b.Start(t.Context(), p))
	shows(t, b, "it serves again", serves)
	assert.NotEqual(t, pid, b.pid(p.Name()))
}

func TestAProcessThatCrashesIsLeftAlone(t *testing.T) {
	b := local(t, nil, "crash")
	var before time.Duration
	for n := range 4 {
		require.NoError(t, b.Start(t.Context(), of("crash")))
		i := shows(t, b, "it ended", func(i model.Instance) bool { return i.State == model.Failed })
		assert.Contains(t, i.Reason, "exit status 3")
		wait := time.Until(i.Retry).Round(time.Second)
		if n > 0 {
			assert.Greater(t, wait, before, "the pause grows")
		}
		before = wait
	}
	assert.Equal(t, 5*time.Minute, pause(100))
	assert.Equal(t, 3, failed(2, steady-1))
	assert.Equal(t, 1, failed(2, steady), "it ran well")
}

func TestAProcessThatDoesNotServe(t *testing.T) {
	b := local(t, nil, "silent")
	p := of("silent")
	require.NoError(t, b.Start(t.Context(), p))
	shows(t, b, "it may yet", func(i model.Instance) bool { return i.State == model.Provisioning && !i.Drifted })
	pid := b.pid(p.Name())
	child := b.running[p.Name()]
	child.mu.Lock()
	child.served = child.served.Add(-patience)
	child.mu.Unlock()
	i := shows(t, b, "it had its time", func(i model.Instance) bool { return i.State == model.Failed })
	assert.Contains(t, i.Reason, "does not serve")
	assert.True(t, i.Drifted)
	require.NoError(t, b.Start(t.Context(), p))
	assert.True(t, gone(pid), "it was ended")
	assert.NotEqual(t, pid, b.pid(p.Name()))
}

func TestProcessesEndWithTheSupervisor(t *testing.T) {
	b := local(t, nil, "announce")
	p := of("announce")
	require.NoError(t, b.Start(t.Context(), p))
	shows(t, b, "it serves", serves)
	pid := b.pid(p.Name())
	require.NoError(t, b.Close())
	assert.True(t, gone(pid))
	assert.ErrorContains(t, b.Start(t.Context(), p), "about to end")
	all, err := b.List(t.Context())
	require.NoError(t, err)
	assert.Empty(t, all)
}

func TestAProcessThatDoesNotStop(t *testing.T) {
	b := local(t, nil, "stubborn")
	b.grace = 100 * time.Millisecond
	p := of("stubborn")
	require.NoError(t, b.Start(t.Context(), p))
	shows(t, b, "it serves", serves)
	pid := b.pid(p.Name())
	require.NoError(t, b.Stop(t.Context(), p.Name()))
	assert.True(t, gone(pid))
}

func TestARestartIsAnotherProcess(t *testing.T) {
	b := local(t, nil, "announce")
	p := of("announce")
	require.NoError(t, b.Start(t.Context(), p))
	pid := b.pid(p.Name())
	require.NoError(t, b.Restart(t.Context(), p.Name()))
	assert.NotEqual(t, pid, b.pid(p.Name()))
	shows(t, b, "it serves", serves)
	assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(b.Restart(t.Context(), "nobody")).Code)
	assert.NoError(t, b.Stop(t.Context(), "nobody"))
}

func TestAPluginSeesNothingOfTheSupervisor(t *testing.T) {
	t.Setenv("SUPERVISOR_SECRET", "hidden")
	t.Setenv("SPACEONE_CONFIG_FILE", "/supervisor.yaml")
	for _, pair := range inherited() {
		assert.NotContains(t, pair, "hidden")
		assert.NotContains(t, pair, "SPACEONE")
	}
}

func TestProgramsThatCanNotRun(t *testing.T) {
	b := local(t, map[string]any{"programs": map[string]any{
		"gone": map[string]any{"command": []any{"/nowhere/plugin"}},
	}})
	assert.ErrorContains(t, b.Start(t.Context(), of("gone")), "/nowhere/plugin")
	assert.ErrorContains(t, b.Start(t.Context(), of("unknown")), "no program in place of the image unknown")
	all, err := b.List(t.Context())
	require.NoError(t, err)
	assert.Empty(t, all)

	for name, c := range map[string]struct {
		settings map[string]any
		want     string
	}{
		"misspelt":   {map[string]any{"program": map[string]any{}}, `unknown field "program"`},
		"no command": {map[string]any{"programs": map[string]any{"x": map[string]any{}}}, "the command of x is empty"},
		"ports":      {map[string]any{"start_port": 5, "end_port": 4}, "no ports"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newProcesses(&config.Config{Connectors: map[string]map[string]any{"ProcessConnector": c.settings}})
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestWhatAProcessSays(t *testing.T) {
	for name, c := range map[string]struct {
		writes []string
		found  string
		passed string
	}{
		"where it listens":   {[]string{"1|1|tcp|127.0.0.1:7|grpc\nhello\n"}, "127.0.0.1:7", "hello\n"},
		"in pieces":          {[]string{"1|1|tcp|127.", "0.0.1:7|grpc", "\n"}, "127.0.0.1:7", ""},
		"something else":     {[]string{"hello\n", "1|1|tcp|127.0.0.1:7|grpc\n"}, "", "hello\n1|1|tcp|127.0.0.1:7|grpc\n"},
		"a socket":           {[]string{"1|1|unix|/x|grpc\n"}, "", "1|1|unix|/x|grpc\n"},
		"a line without end": {[]string{strings.Repeat("x", 2000), "y"}, "", strings.Repeat("x", 2000) + "y"},
	} {
		t.Run(name, func(t *testing.T) {
			file, err := os.Create(filepath.Join(t.TempDir(), "out"))
			require.NoError(t, err)
			defer file.Close() //nolint:errcheck // it is read by its name
			found := ""
			a := &announcement{then: file, found: func(address string) { found = address }}
			for _, text := range c.writes {
				n, err := a.Write([]byte(text))
				require.NoError(t, err)
				assert.Equal(t, len(text), n)
			}
			passed, err := os.ReadFile(file.Name())
			require.NoError(t, err)
			assert.Equal(t, c.found, found)
			assert.Equal(t, c.passed, string(passed))
		})
	}
}
