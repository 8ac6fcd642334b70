package httpconnector

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics count the calls of all clients of a process.
type Metrics struct {
	calls   *prometheus.HistogramVec
	retries *prometheus.CounterVec
}

// NewMetrics makes metrics and registers them.
func NewMetrics(r prometheus.Registerer) (*Metrics, error) {
	m := &Metrics{
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "http_connector_call_duration_seconds",
			Help:    "How long calls of HTTP APIs took with all their attempts, by connector, method and status (of the last answer; or open, timeout, left, failed).",
			Buckets: []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60},
		}, []string{"connector", "method", "status"}),
		retries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "http_connector_retries_total",
			Help: "Attempts beyond the first of calls of HTTP APIs, by connector and method.",
		}, []string{"connector", "method"}),
	}
	for _, c := range []prometheus.Collector{m.calls, m.retries} {
		if err := r.Register(c); err != nil {
			return nil, fmt.Errorf("registering the metrics of HTTP connectors: %w", err)
		}
	}
	return m, nil
}

// called counts a call, which nobody counts if m is nil.
func (m *Metrics) called(ctx context.Context, connector, method string, answer *Answer, err error, took time.Duration) {
	if m != nil {
		m.calls.WithLabelValues(connector, method, outcome(ctx, answer, err)).Observe(took.Seconds())
	}
}

func (m *Metrics) retried(connector, method string) {
	if m != nil {
		m.retries.WithLabelValues(connector, method).Inc()
	}
}

// outcome is the label of a call's end.
func outcome(ctx context.Context, answer *Answer, err error) string {
	var peer *PeerError
	switch {
	case err == nil:
		return strconv.Itoa(answer.Status)
	case errors.As(err, &peer):
		return strconv.Itoa(peer.Status)
	case errors.Is(err, errOpen):
		return "open"
	case callOf(ctx).caller.Err() != nil:
		return "left"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	default:
		return "failed"
	}
}
