package httpconnector_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/httpconnector"
)

// A payment is made once, however often the provider has to be asked.
func Example() {
	busy := true
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if busy {
			busy = false
			http.Error(w, "busy", http.StatusServiceUnavailable)
			return
		}
		_, _ = fmt.Fprintf(w, `{"payment_id": "payment-of-%s"}`, r.Header.Get("Idempotency-Key"))
	}))
	defer provider.Close()

	payments := httpconnector.New(httpconnector.Options{
		Name: "PaymentConnector",
		Config: &config.Config{Connectors: map[string]map[string]any{"PaymentConnector": {
			"url":  provider.URL,
			"auth": map[string]any{"type": "bearer", "token": "sesame"},
		}}},
	})
	defer func() { _ = payments.Close() }()
	if err := payments.Check(); err != nil {
		panic(err)
	}

	var payment struct {
		PaymentID string `json:"payment_id"`
	}
	err := payments.Post(context.Background(), "/v1/orders/{order_id}/payments",
		map[string]any{"amount": "12.50", "currency": "EUR"}, &payment,
		httpconnector.Param("order_id", "order-1"),
		httpconnector.IdempotencyKey("order-1"))
	fmt.Println(payment.PaymentID, err)
	// Output:
	// payment-of-order-1 <nil>
}
