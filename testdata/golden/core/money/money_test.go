package money_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/money"
)

func TestMoneyIsKeptExactly(t *testing.T) {
	for _, c := range []struct{ amount, currency, document, text string }{
		{"12.3", "EUR", `{"amount":"12.30","currency":"EUR"}`, "12.30 EUR"},
		{"12.30", "EUR", `{"amount":"12.30","currency":"EUR"}`, "12.30 EUR"},
		{"0.12345", "EUR", `{"amount":"0.12345","currency":"EUR"}`, "0.12345 EUR"},
		{"-5.0", "JPY", `{"amount":"-5","currency":"JPY"}`, "-5 JPY"},
		{"1", "KWD", `{"amount":"1.000","currency":"KWD"}`, "1.000 KWD"},
		{"", "USD", `{"amount":"0.00","currency":"USD"}`, "0.00 USD"},
		{"9007199254740993.01", "USD", `{"amount":"9007199254740993.01","currency":"USD"}`, "9007199254740993.01 USD"},
		{"", "", `null`, ""},
	} {
		m, err := money.Parse("price", c.amount, c.currency)
		require.NoError(t, err)
		assert.Equal(t, c.text, m.String())
		assert.Equal(t, c.text == "", m.IsZero())
		document, err := json.Marshal(m)
		require.NoError(t, err)
		assert.Equal(t, c.document, string(document))
		stored, err := m.Value()
		require.NoError(t, err)
		for _, form := range []any{stored, document} {
			back := money.Money{Currency: "XXX"}
			require.NoError(t, back.Scan(form))
			assert.True(t, m.Amount.Equal(back.Amount))
			assert.Equal(t, m.Currency, back.Currency)
		}
	}
}

func TestMoneySaysWhatIsWrongWithIt(t *testing.T) {
	for _, c := range []struct{ amount, currency, want string }{
		{"12,30", "EUR", "ERROR_INVALID_PARAMETER_TYPE: Parameter type is invalid. (key = price.amount, type = decimal, such as 12.5)"},
		{"1e999999999", "EUR", "ERROR_INVALID_PARAMETER: Parameter is invalid. (key = price.amount, reason = a decimal has at most 1,000 digits)"},
		{"12.30", "", "ERROR_INVALID_PARAMETER: Parameter is invalid. (key = price.currency, reason = not a code of ISO 4217, such as EUR)"},
		{"12.30", "eur", "key = price.currency"},
		{"12.30", "EUROS", "key = price.currency"},
		{"", "QQQ", "key = price.currency"},
	} {
		_, err := money.Parse("price", c.amount, c.currency)
		assert.ErrorContains(t, err, c.want)
	}
	var m money.Money
	require.ErrorContains(t, m.Scan(7), "int is no document")
	require.Error(t, m.Scan(`{"amount": 5`))
	assert.Error(t, m.Scan(`{"amount":"x","currency":"EUR"}`))
}
