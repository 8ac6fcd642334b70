package database

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"unicode"

	"github.com/uptrace/bun"
	"go.opentelemetry.io/otel/attribute"
	otelcodes "go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Trace has each statement of a call that is traced be a span of its trace. It is called
// before the database is used.
func (db *DB) Trace(t trace.TracerProvider) {
	system := "sqlite"
	if db.engine == PostgreSQL {
		system = "postgresql"
	}
	db.tracing = &tracing{t.Tracer("database"), system}
	db.bun = db.bun.WithQueryHook(db.tracing)
}

// span makes one of a statement that bun does not see, unless it is of no call that is
// traced; end ends it.
func (t *tracing) span(ctx context.Context, operation, table string) (end func(error)) {
	if t == nil || !trace.SpanFromContext(ctx).IsRecording() {
		return func(error) {}
	}
	span := t.start(ctx, operation, table)
	return func(err error) { finish(span, err) }
}

func (t *tracing) start(ctx context.Context, operation, table string) trace.Span {
	name := operation
	attributes := []attribute.KeyValue{
		attribute.String("db.system.name", t.system), attribute.String("db.operation.name", operation),
	}
	if table != "" {
		name += " " + table
		attributes = append(attributes, attribute.String("db.collection.name", table))
	}
	_, span := t.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attributes...))
	return span
}

func finish(span trace.Span, err error) {
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		span.SetStatus(otelcodes.Error, "")
	}
	span.End()
}

// tracing makes the spans. They name the operation and the table, and nothing of the
// statement's text or of an error's: both hold values of the caller's.
type tracing struct {
	tracer trace.Tracer
	system string
}

// BeforeQuery is that of bun.QueryHook.
func (t *tracing) BeforeQuery(ctx context.Context, event *bun.QueryEvent) context.Context {
	if !trace.SpanFromContext(ctx).IsRecording() {
		return ctx
	}
	operation, table := statement(event)
	if table == "" {
		table, _ = ctx.Value(tableKey{}).(string)
	}
	event.Stash = map[any]any{t: t.start(ctx, operation, table)}
	return ctx // without the span: bun keeps the context of BEGIN for all of a transaction
}

// tableKey is where the context has the table of a statement that bun gets as text.
type tableKey struct{}

// statement is what a statement does, such as SELECT, and to which table. One that is
// written as text names no table: bun does not read it.
func statement(event *bun.QueryEvent) (operation, table string) {
	if _, raw := event.IQuery.(*bun.RawQuery); event.IQuery != nil && !raw {
		return event.IQuery.Operation(), event.IQuery.GetTableName()
	}
	word := strings.TrimSpace(event.Query)
	if end := strings.IndexFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }); end >= 0 {
		word = word[:end]
	}
	return strings.ToUpper(word), ""
}

// AfterQuery is that of bun.QueryHook.
func (t *tracing) AfterQuery(_ context.Context, event *bun.QueryEvent) {
	span, ok := event.Stash[t].(trace.Span)
	if !ok {
		return
	}
	finish(span, event.Err)
}
