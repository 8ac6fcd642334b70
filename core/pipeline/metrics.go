package pipeline

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc/codes"
)

// metrics are the pipeline's own: calls and how long they took.
type metrics struct {
	calls *prometheus.CounterVec
	took  *prometheus.HistogramVec
	after *prometheus.CounterVec
}

func newMetrics(registerer prometheus.Registerer) (metrics, error) {
	if registerer == nil {
		return metrics{}, nil
	}
	m := metrics{
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "calls_total",
			Help: "Calls that passed through the pipeline, by method and gRPC status code.",
		}, []string{"method", "code"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "call_duration_seconds",
			Help:    "How long calls took.",
			Buckets: prometheus.DefBuckets,
		}, []string{"method"}),
		after: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "call_follow_ups_failed_total",
			Help: "Follow-ups (OnSuccess) that failed after their call had succeeded.",
		}, []string{"method"}),
	}
	for _, c := range []prometheus.Collector{m.calls, m.took, m.after} {
		if err := registerer.Register(c); err != nil {
			return metrics{}, err
		}
	}
	return m, nil
}

func (m metrics) followUps(method Method, failed int) {
	if m.after != nil {
		m.after.WithLabelValues(method.Name()).Add(float64(failed))
	}
}

func (m metrics) observe(method Method, code codes.Code, took time.Duration) {
	if m.calls == nil {
		return
	}
	m.calls.WithLabelValues(method.Name(), code.String()).Inc()
	m.took.WithLabelValues(method.Name()).Observe(took.Seconds())
}
