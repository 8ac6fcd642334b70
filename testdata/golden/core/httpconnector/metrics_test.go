package httpconnector_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/httpconnector"
)

// TestCallsAreCounted: once each, by how they ended, however many attempts they took.
func TestCallsAreCounted(t *testing.T) {
	registry := prometheus.NewRegistry()
	metrics, err := httpconnector.NewMetrics(registry)
	require.NoError(t, err)
	_, err = httpconnector.NewMetrics(registry)
	require.ErrorContains(t, err, "registering the metrics of HTTP connectors")

	hangs := make(chan struct{})
	p := newPeer(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/gone":
			w.WriteHeader(http.StatusNotFound)
		case "/hangs":
			<-hangs
		case "/fails":
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	t.Cleanup(func() { close(hangs) })
	made := func(name string, more map[string]any) *httpconnector.Client {
		c := httpconnector.New(httpconnector.Options{Name: name, Metrics: metrics, Config: &config.Config{
			Connectors: map[string]map[string]any{name: settings(p.url, more)},
		}})
		require.NoError(t, c.Check())
		t.Cleanup(func() { assert.NoError(t, c.Close()) })
		return c
	}
	one := made("OneConnector", map[string]any{"retries": 2, "breaker": map[string]any{"failures": 0}})
	require.NoError(t, one.Get(t.Context(), "/here", nil))
	require.NoError(t, one.Post(t.Context(), "/here", nil, nil))
	require.Error(t, one.Get(t.Context(), "/gone", nil))
	require.Error(t, one.Get(t.Context(), "/fails", nil))
	left, leave := context.WithCancel(t.Context())
	leave()
	require.Error(t, one.Get(left, "/here", nil))
	two := made("TwoConnector", map[string]any{"retries": 0, "timeout": "50ms", "breaker": map[string]any{"failures": 1, "open": "1h"}})
	require.Error(t, two.Get(t.Context(), "/hangs", nil))
	require.Error(t, two.Get(t.Context(), "/here", nil))

	assert.Equal(t, map[string]uint64{
		"OneConnector GET 200": 1, "OneConnector POST 200": 1, "OneConnector GET 404": 1, "OneConnector GET 503": 1, "OneConnector GET left": 1,
		"TwoConnector GET timeout": 1, "TwoConnector GET open": 1,
	}, counts(t, registry))
	assert.NoError(t, testutil.GatherAndCompare(registry, strings.NewReader(`
# HELP http_connector_retries_total Attempts beyond the first of calls of HTTP APIs, by connector and method.
# TYPE http_connector_retries_total counter
http_connector_retries_total{connector="OneConnector",method="GET"} 2
`), "http_connector_retries_total"))
}

// counts are how often calls ended how.
func counts(t *testing.T, registry *prometheus.Registry) map[string]uint64 {
	t.Helper()
	families, err := registry.Gather()
	require.NoError(t, err)
	all := map[string]uint64{}
	for _, family := range families {
		if family.GetName() != "http_connector_call_duration_seconds" {
			continue
		}
		for _, m := range family.GetMetric() {
			var labels []string
			for _, label := range m.GetLabel() { // sorted by name: connector, method, status
				labels = append(labels, label.GetValue())
			}
			all[strings.Join(labels, " ")] = m.GetHistogram().GetSampleCount()
		}
	}
	return all
}
