package config_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/config"
)

// load reads one document over the defaults.
func load(t *testing.T, text string) (*config.Config, error) {
	t.Helper()
	return config.Load(t.Context(), [][]byte{[]byte(defaults)}, write(t, t.TempDir(), "config.yaml", text))
}

// TestEndpoints: a map says where services are, a list what clients are told.
func TestEndpoints(t *testing.T) {
	for name, c := range map[string]struct {
		text     string
		services map[string]string
		public   []config.PublicEndpoint
	}{
		"empty list": {"ENDPOINTS: []", map[string]string{}, []config.PublicEndpoint{}},
		"list": {
			"ENDPOINTS: [{service: identity, name: Identity, endpoint: 'grpc://identity.example.com:443/v1'}]", map[string]string{},
			[]config.PublicEndpoint{{Service: "identity", Name: "Identity", Endpoint: "grpc://identity.example.com:443/v1"}},
		},
		"map": {"ENDPOINTS: {identity: grpc://a}", map[string]string{"identity": "grpc://a"}, []config.PublicEndpoint{}},
		"connectors": {
			`
CONNECTORS:
  PluginConnector: {endpoint: {v1: grpc://plugin}}
  CostAnalysisConnector: {endpoint: {v1: grpc://cost}}
  IdentityConnector: {endpoint: {v1: grpc://old}}
  SMTPConnector: {host: smtp, endpoint: none}
  SpaceConnector: {endpoints: {identity: grpc://b, inventory: grpc://c}}
ENDPOINTS: {inventory: grpc://a}
`,
			map[string]string{"identity": "grpc://b", "inventory": "grpc://a", "plugin": "grpc://plugin", "cost_analysis": "grpc://cost"},
			[]config.PublicEndpoint{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := load(t, c.text)
			require.NoError(t, err)
			assert.Equal(t, c.services, got.Services())
			assert.Equal(t, c.public, got.PublicEndpoints)
			assert.NotContains(t, got.Unknown(), "ENDPOINTS")
		})
	}
	_, err := load(t, "ENDPOINTS: identity")
	require.ErrorContains(t, err, "ENDPOINTS must be a map, and is a text")
	_, err = load(t, "ENDPOINTS: [identity]")
	require.ErrorContains(t, err, "PUBLIC_ENDPOINTS[0]")
}

// TestValueOfOneSetting: a file may hold a value and nothing else, as a Secret's does.
func TestValueOfOneSetting(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "password", "12 34: #\n")
	write(t, dir, "port", "6432\n")
	write(t, dir, "name", "six")
	read := func(imports string) (*config.Config, error) {
		return load(t, "GLOBAL: {DATABASES: {default: {port: 5432, password: other}}}\nIMPORT: ["+imports+"]\n")
	}
	c, err := read("'file://" + dir + "/password?key=DATABASES.default.password', 'file://" + dir + "/port?key=DATABASES.default.port', 'file://" +
		dir + "/none?optional=true&key=DATABASES.default.db'")
	require.NoError(t, err)
	assert.Equal(t, config.Database{Engine: "sqlite", Path: "inventory.db", Port: 6432, Password: "12 34: #"}, c.Databases["default"])

	_, err = read("'file://" + dir + "/name?key=DATABASES.default.port'")
	require.ErrorContains(t, err, "DATABASES.default.port must be a number, and the file holds something else")
	_, err = read("'file://" + dir + "/name?key=DATABASES'")
	require.ErrorContains(t, err, "DATABASES must be a map, and is a text")
}
