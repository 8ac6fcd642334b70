package apivalue_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apivalue"
)

func TestDecimalsAreExact(t *testing.T) {
	for text, want := range map[string]string{
		"": "0", "0": "0", "-0": "0", "12.30": "12.3", "+5.": "5", ".5": "0.5", "1e3": "1000", "1E-3": "0.001",
		"0.1": "0.1", "9007199254740993.000000000000000001": "9007199254740993.000000000000000001",
		"1e999":                   "1" + strings.Repeat("0", 999),
		strings.Repeat("9", 1000): strings.Repeat("9", 1000),
	} {
		number, err := apivalue.Decimal("price", text)
		require.NoError(t, err, text)
		assert.Equal(t, want, apivalue.FromDecimal(number), text)
	}
	for _, text := range []string{"x", "1,5", "1_000", " 1", "1 ", "0x10", "NaN", "Infinity", ".", "-", "1e", "1.2.3", "１"} {
		_, err := apivalue.Decimal("price", text)
		assert.Equal(t, "ERROR_INVALID_PARAMETER_TYPE: Parameter type is invalid. (key = price, type = decimal, such as 12.5)", apierror.From(err).Error(), text)
	}
	for _, text := range []string{"1e1000", "1e-1001", "1e999999999", "1e-999999999", "1e99999999999999999999", "0e999999999", strings.Repeat("9", 1001), strings.Repeat("9", 1<<20)} {
		_, err := apivalue.Decimal("price", text)
		assert.ErrorContains(t, err, "key = price, reason = a decimal has at most 1,000 digits", text[:5])
	}
	list, err := apivalue.Decimals("prices", []string{"1.10", "2"})
	require.NoError(t, err)
	assert.Equal(t, []string{"1.1", "2"}, apivalue.FromDecimals(list))
	_, err = apivalue.Decimals("prices", []string{"1.10", "two"})
	assert.ErrorContains(t, err, "key = prices")
	assert.ErrorContains(t, apivalue.CheckDecimal("price", decimal.New(1, math.MaxInt32)), "1,000 digits")
}

func TestDatesAreDays(t *testing.T) {
	day, err := apivalue.Date("day", "2026-01-02")
	require.NoError(t, err)
	assert.Equal(t, time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), day)
	assert.Equal(t, "2026-01-02", apivalue.FromDate(day))
	none, err := apivalue.Date("day", "")
	require.NoError(t, err)
	assert.True(t, none.IsZero())
	assert.Empty(t, apivalue.FromDate(none))
	for _, text := range []string{"2026-02-30", "2026-1-2", "20260102", "2026-01-02T00:00:00Z", "x", "0000-01-01", "0001-01-01"} {
		_, err := apivalue.Date("day", text)
		assert.ErrorContains(t, err, "ERROR_INVALID_PARAMETER: Parameter is invalid. (key = day", text)
	}
	list, err := apivalue.Dates("days", []string{"2026-01-02", "9999-12-31"})
	require.NoError(t, err)
	assert.Equal(t, []string{"2026-01-02", "9999-12-31"}, apivalue.FromDates(list))
}

func TestDurationsFitInto64Bits(t *testing.T) {
	for _, want := range []time.Duration{0, 1, -1, 1500 * time.Millisecond, math.MaxInt64, math.MinInt64} {
		got, err := apivalue.Duration("for", apivalue.FromDuration(want))
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	assert.Nil(t, apivalue.FromDuration(0))
	for _, bad := range []*durationpb.Duration{
		{Seconds: math.MaxInt64}, {Seconds: 1, Nanos: -1}, {Seconds: 9_223_372_037}, {Seconds: -9_223_372_037}, {Seconds: 9_223_372_036, Nanos: 900_000_000},
	} {
		_, err := apivalue.Duration("for", bad)
		assert.ErrorContains(t, err, "(key = for, reason = ", bad)
	}
	list, err := apivalue.Durations("for", []*durationpb.Duration{durationpb.New(time.Hour), {}})
	require.NoError(t, err)
	assert.Equal(t, []time.Duration{time.Hour, 0}, list)
	assert.True(t, proto.Equal(&durationpb.Duration{}, apivalue.FromDurations(list)[1]))
}
