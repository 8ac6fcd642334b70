package server

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"
)

// refusals counts what a limit keeps out. Servers of one process share the metric, and
// nobody sees it if r is nil.
func refusals(r prometheus.Registerer, limit string) prometheus.Counter {
	refused := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "server_refused_total",
		Help: "Calls refused before the pipeline because too many were made at once, by limit (calls, streams, requests).",
	}, []string{"limit"})
	if r != nil {
		err := r.Register(refused)
		if before, ok := errors.AsType[prometheus.AlreadyRegisteredError](err); ok {
			refused = before.ExistingCollector.(*prometheus.CounterVec)
		} else if err != nil {
			panic(err) // as MustRegister does: another metric has this name
		}
	}
	return refused.WithLabelValues(limit)
}
