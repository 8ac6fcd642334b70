package worker

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/queue"
)

type metrics struct {
	tasks  *prometheus.HistogramVec
	stages *prometheus.CounterVec

	unauthenticated *prometheus.CounterVec
}

func newMetrics(r prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		tasks: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "worker_task_duration_seconds",
			Help:    "How long tasks ran, by worker and result (done, retry, postponed, archived).",
			Buckets: []float64{.01, .05, .25, 1, 5, 30, 120, 600, 3600},
		}, []string{"worker", "result"}),
		stages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "worker_stages_total",
			Help: "Stages run, by worker, method and result (done, failed).",
		}, []string{"worker", "method", "result"}),
		unauthenticated: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "worker_unauthenticated_total",
			Help: "Stages whose token was refused, by worker and reason (missing, expired, refused).",
		}, []string{"worker", "reason"}),
	}
	if r == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.tasks, m.stages, m.unauthenticated} {
		if err := r.Register(c); err != nil {
			return nil, fmt.Errorf("registering the workers' metrics: %w", err)
		}
	}
	return m, nil
}

func (m *metrics) task(worker, result string, d time.Duration) {
	m.tasks.WithLabelValues(worker, result).Observe(d.Seconds())
}

func (m *metrics) stage(worker string, s queue.Stage, err error) {
	result := "done"
	if err != nil {
		result = "failed"
	}
	m.stages.WithLabelValues(worker, label(s, err), result).Inc()
}

// label names the method, unless there is none of this name: what tasks ask
// for in vain must not fill the memory with time series.
func label(s queue.Stage, err error) string {
	if apierror.From(err) != nil && apierror.From(err).Status == codes.Unimplemented {
		return "unknown"
	}
	return s.Name + "." + s.Method
}

// outcome is the label of a task's end.
func outcome(err error, last bool) string {
	switch {
	case err == nil:
		return "done"
	case queue.IsPostponed(err):
		return "postponed"
	case last || queue.IsPermanent(err):
		return "archived"
	default:
		return "retry"
	}
}
