// Package telemetry sets up what a service reports of itself: logs, in which secrets are
// masked, metrics and traces.
package telemetry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
	"google.golang.org/protobuf/proto"
)

// Options say what is told, and to whom.
type Options struct {
	Service  string
	Version  string
	Output   io.Writer // of the logs
	Level    string    // debug, info, warn, error; empty is info
	Format   string    // json, text; empty is json
	Requests bool      // whether they are logged
	Hide     []string  // more of what marks, in a name, a value that is not logged
	level    *slog.LevelVar
	Endpoint string // of an OTLP collector, host:port or a URL; empty: no traces
}

// Telemetry is the service's logger, metrics and tracer.
type Telemetry struct {
	Log      *slog.Logger
	Registry *prometheus.Registry
	Tracer   trace.TracerProvider
	// Describe gives a request as it is logged; nil if none is.
	Describe func(proto.Message) slog.Value
	lines    *buffer
	level    *slog.LevelVar
	shutdown func(context.Context) error
}

// Setup makes the telemetry of a process. Without a collector calls are not traced, but a
// trace that a caller started is still passed on.
func Setup(ctx context.Context, o Options) (*Telemetry, error) {
	mask := newMasker(o.Hide)
	lines := newBuffer(o.Output)
	o.level = new(slog.LevelVar)
	log, err := newLogger(o, mask, lines)
	if err != nil {
		return nil, err
	}
	t := &Telemetry{Log: log, Registry: prometheus.NewRegistry(), Tracer: noop.NewTracerProvider(),
		lines: lines, level: o.level, shutdown: func(context.Context) error { return nil }}
	if o.Requests {
		t.Describe = mask.describe
	}
	t.Registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		buildInfo(o),
	)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	return t, t.export(ctx, o)
}

// Shutdown sends and writes what has not been yet. What is logged later is written at once.
func (t *Telemetry) Shutdown(ctx context.Context) error {
	if err := t.lines.close(); err != nil {
		return fmt.Errorf("write the last lines of the log: %w", err)
	}
	if err := t.shutdown(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("send the last traces and metrics: %w", err)
	}
	return nil
}

func buildInfo(o Options) prometheus.Collector {
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "service_info",
		Help:        "1, with the service's name and version as labels.",
		ConstLabels: prometheus.Labels{"service": o.Service, "version": o.Version},
	})
	info.Set(1)
	return info
}

func newLogger(o Options, mask masker, lines *buffer) (*slog.Logger, error) {
	var level slog.Level
	if o.Level != "" {
		if err := level.UnmarshalText([]byte(o.Level)); err != nil {
			return nil, fmt.Errorf("log level %q is none of debug, info, warn, error", o.Level)
		}
	}
	o.level.Set(level)
	options := &slog.HandlerOptions{Level: o.level, ReplaceAttr: mask.attr}
	var handler slog.Handler
	switch o.Format {
	case "", "json":
		handler = slog.NewJSONHandler(lines, options)
	case "text":
		handler = slog.NewTextHandler(lines, options)
	default:
		return nil, fmt.Errorf("log format %q is none of json, text", o.Format)
	}
	return slog.New(prompt{&inCall{base: handler}, lines}).With("service", o.Service), nil
}
