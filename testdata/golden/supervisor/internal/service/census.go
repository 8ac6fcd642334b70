package service

import (
	"context"
	"fmt"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/protobuf/types/known/structpb"
)

// Census counts what the service keeps and publishes the numbers as metrics.
// It is the service's example of a task: a scheduler makes it, a worker runs
// it, and it passes through the same layers as every call.
type Census struct {
	counters map[string]CensusCounter
	gauge    *prometheus.GaugeVec
}

// A CensusCounter says how many of one kind of resource there are.
type CensusCounter func(ctx context.Context) (int, error)

// NewCensus makes the service; it asks counters, by kind of resource.
func NewCensus(counters map[string]CensusCounter, metrics prometheus.Registerer) *Census {
	gauge := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Namespace: "supervisor",
		Name:      "resources",
		Help:      "How many there are, at the last census.",
	}, []string{"resource"})
	metrics.MustRegister(gauge)
	return &Census{gauge: gauge, counters: counters}
}

// Take counts every kind of resource.
func (s *Census) Take(ctx context.Context, _ *structpb.Struct) (*structpb.Struct, error) {
	counts := map[string]any{}
	for resource, count := range s.counters {
		total, err := count(ctx)
		if err != nil {
			return nil, fmt.Errorf("count %s: %w", resource, err)
		}
		s.gauge.WithLabelValues(resource).Set(float64(total))
		counts[resource] = total
	}
	pipeline.TransactionFrom(ctx).Log.InfoContext(ctx, "census taken", "resources", counts)
	return structpb.NewStruct(counts)
}
