package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	otelcodes "go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// A Transactor runs a function in a database transaction, which is committed
// if the function succeeds and rolled back if not.
type Transactor interface {
	InTx(ctx context.Context, do func(context.Context) error) error
}

// Options are what a pipeline is made of. All but Service may be left out.
type Options struct {
	Service    string
	Handlers   Handlers
	Transactor Transactor
	Log        *slog.Logger
	Tracer     trace.TracerProvider
	Metrics    prometheus.Registerer
	// Describe renders a request for the log, secrets masked.
	Describe func(proto.Message) slog.Value
	// Check holds a request to the rules of its message, once mutation handlers have
	// seen it; nil: there are no rules.
	Check func(proto.Message) error
	// MaxResponse is how many bytes of a response its server sends; 0 is any number.
	MaxResponse int
}

// A Pipeline is what all calls of a service pass through.
type Pipeline struct {
	service    string
	handlers   Handlers
	transactor Transactor
	log        *slog.Logger
	tracer     trace.Tracer
	describe   func(proto.Message) slog.Value
	check      func(proto.Message) error
	metrics    metrics

	maxResponse int
}

// New makes a pipeline.
func New(o Options) (*Pipeline, error) {
	p := &Pipeline{
		service: o.Service, handlers: o.Handlers, transactor: o.Transactor,
		log: o.Log, describe: o.Describe, check: o.Check, maxResponse: o.MaxResponse,
	}
	if p.log == nil {
		p.log = slog.New(slog.DiscardHandler)
	}
	if o.Tracer == nil {
		o.Tracer = noop.NewTracerProvider()
	}
	p.tracer = o.Tracer.Tracer("pipeline")
	var err error
	if p.metrics, err = newMetrics(o.Metrics); err != nil {
		return nil, fmt.Errorf("register the pipeline's metrics: %w", err)
	}
	return p, nil
}

// Call lets a request through the pipeline to the body of a method. Whatever
// goes wrong, a panic included, comes back as an *apierror.Error.
//
// A call that the body of another one makes runs in that one's database transaction. What
// it registers to follow its success waits for the commit of both, and if it may write and
// fails, so does the other, whatever its body returns.
func Call[Req, Res proto.Message](
	ctx context.Context, p *Pipeline, m Method, req Req, body func(context.Context, Req) (Res, error),
) (Res, error) {
	ctx, t, span := p.begin(ctx, m, !m.Piecemeal)
	p.join(ctx, t)
	start := time.Now()
	var res Res
	err := guarded(func() error {
		if err := p.before(ctx, t, req); err != nil {
			return err
		}
		if err := p.inTransaction(ctx, t, func(ctx context.Context) (err error) {
			if res, err = body(ctx, req); err != nil {
				return err
			}
			if err = p.after(ctx, t, res); err != nil {
				return err
			}
			return p.sendable(ctx, res) // what fails here is rolled back, as it is compensated
		}); err != nil {
			return err
		}
		if t.parent != nil {
			p.hand(t, res)
			return nil
		}
		return t.leave(ctx)
	})
	if err != nil {
		var none Res
		res = none
	}
	if fault := p.end(ctx, t, span, start, res, err); fault != nil {
		return res, fault
	}
	return res, nil
}

// begin makes the transaction of a call, which may succeed or fail as a whole, and
// puts it into the context.
func (p *Pipeline) begin(ctx context.Context, m Method, whole bool) (context.Context, *Transaction, trace.Span) {
	md := MetadataFrom(ctx)
	if md.Traceparent != "" && !trace.SpanContextFromContext(ctx).IsValid() {
		ctx = propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{"traceparent": md.Traceparent})
	}
	ctx, span := p.tracer.Start(ctx, m.Name(), trace.WithSpanKind(trace.SpanKindInternal))
	t := &Transaction{Service: p.service, Method: m, Metadata: md, Log: p.log}
	t.begin(whole)
	if len(p.handlers.Authentication) == 0 || m.excludes(Authentication) {
		// Nobody vouches for what the metadata says, and nobody denies it.
		t.Scope = Scope{DomainID: md.DomainID, WorkspaceID: md.WorkspaceID}
	}
	if id := span.SpanContext().TraceID(); id.IsValid() {
		t.ID = id.String()
	}
	return context.WithValue(ctx, transactionKey{}, t), t, span
}

// before is all that happens before the body.
func (p *Pipeline) before(ctx context.Context, t *Transaction, req proto.Message) error {
	p.notify(ctx, t, Started, req, nil)
	if !t.Method.excludes(Authentication) {
		for _, h := range p.handlers.Authentication {
			if err := h.Verify(ctx, t, req); err != nil {
				return err
			}
		}
	}
	if !t.Method.excludes(Authorization) {
		for _, h := range p.handlers.Authorization {
			if err := h.Verify(ctx, t, req); err != nil {
				return err
			}
		}
	}
	t.request = p.described(ctx, t, req)
	if !t.Method.excludes(Mutation) {
		for _, h := range p.handlers.Mutation {
			if err := h.Request(ctx, t, req); err != nil {
				return err
			}
		}
	}
	if p.check != nil && req != nil {
		if err := p.check(req); err != nil {
			return err
		}
	}
	p.notify(ctx, t, InProgress, req, nil)
	return nil
}

