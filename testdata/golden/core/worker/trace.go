package worker

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	otelcodes "go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/cloudforet-io/spacegen/core/queue"
)

// tracer is the one that the options name, or the process's own.
func (o Options) tracer() trace.Tracer {
	provider := o.Tracer
	if provider == nil {
		provider = otel.GetTracerProvider()
	}
	return provider.Tracer("worker")
}

// trace begins the span of a task, in the trace of the call that put it. Stages that come
// from other traces are linked.
func (r *run) trace(ctx context.Context, d *queue.Delivery) (context.Context, trace.Span) {
	var parent trace.SpanContext
	var links []trace.Link
	for _, stage := range d.Task.Stages {
		from := cause(stage)
		switch {
		case !from.IsValid() || from.Equal(parent):
		case !parent.IsValid():
			parent = from
		default:
			links = append(links, trace.Link{SpanContext: from})
		}
	}
	if parent.IsValid() {
		ctx = trace.ContextWithRemoteSpanContext(ctx, parent)
	}
	return r.tracer.Start(ctx, "task "+d.Task.Name, trace.WithSpanKind(trace.SpanKindConsumer), trace.WithLinks(links...),
		trace.WithAttributes(
			attribute.String("messaging.system", "asynq"), attribute.String("messaging.operation.type", "process"),
			attribute.String("messaging.destination.name", r.queue), attribute.String("messaging.message.id", d.ID),
			attribute.Int("task.attempt", d.Attempt),
		))
}

// cause is the span in which a stage was put; it is invalid if none is known.
func cause(stage queue.Stage) trace.SpanContext {
	ctx := propagation.TraceContext{}.Extract(context.Background(), propagation.MapCarrier{"traceparent": stage.Metadata["traceparent"]})
	return trace.SpanContextFromContext(ctx)
}

// traced ends the span of a task. The error itself is for the log: it may hold what the
// task was told.
func traced(span trace.Span, result string) {
	span.SetAttributes(attribute.String("task.result", result))
	if result != "done" {
		span.SetStatus(otelcodes.Error, result)
	}
	span.End()
}
