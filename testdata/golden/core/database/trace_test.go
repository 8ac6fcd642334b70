package database_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	otelcodes "go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
)

// Statements of a traced call are spans below the call's, which tell nothing of values.
func TestStatementsAreTraced(t *testing.T) {
	databasetest.OnEveryEngine(t, starMigrations(), func(t *testing.T, db *database.DB) {
		spans := tracetest.NewInMemoryExporter()
		provider := trace.NewTracerProvider(trace.WithSyncer(spans))
		db.Trace(provider)
		store := database.NewStore[star](db, starSchema())
		item := &star{StarID: "star-1", Name: "pl4nted", DomainID: "d", CreatedAt: time.Now()}
		require.NoError(t, store.Create(t.Context(), item))
		assert.Empty(t, spans.GetSpans(), "of no trace")

		ctx, call := provider.Tracer("test").Start(t.Context(), "call")
		item.StarID, item.Name = "star-2", "pl4nted too"
		require.NoError(t, store.Create(ctx, item))
		require.Error(t, store.Create(ctx, item), "a second one")
		_, err := db.Conn(ctx).NewRaw("UPDATE star SET name = ? WHERE star_id = ?", "pl4nted last", "star-2").Exec(ctx)
		require.NoError(t, err)
		call.End()

		names := map[string]int{}
		for _, span := range spans.GetSpans() {
			if span.Name == "call" {
				continue
			}
			names[span.Name+" "+span.Status.Code.String()]++
			assert.Equal(t, call.SpanContext().SpanID(), span.Parent.SpanID(), span.Name)
			assert.Contains(t, span.Attributes, attribute.String("db.system.name", db.Engine()))
			assert.NotContains(t, fmt.Sprint(span), "pl4nted")
		}
		assert.Equal(t, 1, names["INSERT star "+otelcodes.Unset.String()], names)
		assert.Equal(t, 1, names["INSERT star "+otelcodes.Error.String()], names)
		assert.Equal(t, 1, names["UPDATE "+otelcodes.Unset.String()], names)
	})
}
