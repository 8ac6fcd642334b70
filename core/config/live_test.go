package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/config"
)

func TestLiveHas(t *testing.T) {
	live := config.Live{Settings: []string{"ENDPOINTS", "QUEUES.*.max_waiting"}}
	for setting, want := range map[string]bool{
		"ENDPOINTS": true, "ENDPOINTS.identity": true, "ENDPOINTS_OLD": false,
		"QUEUES.q.max_waiting": true, "QUEUES.q.host": false, "QUEUES.q": false, "QUEUES": false,
	} {
		assert.Equal(t, want, live.Has(setting), setting)
	}
}

func TestChanged(t *testing.T) {
	load := func(text string) *config.Config {
		cfg, err := config.Load(t.Context(), [][]byte{[]byte(text)}, "")
		require.NoError(t, err)
		return cfg
	}
	before := load("PORT: 1\nENDPOINTS: {a: x, b: y}\nDATABASES: {default: {host: h}}\nOWN: [1]\n")
	assert.Empty(t, before.Changed(load("PORT: 1\nENDPOINTS: {a: x, b: y}\nDATABASES: {default: {host: h}}\nOWN: [1]\n")))
	after := load("PORT: 2\nENDPOINTS: {a: z, c: y}\nDATABASES: {more: {host: h}}\nOWN: [1, 2]\n")
	assert.Equal(t, []string{"DATABASES.default.host", "DATABASES.more.host", "ENDPOINTS.a", "ENDPOINTS.b", "ENDPOINTS.c", "OWN", "PORT"}, before.Changed(after))
}

func TestReloadReadsTheSameDocuments(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.yaml")
	write := func(text string) { require.NoError(t, os.WriteFile(file, []byte(text), 0o600)) }
	write("GLOBAL: {PORT: 1, REST_PORT: 1}\n")
	cfg, err := config.Load(t.Context(), [][]byte{[]byte("SERVICE: s\n")}, file)
	require.NoError(t, err)
	assert.Equal(t, []string{file}, cfg.Sources())
	cfg, err = cfg.With(map[string]any{"PORT": 7})
	require.NoError(t, err)
	write("GLOBAL: {PORT: 2, REST_PORT: 2}\n")
	for range 2 {
		fresh, err := cfg.Reload(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "s", fresh.Service)
		assert.Equal(t, 7, fresh.Port, "the command line stays above")
		assert.Equal(t, 2, fresh.RestPort)
		assert.Equal(t, 1, cfg.RestPort)
		cfg = fresh
		cfg.RestPort = 1
	}
	write("GLOBAL: {PORT: x}\n")
	_, err = cfg.Reload(t.Context())
	assert.ErrorContains(t, err, "PORT must be a number")
}
