//go:build unix

package charttest

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// beside renders the chart of a service as the original umbrella chart has its values,
// and the ConfigMap shared-conf as that chart writes it: whole, and of MongoDB.
func beside(t *testing.T, dir string, own map[string]any) objects {
	t.Helper()
	text, err := os.ReadFile(original(t, "umbrella"))
	require.NoError(t, err)
	var values map[string]map[string]any
	var whole map[string]any
	require.NoError(t, yaml.Unmarshal(text, &whole))
	values = map[string]map[string]any{"global": whole["global"].(map[string]any), "inventory": whole["inventory"].(map[string]any)}
	shared, err := yaml.Marshal(values["global"]["shared_conf"])
	require.NoError(t, err)
	require.Contains(t, string(shared), "27017")
	service := values["inventory"]
	service["global"] = values["global"]
	service["application_grpc"].(map[string]any)["ENDPOINTS"] = []any{}
	service["scheduler"], service["worker"] = false, false
	of, err := yaml.Marshal(service)
	require.NoError(t, err)
	over, err := yaml.Marshal(own)
	require.NoError(t, err)
	got := manifests(t, filepath.Join(dir, "deploy", "helm"), "--values", given(t, string(of)), "--values", given(t, string(over)))
	got["ConfigMap/shared-conf"] = object{"data": map[string]any{"shared.yaml": string(shared)}}
	return got
}

// A service starts on what the original umbrella chart renders, and keeps its data in
// the PostgreSQL that its own values name.
func TestE2EPodBesideOriginals(t *testing.T) {
	dir := service(t)
	binary := built(t, dir)
	host, port, err := net.SplitHostPort(startPostgres(t))
	require.NoError(t, err)
	addresses := map[string]string{"rest": freeAddress(t)}
	_, rest, err := net.SplitHostPort(addresses["rest"])
	require.NoError(t, err)
	number, err := strconv.Atoi(rest)
	require.NoError(t, err)
	got := beside(t, dir, map[string]any{
		"application": map[string]any{
			"HOST": "127.0.0.1", "ADMIN_PORT": 0, "REST_PORT": number, "AUTHENTICATION": "none",
			"HANDLERS": map[string]any{"authentication": []any{}, "authorization": []any{}, "mutation": []any{}},
		},
		"application_rest": map[string]any{"DATABASES": map[string]any{"default": map[string]any{"db": "v2-inventory", "read_preference": "PRIMARY"}}, "ENDPOINTS": []any{}},
		"postgresql": map[string]any{
			"database": "inventory", "existingSecret": "made-by-an-operator",
			"existingSecretKeys": map[string]any{"host": "host", "port": "port", "username": "user", "password": "password"},
		},
	})
	got["Secret/made-by-an-operator"] = object{"stringData": map[string]any{
		"host": host, "port": port, "user": "inventory", "password": "postgres-password",
	}}
	l := startPod(t, got, got["Deployment/inventory-rest"], binary)
	ready(t, map[string]*log{"rest": l}, addresses)
	created := post(t, addresses["rest"], "/inventory/v1/region/create", regionRequest(t, dir))
	assert.NotEmpty(t, created["region_id"])
	assert.NotContains(t, l.String(), "mongodb")
	assert.NotContains(t, l.String(), "postgres-password")
}

// Without it the pod ends with a message that says what is missing.
func TestE2EPodWithMongoDB(t *testing.T) {
	dir := service(t)
	binary := built(t, dir)
	got := beside(t, dir, nil)
	l := startPod(t, got, got["Deployment/inventory"], binary)
	l.waitFor(t, "host mongodb and port 27017 are settings of MongoDB, and this service needs PostgreSQL")
	assert.Contains(t, l.String(), "as in --set postgresql.host=NAME")
	assert.NotContains(t, l.String(), "dial", "nothing was called")
	assert.NotContains(t, l.String(), "reach the database")
}
