// Package money has amounts of money: an exact number and its currency, which belong
// together. Nothing is converted or rounded.
package money

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"github.com/shopspring/decimal"
	"golang.org/x/text/currency"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apivalue"
)

// Money is an amount in a currency. The zero Money is none at all, which is something
// else than an amount of 0.
type Money struct {
	Amount   decimal.Decimal
	Currency string // its code in ISO 4217, such as EUR
}

// Parse reads the money of a field from an amount, which is 0 if it is empty, and a
// currency. Without both it is none.
func Parse(field, amount, code string) (Money, error) {
	if amount == "" && code == "" {
		return Money{}, nil
	}
	number, err := apivalue.Decimal(field+".amount", amount)
	if err != nil {
		return Money{}, err
	}
	unit, err := currency.ParseISO(code)
	if err != nil || unit.String() != code {
		return Money{}, apierror.Invalid(field+".currency", "not a code of ISO 4217, such as EUR")
	}
	return Money{number, code}, nil
}

// IsZero reports whether it is no money at all.
func (m Money) IsZero() bool { return m.Currency == "" && m.Amount.IsZero() }

// AmountText writes the amount, with at least as many digits behind the point as its
// currency has: 12.30 of euros, 12 of yen. It is empty for none.
func (m Money) AmountText() string {
	if m.IsZero() {
		return ""
	}
	digits := int32(0)
	if unit, err := currency.ParseISO(m.Currency); err == nil {
		scale, _ := currency.Standard.Rounding(unit)
		digits = int32(scale) //nolint:gosec // 4 at most
	}
	if m.Amount.Equal(m.Amount.Truncate(digits)) {
		return m.Amount.StringFixed(digits)
	}
	return m.Amount.String()
}

// String writes both: 12.30 EUR.
func (m Money) String() string {
	if m.IsZero() {
		return ""
	}
	return m.AmountText() + " " + m.Currency
}

// document is how it is stored, and how JSON has it.
type document struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

// MarshalJSON writes the amount as text, which stays exact; null for none.
func (m Money) MarshalJSON() ([]byte, error) {
	if m.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(document{m.AmountText(), m.Currency})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (m *Money) UnmarshalJSON(text []byte) error {
	var read document
	if err := json.Unmarshal(text, &read); err != nil {
		return err
	}
	parsed, err := Parse("money", read.Amount, read.Currency)
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}

// Value is what is stored; NULL for none.
func (m Money) Value() (driver.Value, error) {
	if m.IsZero() {
		return nil, nil //nolint:nilnil // NULL
	}
	text, err := json.Marshal(m)
	return string(text), err
}

// Scan reads what was stored.
func (m *Money) Scan(stored any) error {
	switch stored := stored.(type) {
	case nil:
		*m = Money{}
		return nil
	case string:
		return m.UnmarshalJSON([]byte(stored))
	case []byte:
		return m.UnmarshalJSON(stored)
	default:
		return fmt.Errorf("read money: %T is no document", stored)
	}
}
