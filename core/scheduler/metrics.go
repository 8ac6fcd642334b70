package scheduler

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct{ fires *prometheus.CounterVec }

func newMetrics(r prometheus.Registerer) (*metrics, error) {
	m := &metrics{fires: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "scheduler_fires_total",
		Help: "Fires of the schedulers, by scheduler and result (done, taken by another replica, failed, missed).",
	}, []string{"scheduler", "result"})}
	if r == nil {
		return m, nil
	}
	if err := r.Register(m.fires); err != nil {
		return nil, fmt.Errorf("registering the schedulers' metrics: %w", err)
	}
	return m, nil
}

func (m *metrics) fire(scheduler, result string) {
	m.fires.WithLabelValues(scheduler, result).Inc()
}

func (m *metrics) missed(scheduler string, n int) {
	m.fires.WithLabelValues(scheduler, "missed").Add(float64(n))
}
