package manager_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/money"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/shop/internal/connector"
	"example.com/shop/internal/manager"
)

func TestPayment(t *testing.T) {
	var asked []string
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		asked = append(asked, r.Header.Get("Idempotency-Key")+" "+string(body))
		_, _ = io.WriteString(w, `{"id": "charge-1"}`)
	}))
	defer api.Close()
	payments := connector.NewPayment(connector.Deps{Config: &config.Config{Connectors: map[string]map[string]any{"PaymentConnector": {"url": api.URL}}}})
	amount, err := money.Parse("total", "12.3", "EUR")
	require.NoError(t, err)
	require.NoError(t, manager.NewPayment(connector.Connectors{Payment: payments}).Charge(t.Context(), "order-1", "4111", amount))
	require.Len(t, asked, 1)
	assert.Contains(t, asked[0], "order-1 ")
	assert.JSONEq(t, `{"card": "4111", "amount": "12.30", "currency": "EUR"}`, asked[0][len("order-1 "):])
}
