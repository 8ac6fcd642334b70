package manager

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/money"

	"example.com/shop/internal/connector"
)

// Payment takes payments.
type Payment interface {
	// Charge charges a card. Whoever calls again with the same key pays once.
	Charge(ctx context.Context, key, card string, amount money.Money) error
}

// NewPayment makes the manager.
func NewPayment(c connector.Connectors) Payment {
	return &paymentManager{payments: c.Payment}
}

type paymentManager struct{ payments *connector.Payment }

func (m *paymentManager) Charge(ctx context.Context, key, card string, amount money.Money) error {
	_, err := m.payments.Charge(ctx, key, connector.Charge{Card: card, Amount: amount.AmountText(), Currency: amount.Currency})
	return err
}
