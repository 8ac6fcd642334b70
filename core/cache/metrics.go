package cache

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

// counts are the reads of one cache by what came of them. They are nil where nobody
// counts.
type counts struct{ hits, misses, failures prometheus.Counter }

func (c *counts) read(found bool) {
	switch {
	case c == nil:
	case found:
		c.hits.Inc()
	default:
		c.misses.Inc()
	}
}

func (c *counts) failed() {
	if c != nil {
		c.failures.Inc()
	}
}

// Measure registers the metrics of the caches that are opened from now on.
func (a *Aliases) Measure(r prometheus.Registerer) error {
	reads := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "cache_reads_total",
		Help: "Reads of the caches, by cache and result (hit, miss, failed: Redis did not answer, or was left alone after it had not).",
	}, []string{"cache", "result"})
	if err := r.Register(reads); err != nil {
		return fmt.Errorf("registering the metrics of the caches: %w", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.reads = reads
	return nil
}

// counts are those of the cache of an alias; nil unless Measure was called.
func (a *Aliases) counts(alias string) *counts {
	if a.reads == nil {
		return nil
	}
	return &counts{
		hits:     a.reads.WithLabelValues(alias, "hit"),
		misses:   a.reads.WithLabelValues(alias, "miss"),
		failures: a.reads.WithLabelValues(alias, "failed"),
	}
}
