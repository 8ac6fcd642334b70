package httpconnector_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/cloudforet-io/spacegen/core/httpconnector"
)

// A span has the address of the call, without what may be a credential in it.
func TestSpansTellNoCredentials(t *testing.T) {
	spans := tracetest.NewInMemoryExporter()
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(sdk.NewTracerProvider(sdk.WithSyncer(spans)))
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	p := newPeer(t, answers(200, 404))
	c := client(t, settings(p.url, map[string]any{"auth": map[string]any{"type": "bearer", "token": "pl4nted"}}))
	asked := httpconnector.Query(url.Values{"api_key": {"pl4nted"}})
	require.NoError(t, c.Get(t.Context(), "/things", nil, asked))
	require.Error(t, c.Get(t.Context(), "/things", nil, asked))
	require.Len(t, spans.GetSpans(), 2)
	for _, span := range spans.GetSpans() {
		assert.Contains(t, span.Attributes, attribute.String("url.full", p.url+"/things"))
		assert.NotContains(t, fmt.Sprintf("%+v", span), "pl4nted")
	}
	assert.Contains(t, p.asked()[0].URL.RawQuery, "pl4nted")
}
