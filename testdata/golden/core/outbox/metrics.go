package outbox

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	tasks prometheus.Gauge
	age   prometheus.Gauge
	puts  *prometheus.CounterVec
}

func newMetrics(r prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		tasks: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "outbox_tasks",
			Help: "Tasks in the outbox, which are committed and not in their queues yet.",
		}),
		age: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "outbox_oldest_task_age_seconds",
			Help: "Age of the oldest task in the outbox, 0 if there is none.",
		}),
		puts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "outbox_puts_total",
			Help: "Attempts to put tasks of the outbox, by queue and result (put, taken: one with its ID waits there, " +
				"waits: one with its ID runs, failed, unreadable).",
		}, []string{"queue", "result"}),
	}
	if r == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.tasks, m.age, m.puts} {
		if err := r.Register(c); err != nil {
			return nil, fmt.Errorf("registering the outbox's metrics: %w", err)
		}
	}
	return m, nil
}
