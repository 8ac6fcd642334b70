package telemetry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	bridge "go.opentelemetry.io/contrib/bridges/prometheus"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
)

// export sends traces and metrics to collectors by OTLP over gRPC. Traces go to the
// options' endpoint. The variables of OpenTelemetry's specification do what they say
// there: OTEL_EXPORTER_OTLP_ENDPOINT names a collector for both, and may be followed by
// _TRACES_ or _METRICS_ before ENDPOINT for one; OTEL_TRACES_EXPORTER and
// OTEL_METRICS_EXPORTER are otlp or none; OTEL_TRACES_SAMPLER, OTEL_METRIC_EXPORT_INTERVAL,
// OTEL_RESOURCE_ATTRIBUTES and the like are the libraries' own. Metrics go to the options'
// endpoint only if OTEL_METRICS_EXPORTER is otlp: collectors of traces alone refuse them.
func (t *Telemetry) export(ctx context.Context, o Options) error {
	if strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true") {
		return nil
	}
	traces := t.wanted(ctx, "TRACES", o.Endpoint != "")
	metrics := t.wanted(ctx, "METRICS", o.Endpoint != "" && os.Getenv("OTEL_METRICS_EXPORTER") == "otlp")
	if !traces && !metrics {
		return nil
	}
	// The environment goes before: whoever deploys the service may call it otherwise.
	as, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithAttributes(
		attribute.String("service.name", o.Service), attribute.String("service.version", o.Version),
	), resource.WithFromEnv())
	if err != nil {
		t.Log.WarnContext(ctx, "OTEL_RESOURCE_ATTRIBUTES is not read in full", "error", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		t.Log.Warn("traces or metrics are not exported", "error", err)
	}))
	var errs []error
	if traces {
		errs = append(errs, t.exportTraces(ctx, o.Endpoint, as))
	}
	if metrics {
		endpoint := o.Endpoint
		if os.Getenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT") != "" {
			endpoint = ""
		}
		errs = append(errs, t.exportMetrics(ctx, endpoint, as))
	}
	return errors.Join(errs...)
}

// wanted reports whether a signal, TRACES or METRICS, is to be exported. It is if an
// endpoint is given or the environment names one, unless that says otherwise.
func (t *Telemetry) wanted(ctx context.Context, signal string, given bool) bool {
	env := func(of string) string {
		return cmp.Or(os.Getenv("OTEL_EXPORTER_OTLP_"+signal+"_"+of), os.Getenv("OTEL_EXPORTER_OTLP_"+of))
	}
	if !given && env("ENDPOINT") == "" {
		return false
	}
	variable := "OTEL_" + signal + "_EXPORTER"
	switch exporter := os.Getenv(variable); exporter {
	case "", "otlp":
	case "none":
		return false
	default: // such as prometheus, which there is in any case
		if !slices.Contains(strings.Split(exporter, ","), "otlp") {
			t.Log.WarnContext(ctx, "this service exports by otlp or not at all", "variable", variable, "value", exporter)
			return false
		}
	}
	if protocol := env("PROTOCOL"); !given && protocol != "" && protocol != "grpc" {
		t.Log.WarnContext(ctx, "nothing is exported: this service speaks OTLP by gRPC alone; "+
			"set OTEL_EXPORTER_OTLP_PROTOCOL to grpc, and the endpoint to the collector's port for that (4317)",
			"signal", strings.ToLower(signal), "protocol", protocol)
		return false
	}
	return true
}

// exportTraces sends traces, in batches, to an endpoint, or to the environment's.
func (t *Telemetry) exportTraces(ctx context.Context, endpoint string, as *resource.Resource) error {
	var options []otlptracegrpc.Option
	switch {
	case strings.Contains(endpoint, "://"):
		options = append(options, otlptracegrpc.WithEndpointURL(endpoint))
	case endpoint != "":
		options = append(options, otlptracegrpc.WithEndpoint(endpoint), otlptracegrpc.WithInsecure())
	}
	exporter, err := otlptracegrpc.New(ctx, options...)
	if err != nil {
		return fmt.Errorf("export traces to %s: %w", cmp.Or(endpoint, "the collector that OTEL_EXPORTER_OTLP_ENDPOINT names"), err)
	}
	provider := trace.NewTracerProvider(trace.WithBatcher(exporter), trace.WithResource(as))
	otel.SetTracerProvider(provider)
	t.Tracer = provider
	t.onShutdown(provider.Shutdown)
	return nil
}

// exportMetrics sends what /metrics shows, every minute unless the environment says
// otherwise.
func (t *Telemetry) exportMetrics(ctx context.Context, endpoint string, as *resource.Resource) error {
	var options []otlpmetricgrpc.Option
	switch {
	case strings.Contains(endpoint, "://"):
		options = append(options, otlpmetricgrpc.WithEndpointURL(endpoint))
	case endpoint != "":
		options = append(options, otlpmetricgrpc.WithEndpoint(endpoint), otlpmetricgrpc.WithInsecure())
	}
	exporter, err := otlpmetricgrpc.New(ctx, options...)
	if err != nil {
		return fmt.Errorf("export metrics to %s: %w", cmp.Or(endpoint, "the collector that OTEL_EXPORTER_OTLP_ENDPOINT names"), err)
	}
	reader := metric.NewPeriodicReader(exporter, metric.WithProducer(bridge.NewMetricProducer(bridge.WithGatherer(t.Registry))))
	provider := metric.NewMeterProvider(metric.WithReader(reader), metric.WithResource(as))
	t.onShutdown(provider.Shutdown)
	return nil
}

// onShutdown adds to what is done at the end.
func (t *Telemetry) onShutdown(stop func(context.Context) error) {
	before := t.shutdown
	t.shutdown = func(ctx context.Context) error { return errors.Join(before(ctx), stop(ctx)) }
}
