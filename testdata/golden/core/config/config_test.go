package config_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/config"
)

const defaults = `
SERVICE: inventory
DATABASES:
  default: {engine: sqlite, path: inventory.db}
`

// write makes a document in dir and gives its path.
func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestDefaults(t *testing.T) {
	c, err := config.Load(t.Context(), [][]byte{[]byte(defaults)}, "")
	require.NoError(t, err)
	assert.Equal(t, "inventory", c.Service)
	assert.Equal(t, "127.0.0.1:50051", c.GRPCAddress())
	assert.Equal(t, "127.0.0.1:8000", c.RestAddress())
	assert.Equal(t, "127.0.0.1:9090", c.AdminAddress())
	assert.Equal(t, 30*time.Second, c.GracePeriod)
	assert.Equal(t, 16<<20, c.MaxMessageLength)
	assert.Equal(t, 100, c.MaxWorkers)
	assert.Equal(t, 1000, c.MaxStreams)
	assert.Equal(t, time.Minute, c.CallTimeout)
	assert.True(t, c.DatabaseAutoMigrate)
	assert.True(t, c.Log.Requests)
	assert.Equal(t, config.Database{Engine: "sqlite", Path: "inventory.db"}, c.Databases["default"])
}

func TestLaterOverridesEarlierAndMapsMerge(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "database.yaml", "GLOBAL:\n  DATABASES: {default: {engine: postgresql, host: pg, password: one}}\n")
	write(t, dir, "shared.yaml", "DATABASES: {default: {password: two}}\nTOKEN: abc\n")
	main := write(t, dir, "config.yaml", "GLOBAL: {PORT: 50052, HOST: 0.0.0.0}\nIMPORT:\n  - file://"+dir+
		"/database.yaml\n  - "+dir+"/shared.yaml\n  - file://"+dir+"/none.yaml?optional=true\n")
	c, err := config.Load(t.Context(), [][]byte{[]byte(defaults)}, main)
	require.NoError(t, err)
	assert.Equal(t, "0.0.0.0:50052", c.GRPCAddress())
	assert.Equal(t, "abc", c.Token)
	assert.Equal(t, config.Database{Engine: "postgresql", Path: "inventory.db", Host: "pg", Password: "two"}, c.Databases["default"])
}

func TestUnknownSettings(t *testing.T) {
	path := write(t, t.TempDir(), "config.yaml", `
MAX_WORKRES: 5
REGION: kr
DATABASES: {default: {sslmod: verify-full}}
CACHES: {default: {host: redis, tls: true}}
QUEUES: {q: {host: redis, tls: true, kind: fast}}
HANDLERS: {event: [{backend: log, colour: red}]}
`)
	c, err := config.Load(t.Context(), [][]byte{[]byte(defaults + "REGION: eu\n")}, path)
	require.NoError(t, err)
	assert.Equal(t, []string{"DATABASES.default.sslmod", "MAX_WORKRES", "QUEUES.q.kind"}, c.Unknown(),
		"not what the service's defaults have, nor options of handlers")
	assert.True(t, c.Caches["default"].TLS)
	assert.True(t, c.Queues["q"].TLS)
}

func TestSchedulersAndWorkersOfThePlatform(t *testing.T) {
	path := write(t, t.TempDir(), "config.yaml", `
GLOBAL:
  QUEUES:
    collector_q: {backend: spaceone.core.queue.redis_queue.RedisQueue, host: redis, port: 6379, channel: collector}
  SCHEDULERS:
    hourly_scheduler: {backend: spaceone.inventory.scheduler.inventory_scheduler.InventoryHourlyScheduler, queue: collector_q, interval: 1, minute: ':00'}
  WORKERS:
    collector_worker: {backend: spaceone.core.scheduler.worker.BaseWorker, queue: collector_q, pool: 8}
`)
	c, err := config.Load(t.Context(), [][]byte{[]byte(defaults)}, path)
	require.NoError(t, err)
	assert.Equal(t, config.Queue{Backend: "spaceone.core.queue.redis_queue.RedisQueue", Host: "redis", Port: 6379, Channel: "collector"}, c.Queues["collector_q"])
	assert.Equal(t, config.Scheduler{
		Backend: "spaceone.inventory.scheduler.inventory_scheduler.InventoryHourlyScheduler",
		Queue:   "collector_q", Interval: 1, Minute: ":00",
	}, c.Schedulers["hourly_scheduler"])
	assert.Equal(t, config.Worker{Backend: "spaceone.core.scheduler.worker.BaseWorker", Queue: "collector_q", Pool: 8}, c.Workers["collector_worker"])
}

