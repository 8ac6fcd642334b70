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
	}
	if err := registerer.Register(m.calls); err != nil {
		return metrics{}, err
	}
	return m, registerer.Register(m.took)
}

func (m metrics) observe(method Method, code codes.Code, took time.Duration) {
	if m.calls == nil {
		return
	}
	m.calls.WithLabelValues(method.Name(), code.String()).Inc()
	m.took.WithLabelValues(method.Name()).Observe(took.Seconds())
}
