package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	defaults "github.com/cloudforet-io/console/config"
	"github.com/cloudforet-io/console/internal/config"
)

// write gives the name of a file of that content.
func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

func nothing(string) string { return "" }

func TestDefaults(t *testing.T) {
	c, err := config.Load(defaults.Default, "", nothing)
	require.NoError(t, err)
	assert.Equal(t, "127.0.0.1:8080", c.Address())
	assert.NotEmpty(t, c.Title)
	assert.Empty(t, c.Services)
}

func TestLaterOverridesEarlier(t *testing.T) {
	file := write(t, "PORT: 9000\ntitle: Acme\nservices:\n  identity: http://identity:8000\n  inventory: https://inventory/base\nproduction: {THEME: {dark: true}}\n")
	c, err := config.Load(defaults.Default, file, nothing)
	require.NoError(t, err)
	assert.Equal(t, "127.0.0.1:9000", c.Address())
	assert.Equal(t, "Acme", c.Title)
	assert.Equal(t, map[string]any{"THEME": map[string]any{"dark": true}}, c.Production)
	require.Len(t, c.Services, 2)
	assert.Equal(t, "https://inventory/base", c.Services["inventory"].String())

	environment := map[string]string{"SPACEONE_HOST": "::", "SPACEONE_PORT": "1", "PORT": "2", "SPACEONE_SERVICES": "cost=http://cost:8000, identity=http://id"}
	c, err = config.Load(defaults.Default, file, func(key string) string { return environment[key] })
	require.NoError(t, err)
	assert.Equal(t, "[::]:1", c.Address())
	assert.Equal(t, "Acme", c.Title)
	require.Len(t, c.Services, 2)
	assert.Equal(t, "http://cost:8000", c.Services["cost"].String())
}

func TestEmptyFileSaysNothing(t *testing.T) {
	c, err := config.Load(defaults.Default, write(t, "# nothing\n"), nothing)
	require.NoError(t, err)
	assert.Equal(t, 8080, c.Port)
}

func TestMistakesAreNamed(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"unknown":       {"servcies: {}", `line 1: there is no setting "servcies"`},
		"production":    {"title: x\nproduction: dark", "line 2: production: give keys of config.json"},
		"port":          {"title: x\nport: http", `line 2: port "http" is none`},
		"port too high": {"port: 70000", `port "70000" is none`},
		"several":       {"title: [a, b]", "line 1: title is one value"},
		"no YAML":       {"title: 'x", "yaml"},
		"list":          {"services: [identity]", "services: give a name and an address each"},
		"gRPC":          {"services: {identity: 'grpc://identity:50051'}", "give that of its REST server, as in http://identity:8000"},
		"no host":       {"services: {identity: 'http://'}", "identity has the address"},
		"password":      {"services: {identity: 'http://me:x@host'}", "identity has the address"},
		"name":          {"services: {'../x': 'http://host'}", `"../x" is no name`},
	} {
		t.Run(name, func(t *testing.T) {
			file := write(t, tc.text)
			_, err := config.Load(defaults.Default, file, nothing)
			require.ErrorContains(t, err, tc.want)
			assert.ErrorContains(t, err, file)
		})
	}
	_, err := config.Load(defaults.Default, filepath.Join(t.TempDir(), "none.yaml"), nothing)
	require.ErrorIs(t, err, os.ErrNotExist)
	for value, want := range map[string]string{
		"identity":                        "is no service",
		"a=http://a,a=http://b":           "named twice",
		"identity=grpc://identity:50051,": "is no service",
	} {
		_, err := config.Load(defaults.Default, "", func(key string) string {
			return map[string]string{"SPACEONE_SERVICES": value}[key]
		})
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "SPACEONE_SERVICES")
	}
}
