package telemetry_test

import (
	"context"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metricsv1 "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	tracesv1 "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/grpc"

	"github.com/cloudforet-io/spacegen/core/telemetry"
)

// collector is one of OTLP, which remembers what it was sent.
type collector struct {
	tracesv1.UnimplementedTraceServiceServer

	mu      sync.Mutex
	spans   []string
	metrics []string
	as      map[string]string // of the process
	address string
}

func newCollector(t *testing.T) *collector {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	c := &collector{address: listener.Addr().String(), as: map[string]string{}}
	server := grpc.NewServer()
	tracesv1.RegisterTraceServiceServer(server, c)
	metricsv1.RegisterMetricsServiceServer(server, &metricsCollector{collector: c})
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return c
}

func (c *collector) Export(_ context.Context, req *tracesv1.ExportTraceServiceRequest) (*tracesv1.ExportTraceServiceResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, of := range req.GetResourceSpans() {
		for _, a := range of.GetResource().GetAttributes() {
			c.as[a.GetKey()] = a.GetValue().GetStringValue()
		}
		for _, scope := range of.GetScopeSpans() {
			for _, span := range scope.GetSpans() {
				c.spans = append(c.spans, span.GetName())
			}
		}
	}
	return new(tracesv1.ExportTraceServiceResponse), nil
}

type metricsCollector struct {
	metricsv1.UnimplementedMetricsServiceServer
	*collector
}

func (c *metricsCollector) Export(_ context.Context, req *metricsv1.ExportMetricsServiceRequest) (*metricsv1.ExportMetricsServiceResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, of := range req.GetResourceMetrics() {
		for _, scope := range of.GetScopeMetrics() {
			for _, m := range scope.GetMetrics() {
				c.metrics = append(c.metrics, m.GetName())
			}
		}
	}
	return new(metricsv1.ExportMetricsServiceResponse), nil
}

// Where traces and metrics go is what the configuration and the environment say.
func TestExport(t *testing.T) {
	for name, c := range map[string]struct {
		endpoint, env   bool // that name the collector
		set             map[string]string
		traces, metrics bool
		says            string
	}{
		"nowhere":                {},
		"configured":             {endpoint: true, traces: true},
		"configured, metrics":    {endpoint: true, set: map[string]string{"OTEL_METRICS_EXPORTER": "otlp"}, traces: true, metrics: true},
		"environment":            {env: true, traces: true, metrics: true},
		"environment, one each":  {env: true, set: map[string]string{"OTEL_METRICS_EXPORTER": "none"}, traces: true},
		"environment, no traces": {env: true, set: map[string]string{"OTEL_TRACES_EXPORTER": "none"}, metrics: true},
		"off":                    {endpoint: true, env: true, set: map[string]string{"OTEL_SDK_DISABLED": "true"}},
		"by HTTP":                {env: true, set: map[string]string{"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}, says: "4317"},
		"another exporter":       {env: true, set: map[string]string{"OTEL_METRICS_EXPORTER": "prometheus"}, traces: true, says: "OTEL_METRICS_EXPORTER"},
	} {
		t.Run(name, func(t *testing.T) {
			to := newCollector(t)
			o := telemetry.Options{Version: "1.2.3"}
			if c.endpoint {
				o.Endpoint = to.address
			}
			if c.env {
				t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://"+to.address)
			}
			t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
			for name, value := range c.set {
				t.Setenv(name, value)
			}
			tel, out := setup(t, o)
			_, span := tel.Tracer.Tracer("test").Start(t.Context(), "call")
			span.End()
			require.NoError(t, tel.Shutdown(t.Context()))

			to.mu.Lock()
			defer to.mu.Unlock()
			assert.Equal(t, c.traces, len(to.spans) > 0, "traces: %v", to.spans)
			assert.Equal(t, c.metrics, len(to.metrics) > 0, "metrics: %v", to.metrics)
			if c.traces {
				assert.Equal(t, []string{"call"}, to.spans)
				assert.Equal(t, "inventory", to.as["service.name"])
				assert.Equal(t, "1.2.3", to.as["service.version"])
				assert.Equal(t, "test", to.as["deployment.environment.name"])
			}
			if c.metrics {
				assert.Contains(t, to.metrics, "service_info")
				assert.Contains(t, to.metrics, "go_goroutines")
			}
			if c.says == "" {
				assert.Empty(t, out.String())
			}
			assert.Contains(t, out.String(), c.says)
		})
	}
}
