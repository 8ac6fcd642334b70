package connector

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/httpconnector"
)

// Payment calls the API of the payment provider.
// The configuration says where it is, and how to authenticate:
//
//	CONNECTORS:
//	  PaymentConnector:
//	    url: https://payment.example.com/v1
//	    auth: {type: bearer, token_file: /run/secrets/payment-token}
//
// httpconnector.Settings has all that can be set.
type Payment struct{ http *httpconnector.Client }

// NewPayment makes the connector.
func NewPayment(d Deps) *Payment {
	return &Payment{http: httpconnector.New(httpconnector.Options{Name: "PaymentConnector", Config: d.Config, Log: d.Log, Metrics: d.Calls})}
}

// Check reports what is wrong with the configuration. The service asks when it starts.
func (c *Payment) Check() error { return c.http.Check() }

// Close lets go of connections.
func (c *Payment) Close() error { return c.http.Close() }

// Charge is what a card is charged with.
type Charge struct {
	ID       string `json:"id,omitempty"`
	Card     string `json:"card,omitempty"`
	Amount   string `json:"amount,omitempty"`
	Currency string `json:"currency,omitempty"`
}

// Charge charges a card. Whoever calls again with the same key charges it once.
func (c *Payment) Charge(ctx context.Context, key string, charge Charge) (*Charge, error) {
	made := new(Charge)
	if err := c.http.Post(ctx, "/charges", charge, made, httpconnector.IdempotencyKey(key)); err != nil {
		return nil, err
	}
	return made, nil
}
