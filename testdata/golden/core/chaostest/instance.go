//go:build unix

package chaostest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// settings are GLOBAL of a configuration.
type settings map[string]any

// showConfig gives the settings that a service has with nothing configured.
func showConfig(t *testing.T, binary string) settings {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, "show-config", "-o", "json") //nolint:gosec // it was built just now
	cmd.Env = append(os.Environ(), "SPACEONE_CONFIG_FILE=")
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	require.NoError(t, err, "show-config: %s", &complaint)
	var shown struct{ Global settings }
	require.NoError(t, json.Unmarshal(out, &shown), string(out))
	return shown.Global
}

// database makes a database, and gives its name and the settings of a service that uses it.
func (w *world) database(t *testing.T) (string, settings) {
	t.Helper()
	w.names++
	name := fmt.Sprintf("service_%d", w.names)
	require.NoError(t, w.postgres.do(t.Context(), "postgres", "CREATE DATABASE "+name))
	return name, openTo(map[string]any{
		"engine": "postgresql", "host": "127.0.0.1", "port": w.postgres.port, "db": name, "username": postgresUser, "sslmode": "disable",
	})
}

// openTo are the settings of a service that is open to everyone and uses a database.
func openTo(database map[string]any) settings {
	return settings{
		"HANDLERS":   map[string]any{"authentication": []any{}, "authorization": []any{}, "mutation": []any{}, "event": []any{}},
		"LOG":        map[string]any{"level": "warn", "requests": false},
		"DATABASES":  map[string]any{"default": database},
		"SCHEDULERS": map[string]any{},
	}
}

// sqlite are the settings of a service that keeps what it has in a file of the test's own.
func sqlite(t *testing.T) settings {
	t.Helper()
	return openTo(map[string]any{"engine": "sqlite", "path": filepath.Join(t.TempDir(), "service.db")})
}

// An instance is a process of the service.
type instance struct {
	*process
	grpc, rest, admin string // addresses

	dir         string
	environment []string
	command     []string
}

// how an instance is started, but for its settings.
type how struct {
	server      string   // as the command run has it; empty: all
	environment []string // NAME=value
	wrapped     []string // a command that runs the service's
}

// start runs the service on ports of its own, and waits until it is ready.
func (w *world) start(t *testing.T, s settings, h how) *instance {
	t.Helper()
	ports := freePorts(t, 3)
	s = maps.Clone(s)
	s["HOST"], s["PORT"], s["REST_PORT"], s["ADMIN_PORT"] = "127.0.0.1", ports[0], ports[1], ports[2]
	dir := t.TempDir()
	config := filepath.Join(dir, "config.yaml")
	text, err := json.Marshal(map[string]any{"GLOBAL": s}) // which is YAML, too
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(config, text, 0o600))
	at := func(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }
	i := &instance{
		grpc: at(ports[0]), rest: at(ports[1]), admin: at(ports[2]), dir: dir,
		environment: append([]string{"SPACEONE_CONFIG_FILE=" + config}, h.environment...),
		command:     slices.Concat(h.wrapped, []string{w.binary, "run", cmp.Or(h.server, "all")}),
	}
	i.again(t)
	return i
}

// again starts the instance once more, where it was, and waits until it is ready.
func (i *instance) again(t *testing.T) {
	t.Helper()
	i.launch(t)
	i.await(t)
}

func (i *instance) launch(t *testing.T) {
	t.Helper()
	i.process = launch(t, "service", i.dir, nil, i.environment, i.command[0], i.command[1:]...)
}

// await waits until the instance is ready.
func (i *instance) await(t *testing.T) {
	t.Helper()
	eventually(t, startTime, "the service is ready", func(ctx context.Context) error {
		require.NoError(t, i.alive())
		return i.ready(ctx)
	})
}

// ready asks the instance whether it can work.
func (i *instance) ready(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+i.admin+"/check", nil)
	if err != nil {
		return err
	}
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close() //nolint:errcheck // it is read below
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", res.Status, body)
	}
	return err
}
