package cache

import (
	"context"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"
)

func TestReadsAreCounted(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	caches := NewAliases(map[string]Options{"shared": {Host: server.Host(), Port: server.Server().Addr().Port}})
	registry := prometheus.NewPedanticRegistry()
	require.NoError(t, caches.Measure(registry))
	t.Cleanup(func() { require.NoError(t, caches.Close()) })
	for _, alias := range []string{Default, "shared"} {
		c, err := caches.Get(alias)
		require.NoError(t, err)
		for range 3 { // one miss, then hits
			_, err := GetOrLoad(t.Context(), c, "a", 0, func(context.Context) (int, error) { return 1, nil })
			require.NoError(t, err)
		}
	}
	server.Close()
	shared, err := caches.Get("shared")
	require.NoError(t, err)
	for range 2 { // the second leaves it alone
		_, _, err = shared.Get(t.Context(), "a")
		require.NoError(t, err)
	}
	require.NoError(t, testutil.GatherAndCompare(registry, strings.NewReader(`
# HELP cache_reads_total Reads of the caches, by cache and result (hit, miss, failed: Redis did not answer, or was left alone after it had not).
# TYPE cache_reads_total counter
cache_reads_total{cache="default",result="failed"} 0
cache_reads_total{cache="default",result="hit"} 2
cache_reads_total{cache="default",result="miss"} 1
cache_reads_total{cache="shared",result="failed"} 2
cache_reads_total{cache="shared",result="hit"} 2
cache_reads_total{cache="shared",result="miss"} 1
`)))
}
