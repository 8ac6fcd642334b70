package service

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/collector/internal/core/pipeline"
)

// Census records that it was taken, as a log line and a metric. It is the
// service's example of a task: it passes through the same layers as every
// call.
type Census struct {
	taken prometheus.Counter
}

// NewCensus makes the service.
func NewCensus(metrics prometheus.Registerer) *Census {
	taken := prometheus.NewCounter(prometheus.CounterOpts{
		Namespace: "collector",
		Name:      "census_total",
		Help:      "How many times the census was taken.",
	})
	metrics.MustRegister(taken)
	return &Census{taken: taken}
}

// Take records that it was called.
func (s *Census) Take(ctx context.Context, _ *structpb.Struct) (*structpb.Struct, error) {
	s.taken.Inc()
	pipeline.TransactionFrom(ctx).Log.InfoContext(ctx, "census taken")
	return &structpb.Struct{}, nil
}
