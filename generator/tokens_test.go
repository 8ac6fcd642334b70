package generator_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/spaceconnector"
)

// TestTokensByPython runs the emitted identity and has Python check its tokens as
// Cloudforet's own services do.
func TestTokensByPython(t *testing.T) {
	if err := exec.CommandContext(t.Context(), "python3", "-c", "import cryptography").Run(); err != nil {
		if os.Getenv("SPACEGEN_REQUIRE_TOOLS") != "" {
			t.Fatalf("python3 with the package cryptography (python3-cryptography) is required: %v", err)
		}
		t.Skip("no python3 with the package cryptography")
	}
	id := runIdentity(t)
	services := spaceconnector.New(spaceconnector.Options{
		Endpoints: map[string]string{"identity": id.grpc}, Token: func() (string, error) { return id.begun.SystemToken, nil },
	})
	defer services.Close() //nolint:errcheck // it was only read from
	root := domainOf(t, id.begun.SystemToken)
	keys := map[string]any{}
	for _, domain := range []string{root, id.begun.DomainID} {
		answer, err := services.DispatchAsSystem(t.Context(), "identity", "Domain.get_public_key", map[string]any{"domain_id": domain})
		require.NoError(t, err)
		keys[domain] = answer["public_key"]
	}
	var issued struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	id.call(t, "token/issue", "", map[string]any{
		"domain_id": id.begun.DomainID, "auth_type": "LOCAL", "credentials": map[string]any{"user_id": "admin", "password": id.password},
	}, &issued)

	asked, err := json.Marshal(map[string]any{"keys": keys, "tokens": map[string]string{
		"system": id.begun.SystemToken, "access": issued.Access, "refresh": issued.Refresh,
	}})
	require.NoError(t, err)
	python := exec.CommandContext(t.Context(), "python3", "testdata/check_tokens.py")
	python.Stdin, python.Stderr = bytes.NewReader(asked), os.Stderr
	out, err := python.Output()
	require.NoError(t, err)
	answers := map[string]any{}
	require.NoError(t, json.Unmarshal(out, &answers))

	claimsAre(t, answers["access"], map[string]any{
		"iss": "spaceone.identity", "typ": "ACCESS_TOKEN", "own": "USER", "did": id.begun.DomainID, "aud": "admin", "ver": "2.0",
	}, "rol")
	claimsAre(t, answers["system"], map[string]any{
		"iss": "spaceone.identity", "typ": "SYSTEM_TOKEN", "own": "SYSTEM", "did": root, "ver": "2.0",
	}, "aud")
	assert.Equal(t, "signature", answers["refresh"], "it is no access token for whoever checks nothing but signatures")
}

// domainOf reads which domain a token says that it is of.
func domainOf(t *testing.T, token string) string {
	t.Helper()
	_, rest, _ := strings.Cut(token, ".")
	payload, _, _ := strings.Cut(rest, ".")
	text, err := base64.RawURLEncoding.DecodeString(payload)
	require.NoError(t, err)
	var said struct{ Did string }
	require.NoError(t, json.Unmarshal(text, &said))
	return said.Did
}

// claimsAre holds claims against those that are known, texts of any content, and times.
func claimsAre(t *testing.T, answer any, known map[string]any, texts ...string) {
	t.Helper()
	claims, ok := answer.(map[string]any)
	require.True(t, ok, "%v", answer)
	for name, want := range known {
		assert.Equal(t, want, claims[name], name)
	}
	for _, name := range append(texts, "jti") {
		assert.IsType(t, "", claims[name], name)
		assert.NotEmpty(t, claims[name], name)
	}
	issued, _ := claims["iat"].(float64)
	expires, _ := claims["exp"].(float64)
	assert.InDelta(t, time.Now().Unix(), issued, 600)
	assert.Greater(t, expires, issued)
}

// identity is the emitted identity service, as a process.
type identity struct {
	grpc     string
	rest     string
	password string
	begun    struct {
		DomainID    string `json:"domain_id"`
		SystemToken string `json:"system_token"`
	}
}

// runIdentity builds the golden identity, begins a platform on SQLite and runs it until
// the test ends.
func runIdentity(t *testing.T) *identity {
	t.Helper()
	dir := t.TempDir()
	binary := filepath.Join(dir, "identity")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./cmd/identity")
	build.Dir = filepath.Join(goldenFolder, "example-identity")
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))

	ports := freePorts(t, 3)
	id := &identity{grpc: fmt.Sprintf("grpc://127.0.0.1:%d", ports[0]), rest: fmt.Sprintf("http://127.0.0.1:%d/identity/", ports[1]), password: "Open sesame, 2 times"}
	config := filepath.Join(dir, "config.yaml")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil,
		"GLOBAL:\n  PORT: %d\n  REST_PORT: %d\n  ADMIN_PORT: %d\n  DATABASES: {default: {engine: sqlite, path: %s}}\n",
		ports[0], ports[1], ports[2], filepath.Join(dir, "identity.db")), 0o600))
	run := func(ctx context.Context, args ...string) *exec.Cmd {
		cmd := exec.CommandContext(ctx, binary, args...) //nolint:gosec // it was built just now
		cmd.Env = append(os.Environ(), "SPACEONE_CONFIG_FILE="+config, "PASSWORD="+id.password)
		return cmd
	}
	bootstrap := run(t.Context(), "bootstrap", "--domain", "acme", "--user", "admin", "--password-env", "PASSWORD", "--json")
	bootstrap.Stderr = os.Stderr
	said, err := bootstrap.Output()
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(said, &id.begun))

	ctx, cancel := context.WithCancel(context.Background())
	serving := run(ctx, "run", "all")
	require.NoError(t, serving.Start())
	t.Cleanup(func() { cancel(); _ = serving.Wait() })
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", ports[1]))
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	}, time.Minute, 50*time.Millisecond)
	return id
}

// call calls a method by REST, such as token/issue.
func (id *identity) call(t *testing.T, method, token string, req, res any) {
	t.Helper()
	body, err := json.Marshal(req)
	require.NoError(t, err)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, id.rest+"v2/"+method, bytes.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Token", token)
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close() //nolint:errcheck // it is read below
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode, string(text))
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
