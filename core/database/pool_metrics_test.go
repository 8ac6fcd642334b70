package database_test

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
)

// measured are the values of a registry's metrics, by name and labels.
func measured(t *testing.T, registry *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := registry.Gather()
	require.NoError(t, err)
	all := map[string]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			name := family.GetName()
			for _, label := range m.GetLabel() {
				name += " " + label.GetValue()
			}
			all[name] = m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	return all
}

func TestPoolIsMeasured(t *testing.T) {
	databasetest.OnEveryEngine(t, starMigrations(), func(t *testing.T, db *database.DB) {
		registry := prometheus.NewPedanticRegistry()
		require.NoError(t, db.Measure(registry, "default"))
		require.Error(t, db.Measure(registry, "default"), "twice")
		require.NoError(t, db.Measure(registry, "other"))
		holding, taken, done := make(chan struct{}), make(chan struct{}), make(chan error, 2)
		one := func() error {
			tx, err := db.Conn(t.Context()).BeginTx(t.Context(), nil)
			if err != nil {
				return err
			}
			taken <- struct{}{}
			<-holding
			return tx.Rollback()
		}
		go func() { done <- one() }()
		<-taken
		got := measured(t, registry)
		assert.EqualValues(t, 1, got["database_pool_max_connections default"])
		assert.EqualValues(t, 1, got["database_pool_connections default in_use"])
		assert.EqualValues(t, 0, got["database_pool_connections default idle"])

		go func() { done <- one() }()
		require.Eventually(t, func() bool { return measured(t, registry)["database_pool_waits_total default"] >= 1 }, 10*time.Second, time.Millisecond)
		close(holding)
		<-taken
		require.NoError(t, <-done)
		require.NoError(t, <-done)
		got = measured(t, registry)
		assert.EqualValues(t, 0, got["database_pool_connections default in_use"])
		assert.EqualValues(t, 1, got["database_pool_connections other idle"])
		assert.Positive(t, got["database_pool_wait_seconds_total default"])
	}, func(o *database.Options) { o.MaxOpen = 1 })
}
