package telemetry

import (
	"context"
	"log/slog"
	"slices"

	"go.opentelemetry.io/otel/trace"

	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// inCall adds to a record which call it belongs to: the trace, the method, and the domain
// and workspace that the caller is confined to. What a record says itself stays.
type inCall struct {
	base slog.Handler
	said []string // names that base has values of

	groups []func(slog.Handler) slog.Handler // what follows the first group, which is about no call
}

// Enabled is that of slog.Handler.
func (h *inCall) Enabled(ctx context.Context, level slog.Level) bool {
	return h.base.Enabled(ctx, level)
}

// Handle is that of slog.Handler.
func (h *inCall) Handle(ctx context.Context, r slog.Record) error {
	attrs := h.unsaid(r, callOf(ctx))
	if len(h.groups) == 0 {
		r.AddAttrs(attrs...)
		return h.base.Handle(ctx, r)
	}
	handler := h.base.WithAttrs(attrs)
	for _, next := range h.groups {
		handler = next(handler)
	}
	return handler.Handle(ctx, r)
}

// unsaid leaves out what the record has by these names.
func (h *inCall) unsaid(r slog.Record, attrs []slog.Attr) []slog.Attr {
	drop := func(name string) {
		attrs = slices.DeleteFunc(attrs, func(a slog.Attr) bool { return a.Key == name })
	}
	for _, name := range h.said {
		drop(name)
	}
	if len(h.groups) == 0 {
		r.Attrs(func(a slog.Attr) bool { drop(a.Key); return true })
	}
	return attrs
}

// WithAttrs is that of slog.Handler.
func (h *inCall) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(h.groups) > 0 {
		return h.then(func(next slog.Handler) slog.Handler { return next.WithAttrs(attrs) })
	}
	said := slices.Clone(h.said)
	for _, a := range attrs {
		said = append(said, a.Key)
	}
	return &inCall{base: h.base.WithAttrs(attrs), said: said}
}

// WithGroup is that of slog.Handler.
func (h *inCall) WithGroup(name string) slog.Handler {
	return h.then(func(next slog.Handler) slog.Handler { return next.WithGroup(name) })
}

func (h *inCall) then(next func(slog.Handler) slog.Handler) *inCall {
	return &inCall{base: h.base, said: h.said, groups: append(slices.Clip(h.groups), next)}
}

// callOf is what ctx knows of the call.
func callOf(ctx context.Context) []slog.Attr {
	var attrs []slog.Attr
	add := func(name, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(name, value))
		}
	}
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		add("trace_id", span.TraceID().String())
		add("span_id", span.SpanID().String())
	}
	if t := pipeline.TransactionFrom(ctx); t.Method.Resource != "" {
		add("method", t.Method.Name())
		add("domain_id", t.Scope.DomainID)
		add("workspace_id", t.Scope.WorkspaceID)
	}
	return attrs
}