// inTransaction runs the body, and what happens to its response, in a database
// transaction if it may write. The transactor may run it more than once.
func (p *Pipeline) inTransaction(ctx context.Context, t *Transaction, body func(context.Context) error) error {
	if t.parent != nil {
		return t.within(ctx, body)
	}
	if p.transactor == nil || t.Method.ReadOnly || t.Method.Piecemeal {
		return body(ctx)
	}
	mark := t.mark()
	err := p.transactor.InTx(ctx, func(inside context.Context) error {
		t.attempt(ctx, mark)
		inside = context.WithValue(inside, insideKey{p}, t)
		// A panic becomes an error in here, so that it rolls back.
		return t.outcome(guarded(func() error { return body(inside) }))
	})
	t.committed = err == nil
	return err
}

// after is what happens to a response.
func (p *Pipeline) after(ctx context.Context, t *Transaction, res proto.Message) error {
	if t.Method.excludes(Mutation) {
		return nil
	}
	for _, h := range slices.Backward(p.handlers.Mutation) {
		if err := h.Response(ctx, t, res); err != nil {
			return err
		}
	}
	return nil
}

// sendable refuses a response that the server which called would not send: the call
// has failed before it counts as a success. What runs without a server, as in a
// worker, sends none.
func (p *Pipeline) sendable(ctx context.Context, res proto.Message) error {
	if _, served := grpc.Method(ctx); !served || p.maxResponse <= 0 {
		return nil
	}
	if n := proto.Size(res); n > p.maxResponse {
		return apierror.New(codes.ResourceExhausted, "ERROR_RESULT_TOO_LARGE",
			"The response has %d bytes, of %d at most: ask for less, or for a smaller page.", n, p.maxResponse)
	}
	return nil
}

// end tells everyone how the call went, and undoes it if it failed.
func (p *Pipeline) end(ctx context.Context, t *Transaction, span trace.Span, start time.Time, res proto.Message, err error) *apierror.Error {
	defer span.End()
	fault := faultOf(ctx, err)
	code := codes.OK
	if fault == nil {
		if failed := t.succeed(ctx); failed > 0 {
			p.metrics.followUps(t.Method, failed)
			span.AddEvent("follow-up failed", trace.WithAttributes(attribute.Int("count", failed)))
		}
		if t.parent == nil {
			p.notify(ctx, t, Success, res, nil)
		}
	} else {
		code = fault.Status
		t.undo(ctx)
		p.notify(ctx, t, Failure, nil, fault)
		span.SetStatus(otelcodes.Error, fault.Code)
		if span.IsRecording() {
			span.SetAttributes(attribute.String("error.type", fault.Code))
		}
	}
	took := time.Since(start)
	p.metrics.observe(t.Method, code, took)
	p.logCall(ctx, t, fault, took)
	return fault
}

// faultOf is an error as a caller may see it. What works for a call that has
// ended fails in many ways, so the context is asked why.
func faultOf(ctx context.Context, err error) *apierror.Error {
	fault := apierror.From(err)
	if _, panicked := errors.AsType[*panicError](err); fault == nil || panicked || ctx.Err() == nil {
		return fault
	}
	switch fault.Status {
	case codes.Canceled, codes.Internal, codes.Unknown:
		return apierror.From(context.Cause(ctx)).Because(err)
	default:
		return fault
	}
}

func (p *Pipeline) notify(ctx context.Context, t *Transaction, status Status, message proto.Message, err error) {
	if t.Method.excludes(Event) {
		return
	}
	for _, h := range p.handlers.Event {
		if failed := guarded(func() error { h.Notify(ctx, t, status, message, err); return nil }); failed != nil {
			t.Log.ErrorContext(ctx, "event handler panicked", "method", t.Method.Name(), "error", failed)
		}
	}
}

// described is the request as the log has it, before handlers change it.
func (p *Pipeline) described(ctx context.Context, t *Transaction, req proto.Message) (attrs []slog.Attr) {
	if p.describe == nil || req == nil || !t.Log.Enabled(ctx, slog.LevelInfo) {
		return nil
	}
	return []slog.Attr{{Key: "parameter", Value: p.describe(req)}}
}

// logged says, in a call's lines, which one it is.
func (t *Transaction) logged() []slog.Attr {
	attrs := make([]slog.Attr, 0, 9)
	for _, of := range []struct{ key, value string }{
		{"method", t.Method.Name()}, {"peer", t.Metadata.Peer}, {"domain_id", t.Scope.DomainID}, {"workspace_id", t.Scope.WorkspaceID},
	} {
		if of.value != "" {
			attrs = append(attrs, slog.String(of.key, of.value))
		}
	}
	return attrs
}

// logCall writes a call's line.
func (p *Pipeline) logCall(ctx context.Context, t *Transaction, fault *apierror.Error, took time.Duration) {
	level, status := slog.LevelInfo, "SUCCESS"
	if fault != nil {
		level, status = slog.LevelWarn, fault.Code
		if fault.Status == codes.Internal || fault.Status == codes.Unknown {
			level = slog.LevelError
		}
	}
	if !t.Log.Enabled(ctx, level) {
		return
	}
	attrs := append(t.logged(), slog.String("status", status), slog.String("took", took.String()))
	attrs = append(attrs, t.request...)
	if fault != nil {
		attrs = append(attrs, slog.String("error", fault.Message))
		if fault.Cause != nil {
			attrs = append(attrs, slog.String("cause", fault.Cause.Error()))
		}
	}
	t.Log.LogAttrs(ctx, level, "call", attrs...)
}

// A panicError is a panic as an error; its stack is for the log.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string {
	return fmt.Sprintf("panic: %v\n%s", e.value, strings.TrimSpace(string(e.stack)))
}

// guarded turns a panic of do into an error.
func guarded(do func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &panicError{value, debug.Stack()}
		}
	}()
	return do()
}
