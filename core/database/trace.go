package database

import (
	"context"
	"database/sql"
	"errors"
	"regexp"
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

// tracing makes the spans. They name the operation and the table, and nothing of the
// statement's text or of an error's: both hold values of the caller's.
type tracing struct {
	tracer trace.Tracer
	system string
}

// start begins the span of a statement.
func (t *tracing) start(ctx context.Context, did did) trace.Span {
	name := did.operation
	attributes := []attribute.KeyValue{
		attribute.String("db.system.name", t.system), attribute.String("db.operation.name", did.operation),
	}
	if did.table != "" {
		name += " " + did.table
		attributes = append(attributes, attribute.String("db.collection.name", did.table))
	}
	_, span := t.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attributes...))
	return span
}

// BeforeQuery is that of bun.QueryHook.
func (t *tracing) BeforeQuery(ctx context.Context, event *bun.QueryEvent) context.Context {
	if trace.SpanFromContext(ctx).IsRecording() {
		event.Stash = map[any]any{t: t.start(ctx, statement(event))}
	}
	return ctx // without the span: bun keeps the context of BEGIN for all of a transaction
}

// did is what a statement does, such as SELECT, and to which table.
type did struct{ operation, table string }

func statement(event *bun.QueryEvent) did {
	if _, raw := event.IQuery.(*bun.RawQuery); event.IQuery != nil && !raw {
		return did{event.IQuery.Operation(), event.IQuery.GetTableName()}
	}
	return ofText(event.QueryTemplate)
}

var firstTable = regexp.MustCompile(`\b(?:FROM|INTO|UPDATE)\s+"(\w+)"`)

// ofText reads a statement's text, in which arguments are not.
func ofText(text string) did {
	text, table := strings.TrimSpace(text), ""
	if found := firstTable.FindStringSubmatch(text); found != nil {
		table = found[1]
	}
	if end := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }); end >= 0 {
		text = text[:end]
	}
	return did{strings.ToUpper(text), table}
}

// AfterQuery is that of bun.QueryHook.
func (t *tracing) AfterQuery(_ context.Context, event *bun.QueryEvent) {
	if span, ok := event.Stash[t].(trace.Span); ok {
		end(span, event.Err)
	}
}

// traced begins the span of a statement that bun does not see; the function ends it.
func (db *DB) traced(ctx context.Context, text string) func(error) {
	if db.tracing == nil || !trace.SpanFromContext(ctx).IsRecording() {
		return func(error) {}
	}
	span := db.tracing.start(ctx, ofText(text))
	return func(err error) { end(span, err) }
}

func end(span trace.Span, err error) {
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		span.SetStatus(otelcodes.Error, "")
	}
	span.End()
}
