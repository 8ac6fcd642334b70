package telemetrytest

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/telemetry"
)

// planted is part of every secret of these tests.
const planted = "pl4nted"

// A secret that a caller sends reaches neither log nor span nor metric, whichever way the
// call goes: it succeeds, it fails in the database, its task fails.
func TestCallersSecretsStayInside(t *testing.T) {
	w := newWhole(t, errors.New("the task failed"))
	const body = `{"region_id": "seoul", "secret": "pl4nted-1", "options": {"api_key": "pl4nted-2", "list": [{"Password": "pl4nted-3"}]}}`
	headers := []string{"Authorization", "Bearer pl4nted-4", "token", "pl4nted-5", "Cookie", "session=pl4nted-6"}
	require.Equal(t, http.StatusOK, w.post(t, "/regions?token=pl4nted-7", body, headers...), w.logged())
	require.Error(t, w.ran(t))
	assert.NotEqual(t, http.StatusOK, w.post(t, "/regions?token=pl4nted-7", body, headers...), "it is there already")
	w.post(t, "/nowhere?password=pl4nted-8", body, headers...)
	w.post(t, "/regions", `{"secret": "pl4nted-9"`, headers...) // no JSON

	assert.Contains(t, w.logged().String(), "seoul", "requests are logged")
	assert.NotContains(t, w.logged().String(), planted)
	for _, span := range w.spans.GetSpans() {
		assert.NotContains(t, fmt.Sprintf("%+v", span), planted, span.Name)
	}
	metrics := httptest.NewRecorder()
	promhttp.HandlerFor(w.Registry, promhttp.HandlerOpts{}).ServeHTTP(metrics, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	text := metrics.Body
	assert.Contains(t, text.String(), "calls_total")
	assert.NotContains(t, text.String(), planted)
}

// The password of a database that cannot be reached, or refuses it, is in no error: those
// are logged.
func TestPasswordsOfDatabasesStayInside(t *testing.T) {
	for name, o := range map[string]database.Options{
		"nobody there": {Host: "127.0.0.1", Port: 1},
		"no such host": {Host: "no-such-host.invalid"},
		"bad mode":     {Host: "127.0.0.1", SSLMode: "whatever"},
		"a MongoDB":    {Host: "mongodb://user:pl4nted@mongo:27017/db"},
		"a URL":        {Host: "postgres://user:pl4nted@host/db"},
		"odd port":     {Host: "127.0.0.1", Port: 70000},
	} {
		t.Run(name, func(t *testing.T) {
			o.Engine, o.Name, o.Username, o.Password = database.PostgreSQL, "db", "user", "pl4nted"
			out := new(bytes.Buffer)
			tel, err := telemetry.Setup(t.Context(), telemetry.Options{Service: "inventory", Output: out})
			require.NoError(t, err)
			_, err = database.Open(t.Context(), o)
			require.Error(t, err)
			tel.Log.Error("cannot start", "error", err)
			assert.Contains(t, out.String(), "cannot start")
			assert.NotContains(t, fmt.Sprintf("%v %+v", err, err), planted)
			assert.NotContains(t, out.String(), planted)
		})
	}
}
