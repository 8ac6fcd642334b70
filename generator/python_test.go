package generator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// TestE2EPython has a client in Python, which does what clients of Cloudforet do, talk to
// an emitted identity, inventory and plugin, on SQLite and on PostgreSQL.
func TestE2EPython(t *testing.T) {
	python := pythonWith(t, "grpc", "python3-grpcio")
	binaries := t.TempDir()
	for golden, command := range map[string]string{"example-identity": "identity", "example-inventory": "inventory", "plugin-asset": "plugin-asset"} {
		buildGolden(t, golden, command, filepath.Join(binaries, command))
	}
	for engine, database := range map[string]func(t *testing.T, name string) map[string]any{
		"sqlite": func(t *testing.T, name string) map[string]any {
			return map[string]any{"engine": "sqlite", "path": filepath.Join(t.TempDir(), name+".db")}
		},
		"postgresql": postgresDatabase,
	} {
		t.Run(engine, func(t *testing.T) {
			const password = "Open sesame 2"
			identity := service{binary: filepath.Join(binaries, "identity"), global: map[string]any{"DATABASES": map[string]any{"default": database(t, "identity")}}}
			begun := identity.bootstrap(t, password)
			address := identity.run(t)
			conversation, err := json.Marshal(map[string]string{
				"identity": address,
				"inventory": service{binary: filepath.Join(binaries, "inventory"), global: map[string]any{
					"DATABASES": map[string]any{"default": database(t, "inventory")}, "TOKEN": begun.SystemToken,
					"HANDLERS": map[string]any{
						"authentication": []any{map[string]any{"backend": "SpaceONEAuthenticationHandler"}},
						"authorization":  []any{map[string]any{"backend": "SpaceONEAuthorizationHandler"}},
						"mutation":       []any{map[string]any{"backend": "SpaceONEMutationHandler"}},
					},
					"CONNECTORS": map[string]any{"SpaceConnector": map[string]any{"endpoints": map[string]any{"identity": "grpc://" + address}}},
				}}.run(t),
				"plugin": service{binary: filepath.Join(binaries, "plugin-asset"), global: map[string]any{}}.run(t),
				"domain": "acme", "password": password, "system_token": begun.SystemToken,
			})
			require.NoError(t, err)
			cmd := exec.CommandContext(t.Context(), python, "testdata/python/conversation.py")
			var said bytes.Buffer
			cmd.Stdin, cmd.Stderr = bytes.NewReader(conversation), &said
			cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
			out, err := cmd.Output()
			require.NoError(t, err, said.String())
			var done struct{ Calls int }
			require.NoError(t, json.Unmarshal(out, &done), string(out))
			assert.Greater(t, done.Calls, 50)
			t.Logf("%d calls", done.Calls)
		})
	}
}

// pythonWith finds a Python that has a module, which is in a package of Debian.
func pythonWith(t *testing.T, module, debian string) string {
	t.Helper()
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.CommandContext(t.Context(), python, "-c", "import "+module).Run() == nil {
			return python
		}
	}
	if os.Getenv("SPACEGEN_REQUIRE_TOOLS") != "" {
		t.Fatalf("python3 with the module %s (Debian: %s) is required", module, debian)
	}
	t.Skipf("no python3 with the module %s (Debian: %s)", module, debian)
	return ""
}

// buildGolden builds the command of a golden repository.
func buildGolden(t *testing.T, golden, command, to string) {
	t.Helper()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", to, "./cmd/"+command)
	build.Dir = filepath.Join(goldenFolder, golden)
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
}

// postgresDatabase makes a database of its own on the server that the environment names.
func postgresDatabase(t *testing.T, name string) map[string]any {
	t.Helper()
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		t.Skip("TEST_DATABASE_URL names no PostgreSQL")
	}
	at, err := url.Parse(server)
	require.NoError(t, err)
	name = fmt.Sprintf("python_%s_%d", name, time.Now().UnixNano())
	do := func(statement string) {
		out, err := exec.Command("psql", server, "-qc", statement).CombinedOutput() //nolint:gosec // the test's own
		require.NoError(t, err, string(out))
	}
	do("CREATE DATABASE " + name)
	t.Cleanup(func() { do("DROP DATABASE " + name + " WITH (FORCE)") })
	password, _ := at.User.Password()
	port, err := strconv.Atoi(at.Port())
	require.NoError(t, err)
	return map[string]any{
		"engine": "postgresql", "host": at.Hostname(), "port": port, "username": at.User.Username(), "password": password, "db": name, "sslmode": "disable",
	}
}

// A service is an emitted one, as a process.
type service struct {
	binary string
	global map[string]any
}

// begun is what bootstrap says.
type begun struct {
	DomainID    string `json:"domain_id"`
	SystemToken string `json:"system_token"`
}

func (s service) command(ctx context.Context, t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	text, err := yaml.Marshal(map[string]any{"GLOBAL": s.global})
	require.NoError(t, err)
	config := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(config, text, 0o600))
	cmd := exec.CommandContext(ctx, s.binary, args...) //nolint:gosec // it was built just now
	cmd.Env = append(os.Environ(), "SPACEONE_CONFIG_FILE="+config)
	return cmd
}

// bootstrap begins a platform, with the administrator admin of the domain acme.
func (s service) bootstrap(t *testing.T, password string) (said begun) {
	t.Helper()
	cmd := s.command(t.Context(), t, "bootstrap", "--domain", "acme", "--user", "admin", "--password-env", "PASSWORD", "--json")
	cmd.Env = append(cmd.Env, "PASSWORD="+password)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	require.NoError(t, err, complaint.String())
	require.NoError(t, json.Unmarshal(out, &said))
	return said
}

// run runs the service until the test ends, and says where it answers gRPC.
func (s service) run(t *testing.T) string {
	t.Helper()
	ports := freePorts(t, 3)
	s.global["PORT"], s.global["REST_PORT"], s.global["ADMIN_PORT"] = ports[0], ports[1], ports[2]
	ctx, cancel := context.WithCancel(context.Background())
	serving := s.command(ctx, t, "run", "all")
	var said bytes.Buffer
	serving.Stdout, serving.Stderr = &said, &said
	require.NoError(t, serving.Start())
	ended := make(chan struct{})
	go func() {
		_ = serving.Wait() // it is killed
		close(ended)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
		if t.Failed() {
			t.Log(said.String())
		}
	})
	// It can work once all its servers run, of which the one for gRPC is the first.
	require.Eventually(t, func() bool {
		answer, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/check", ports[2]))
		if err != nil {
			return false
		}
		_ = answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	}, time.Minute, 50*time.Millisecond, "%s does not answer", s.binary)
	return fmt.Sprintf("127.0.0.1:%d", ports[0])
}

// call calls a method of the identity v2 that runs, such as token/issue, by REST.
func (s service) call(t *testing.T, method, token string, req, res any) {
	t.Helper()
	body, err := json.Marshal(req)
	require.NoError(t, err)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, fmt.Sprintf("http://127.0.0.1:%d/identity/v2/%s", s.global["REST_PORT"], method), bytes.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Token", token)
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close() //nolint:errcheck // it is read below
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode, "%s: %s", method, text)
	require.NoError(t, json.Unmarshal(text, res))
}

// freePorts finds ports that nobody listens on.
func freePorts(t *testing.T, n int) []int {
	t.Helper()
	ports := make([]int, n)
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer l.Close() //nolint:errcheck // nobody has connected
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	return ports
}
