package clustersecret

import (
	"encoding/json"
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cluster is as much of an API as has one Secret, token in the namespace here.
func cluster(t *testing.T) (data map[string][]byte, client *Client) {
	t.Helper()
	data = map[string][]byte{"other": []byte("stays")}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "Bearer account-token", r.Header.Get("Authorization"))
		if r.URL.Path != "/api/v1/namespaces/here/secrets/token" {
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte(`{"kind": "Status", "message": "secrets is forbidden"}`))
			return
		}
		if r.Method == http.MethodPatch {
			assert.Equal(t, "application/merge-patch+json", r.Header.Get("Content-Type"))
			assert.NoError(t, json.NewDecoder(r.Body).Decode(&struct {
				Data *map[string][]byte `json:"data"`
			}{&data}))
		}
		assert.NoError(t, json.NewEncoder(w).Encode(map[string]any{"kind": "Secret", "data": data}))
	}))
	t.Cleanup(server.Close)
	host, port, err := net.SplitHostPort(server.Listener.Addr().String())
	require.NoError(t, err)
	t.Setenv("KUBERNETES_SERVICE_HOST", host)
	t.Setenv("KUBERNETES_SERVICE_PORT", port)
	folder := t.TempDir()
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	for name, text := range map[string]string{"token": "account-token\n", "namespace": "here", "ca.crt": string(authority)} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	client, err = open(folder)
	require.NoError(t, err)
	return data, client
}

func TestSecret(t *testing.T) {
	data, c := cluster(t)
	value, err := c.Get(t.Context(), "token", "token")
	require.NoError(t, err)
	assert.Empty(t, value, "there is no such key yet")
	require.NoError(t, c.Set(t.Context(), "token", "token", "it's a secret"))
	for _, name := range []string{"token", "here/token"} {
		value, err = c.Get(t.Context(), name, "token")
		require.NoError(t, err)
		assert.Equal(t, "it's a secret", value)
	}
	assert.Equal(t, "stays", string(data["other"]))
}

func TestSecretIsRefused(t *testing.T) {
	_, c := cluster(t)
	for _, name := range []string{"another", "there/token"} {
		_, err := c.Get(t.Context(), name, "token")
		assert.ErrorContains(t, err, "read the Secret "+name+": the cluster answers 403 Forbidden: secrets is forbidden")
		assert.ErrorContains(t, c.Set(t.Context(), name, "token", "x"), "write the Secret "+name)
	}
}

func TestNoPod(t *testing.T) {
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	_, err := InCluster()
	assert.ErrorContains(t, err, "no pod")
	t.Setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
	t.Setenv("KUBERNETES_SERVICE_PORT", "1")
	folder := t.TempDir()
	_, err = open(folder)
	assert.ErrorContains(t, err, "read the account of the pod")
	for _, name := range []string{"token", "namespace", "ca.crt"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte("x"), 0o600))
	}
	_, err = open(folder)
	assert.ErrorContains(t, err, "holds no certificate")
}
