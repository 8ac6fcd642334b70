package database

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// PoolStats are the connections of a DB now, and what calls have waited for them since it
// was opened.
type PoolStats struct {
	Max      int           // connections that may be open
	InUse    int           // connections that a statement or a transaction has
	Idle     int           // open connections that nobody has
	Waits    int64         // times that no connection was free
	WaitTime time.Duration // of all Waits together
}

// Stats tells how the pool of connections does.
func (db *DB) Stats() PoolStats {
	if db.pool != nil {
		s := db.pool.Stat()
		return PoolStats{
			Max: int(s.MaxConns()), InUse: int(s.AcquiredConns()), Idle: int(s.IdleConns()),
			Waits: s.EmptyAcquireCount(), WaitTime: s.EmptyAcquireWaitTime(),
		}
	}
	s := db.bun.Stats()
	return PoolStats{Max: s.MaxOpenConnections, InUse: s.InUse, Idle: s.Idle, Waits: s.WaitCount, WaitTime: s.WaitDuration}
}

// Measure registers the metrics of the pool, under the name that DATABASES gives the
// database. A second database of that name is an error.
func (db *DB) Measure(r prometheus.Registerer, name string) error {
	if err := r.Register(newPoolCollector(name, db.Stats)); err != nil {
		return fmt.Errorf("registering the metrics of the database %s: %w", name, err)
	}
	return nil
}

// poolCollector asks a pool when Prometheus does.
type poolCollector struct {
	stats                       func() PoolStats
	most, open, waits, waitTime *prometheus.Desc
}

func newPoolCollector(database string, stats func() PoolStats) *poolCollector {
	labels := prometheus.Labels{"database": database}
	return &poolCollector{
		stats: stats,
		most: prometheus.NewDesc("database_pool_max_connections",
			"Connections to the database that may be open.", nil, labels),
		open: prometheus.NewDesc("database_pool_connections",
			"Open connections to the database, by state (in_use, idle).", []string{"state"}, labels),
		waits: prometheus.NewDesc("database_pool_waits_total",
			"Times that no connection to the database was free.", nil, labels),
		waitTime: prometheus.NewDesc("database_pool_wait_seconds_total",
			"How long calls have waited for a connection to the database.", nil, labels),
	}
}

// Describe is that of prometheus.Collector.
func (c *poolCollector) Describe(out chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{c.most, c.open, c.waits, c.waitTime} {
		out <- desc
	}
}

// Collect is that of prometheus.Collector.
func (c *poolCollector) Collect(out chan<- prometheus.Metric) {
	s := c.stats()
	out <- prometheus.MustNewConstMetric(c.most, prometheus.GaugeValue, float64(s.Max))
	out <- prometheus.MustNewConstMetric(c.open, prometheus.GaugeValue, float64(s.InUse), "in_use")
	out <- prometheus.MustNewConstMetric(c.open, prometheus.GaugeValue, float64(s.Idle), "idle")
	out <- prometheus.MustNewConstMetric(c.waits, prometheus.CounterValue, float64(s.Waits))
	out <- prometheus.MustNewConstMetric(c.waitTime, prometheus.CounterValue, s.WaitTime.Seconds())
}
