package connector_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/shop/internal/connector"
)

// newPayment gives the connector to an API that answers as the handler says.
func newPayment(t *testing.T, handler http.HandlerFunc) *connector.Payment {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/charges", handler)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	c := connector.NewPayment(connector.Deps{Config: &config.Config{Connectors: map[string]map[string]any{
		"PaymentConnector": {"url": server.URL + "/v1", "retry_wait": "1ms", "auth": map[string]any{"type": "bearer", "token": "sesame"}},
	}}})
	require.NoError(t, c.Check())
	t.Cleanup(func() { assert.NoError(t, c.Close()) })
	return c
}

func TestACardIsChargedOnce(t *testing.T) {
	var keys []string
	c := newPayment(t, func(w http.ResponseWriter, r *http.Request) {
		if keys = append(keys, r.Header.Get("Idempotency-Key")); len(keys) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		assert.Equal(t, "Bearer sesame", r.Header.Get("Authorization"))
		_, _ = io.WriteString(w, `{"id": "charge-1"}`)
	})
	charge, err := c.Charge(t.Context(), "order-1", connector.Charge{Card: "4111", Amount: "12.30", Currency: "EUR"})
	require.NoError(t, err)
	assert.Equal(t, "charge-1", charge.ID)
	assert.Equal(t, []string{"order-1", "order-1"}, keys)
}

func TestACardThatIsRefused(t *testing.T) {
	c := newPayment(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusPaymentRequired) })
	_, err := c.Charge(t.Context(), "order-1", connector.Charge{Card: "4111"})
	assert.Equal(t, "ERROR_EXTERNAL_API", apierror.From(err).Code)
}