func TestRemoteDocuments(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/plain.yaml":
			_, _ = w.Write([]byte("PORT: 1111\n"))
		case "/v1/kv/inventory/conf":
			assert.Equal(t, "true", r.URL.Query().Get("raw"))
			_, _ = w.Write([]byte("REST_PORT: 2222\n"))
		case "/typed.yaml":
			_, _ = w.Write([]byte("PORT: a\n"))
		case "/none.txt":
			_, _ = w.Write([]byte("GLOBAL: no map\n"))
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	dir := t.TempDir()

	c, err := config.Load(t.Context(), [][]byte{[]byte(defaults)}, write(t, dir, "a.yaml",
		"REMOTE_URL: ["+server.URL+"/plain.yaml, 'consul://"+host+"/inventory/conf']\n"))
	require.NoError(t, err)
	assert.Equal(t, 1111, c.Port)
	assert.Equal(t, 2222, c.RestPort)

	for text, want := range map[string]string{"gone.yaml": "404", "none.txt": "not a map", "typed.yaml": "PORT must be a number, and is a text"} {
		_, err = config.Load(t.Context(), nil, write(t, dir, "b.yaml", "IMPORT: ['http://user:t0psecret@"+host+"/"+text+"']\n"))
		assert.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "t0psecret")
	}
}

func TestMistakesAreNamed(t *testing.T) {
	dir := t.TempDir()
	for name, tc := range map[string]struct{ text, want string }{
		"another type":    {"GLOBAL: {PORT: '80'}", "PORT must be a number, and is a text"},
		"deep type":       {"GLOBAL: {DATABASES: {default: [1]}}", "DATABASES.default must be a map, and is a list"},
		"no YAML":         {"GLOBAL: {", "configuration"},
		"GLOBAL no map":   {"GLOBAL: 3", "GLOBAL is a number, not a map"},
		"imports no list": {"IMPORT: 3", "IMPORT is a number"},
		"import no URI":   {"IMPORT: [3]", "not only URIs"},
		"missing import":  {"IMPORT: [file:///no/such.yaml]", "/no/such.yaml"},
		"unknown scheme":  {"IMPORT: [ftp://host/x]", "scheme ftp"},
		"port":            {"GLOBAL: {PORT: 70000}", "PORT is 70000"},
		"grace":           {"GLOBAL: {GRACE_PERIOD: 0s}", "GRACE_PERIOD"},
		"delay":           {"GLOBAL: {DRAIN_DELAY: -1s}", "DRAIN_DELAY"},
		"workers":         {"GLOBAL: {MAX_WORKERS: 0}", "MAX_WORKERS"},
		"streams":         {"GLOBAL: {MAX_STREAMS: 0}", "MAX_STREAMS"},
		"call":            {"GLOBAL: {CALL_TIMEOUT: 0s}", "CALL_TIMEOUT"},
		"message length":  {"GLOBAL: {MAX_MESSAGE_LENGTH: -1}", "MAX_MESSAGE_LENGTH"},
		"authentication":  {"GLOBAL: {AUTHENTICATION: off}", "AUTHENTICATION"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := config.Load(context.Background(), [][]byte{[]byte(defaults)}, write(t, dir, "config.yaml", tc.text))
			require.ErrorContains(t, err, tc.want)
		})
	}
	self := filepath.Join(dir, "self.yaml")
	_, err := config.Load(t.Context(), nil, write(t, dir, "self.yaml", "IMPORT: [file://"+self+"]"))
	assert.ErrorContains(t, err, "does one import itself?")
	_, err = config.Load(t.Context(), nil, filepath.Join(dir, "gone.yaml"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestMaskedShowsNoSecret(t *testing.T) {
	path := write(t, t.TempDir(), "c.yaml", `
GLOBAL:
  TOKEN: t0psecret
  DATABASES: {default: {engine: postgresql, password: t0psecret, username: app}}
  CONNECTORS: {Payment: {headers: {Authorization: Bearer t0psecret, X-Api-Key: t0psecret}}}
  HANDLERS: {authorization: [{backend: MayHandler}], event: [{backend: webhook, url: 'https://user:t0psecret@host/x', broker: 'amqp://user:a@t0psecret@host/x'}]}
  MY_OWN: {api_key: t0psecret, name: kept}
`)
	c, err := config.Load(t.Context(), [][]byte{[]byte(defaults)}, path)
	require.NoError(t, err)
	text, err := c.Masked()
	require.NoError(t, err)
	assert.NotContains(t, string(text), "t0psecret")
	assert.Contains(t, string(text), "username: app")
	assert.Contains(t, string(text), "backend: MayHandler")
	assert.Contains(t, string(text), "name: kept")
	assert.Equal(t, map[string]any{"api_key": "t0psecret", "name": "kept"}, c.Value("MY_OWN"), "the settings themselves are whole")
	assert.Nil(t, (*config.Config)(nil).Value("MY_OWN"))
}
