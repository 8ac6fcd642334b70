package database

import (
	"database/sql/driver"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
	"modernc.org/sqlite"

	"github.com/cloudforet-io/spacegen/core/apivalue"
	"github.com/cloudforet-io/spacegen/core/query"
)

// SQLite knows whole numbers of 64 bits and doubles alone, so that an exact number is a
// text there, which a collation compares as numbers. The names are those that SQLite's
// own shell has for the same.
const (
	decimalType     = "TEXT COLLATE decimal"
	decimalCollated = " COLLATE decimal"
)

// averageDigits are those that an average of decimals has behind the point, unless the
// sum has more.
const averageDigits = 16

// maxSum is how long the text of a sum is at most: it may have more digits than a decimal.
const maxSum = 1 << 12

// total is the type of a sum or an average of durations, which may be more nanoseconds
// than 64 bits hold. SQL has it as it has decimals.
const total query.Type = -1

// isExact reports whether the values of a type are exact numbers of any size.
func isExact(typ query.Type) bool { return typ == query.Decimal || typ == total }

// places are how many digits behind the point an average of a type has.
func places(typ query.Type) int {
	if typ == query.Decimal {
		return averageDigits
	}
	return 0
}

// registerDecimals teaches SQLite to compare and to add exact numbers.
func registerDecimals(d *sqlite.Driver) {
	d.MustRegisterCollationUtf8("decimal", compareDecimals)
	d.MustRegisterDeterministicScalarFunction("decimal", 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		if number, ok := decimalOf(args[0]); ok {
			return number.String(), nil
		}
		return nil, nil //nolint:nilnil // what is no number is NULL
	})
	d.MustRegisterFunction("decimal_sum", &sqlite.FunctionImpl{
		NArgs: 1, Deterministic: true,
		MakeAggregate: func(sqlite.FunctionContext) (sqlite.AggregateFunction, error) { return new(decimalSum), nil },
	})
	d.MustRegisterFunction("decimal_average", &sqlite.FunctionImpl{
		NArgs: 3, Deterministic: true,
		MakeAggregate: func(sqlite.FunctionContext) (sqlite.AggregateFunction, error) { return new(decimalAverage), nil },
	})
}

// compareDecimals orders texts as the numbers that they are; what is no number comes
// last, by its bytes.
func compareDecimals(left, right string) int {
	a, isNumber := decimalOf(left)
	b, areBoth := decimalOf(right)
	switch {
	case isNumber && areBoth:
		return a.Cmp(b)
	case isNumber:
		return -1
	case areBoth:
		return 1
	default:
		return strings.Compare(left, right)
	}
}

// decimalOf is the number that a value of SQLite is.
func decimalOf(value driver.Value) (decimal.Decimal, bool) {
	switch v := value.(type) {
	case int64:
		return decimal.NewFromInt(v), true
	case float64:
		number, err := apivalue.Decimal("", strconv.FormatFloat(v, 'g', -1, 64))
		return number, err == nil
	case string:
		if v == "" {
			return decimal.Decimal{}, false
		}
		if len(v) <= maxSum && !strings.ContainsAny(v, "eE") { // which cannot become longer
			number, err := decimal.NewFromString(v)
			return number, err == nil
		}
		number, err := apivalue.Decimal("", v)
		return number, err == nil
	default:
		return decimal.Decimal{}, false
	}
}

// decimalSum is decimal_sum(number): 0 of no numbers at all.
type decimalSum struct{ sum decimal.Decimal }

// Step adds a number; what is none counts for nothing.
func (s *decimalSum) Step(_ *sqlite.FunctionContext, args []driver.Value) error {
	if number, ok := decimalOf(args[0]); ok {
		s.sum = s.sum.Add(number)
	}
	return nil
}

// WindowInverse takes a number away again.
func (s *decimalSum) WindowInverse(_ *sqlite.FunctionContext, args []driver.Value) error {
	if number, ok := decimalOf(args[0]); ok {
		s.sum = s.sum.Sub(number)
	}
	return nil
}

// WindowValue is the sum.
func (s *decimalSum) WindowValue(*sqlite.FunctionContext) (driver.Value, error) {
	return s.sum.String(), nil
}

// Final has nothing to do.
func (*decimalSum) Final(*sqlite.FunctionContext) {}

// decimalAverage is decimal_average(sum, count, places): that of as many numbers as the
// counts add up to, rounded to so many places or to as many as the sum has.
type decimalAverage struct {
	decimalSum

	count  int64
	places int32
}

// Step adds numbers.
func (a *decimalAverage) Step(ctx *sqlite.FunctionContext, args []driver.Value) error {
	count, _ := args[1].(int64)
	places, ok := args[2].(int64)
	if !ok || places < 0 || places > averageDigits {
		return fmt.Errorf("decimal_average(sum, count, places): places are %v", args[2])
	}
	a.count, a.places = a.count+count, int32(places)
	return a.decimalSum.Step(ctx, args)
}

// WindowInverse takes numbers away again.
func (a *decimalAverage) WindowInverse(ctx *sqlite.FunctionContext, args []driver.Value) error {
	count, _ := args[1].(int64)
	a.count -= count
	return a.decimalSum.WindowInverse(ctx, args)
}

// WindowValue is the average; NULL of no numbers.
func (a *decimalAverage) WindowValue(*sqlite.FunctionContext) (driver.Value, error) {
	if a.count == 0 {
		return nil, nil //nolint:nilnil // NULL
	}
	return a.sum.DivRound(decimal.NewFromInt(a.count), max(a.places, fraction(a.sum))).String(), nil
}

// fraction is how many digits a number has behind its point, without zeros at the end.
func fraction(number decimal.Decimal) int32 {
	_, digits, _ := strings.Cut(number.String(), ".")
	return int32(len(digits)) //nolint:gosec // decimals have 1,000 digits at most
}

// averageExactly is the average of sums and counts in PostgreSQL, with as many digits as
// decimal_average gives it: the division has far more, so that it is rounded once.
func averageExactly(sum, count expression, typ query.Type) expression {
	more := "1." + strings.Repeat("0", 3*averageDigits)
	return sqlf(fmt.Sprintf("(SELECT trim_scale(round(a.s * %s / NULLIF(a.n, 0), greatest(min_scale(a.s), %d))) FROM (SELECT SUM(", more, places(typ))).
		then(sum.sql+") AS s, SUM(", sum.args...).then(count.sql+") AS n) AS a)", count.args...)
}

// exactText is an exact number of the database as results have it.
func exactText(value any, typ query.Type) (any, bool) {
	number, ok := decimalOf(value)
	switch {
	case !ok:
		return nil, false
	case typ == query.Decimal:
		return number.String(), true
	default:
		return durationText(number.BigInt()), true
	}
}

// durationText is so many nanoseconds as messages have durations in JSON.
func durationText(nanos *big.Int) string {
	seconds, rest := new(big.Int).QuoRem(new(big.Int).Abs(nanos), big.NewInt(1e9), new(big.Int))
	text := fmt.Sprintf("%09d", rest.Int64())
	for strings.HasSuffix(text, "000") {
		text = text[:len(text)-3]
	}
	if text != "" {
		text = "." + text
	}
	text = seconds.String() + text + "s"
	if nanos.Sign() < 0 {
		text = "-" + text
	}
	return text
}
