package database

import (
	"cmp"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apivalue"
	"github.com/cloudforet-io/spacegen/core/query"
)

// numeric makes the numbers of a condition's value, or of the list or map that it is,
// int64 or float64, so that whatever follows knows only these. Whole numbers stay
// exact but where they came as doubles: the numbers of a Query message are
// google.protobuf.Values, which hold nothing else. Beyond 2^53 callers write them
// as the text of digits that JSON has for an int64.
func numeric(field query.Field, value any) any {
	switch v := value.(type) {
	case []any:
		list := make([]any, len(v))
		for i, one := range v {
			list[i] = numeric(field, one)
		}
		return list
	case map[string]any:
		members := make(map[string]any, len(v))
		for name, one := range v {
			members[name] = numeric(query.Field{Type: query.Struct}, one)
		}
		return members
	case string:
		return numberIn(field, v)
	}
	v := reflect.ValueOf(value)
	switch {
	case v.CanInt():
		return v.Int()
	case v.CanUint() && v.Uint() <= math.MaxInt64:
		return int64(v.Uint()) //nolint:gosec // it was looked at
	case v.CanUint():
		return float64(v.Uint()) // more than any column has
	case v.CanFloat():
		return v.Float()
	default:
		return value
	}
}

// numberIn is the number that a text has, where a column holds numbers: with conditions
// for a document, texts stay what they are.
func numberIn(field query.Field, text string) any {
	if field.JSON() || field.Type != query.Int && field.Type != query.Double {
		return text
	}
	if whole, err := strconv.ParseInt(text, 10, 64); err == nil {
		return whole
	}
	if number, err := strconv.ParseFloat(text, 64); err == nil && !math.IsInf(number, 0) && !math.IsNaN(number) {
		return number
	}
	return text
}

// typed turns a value into one of the column's type; ok is false for a value of another
// type, to which nothing in the column is equal.
func typed(field query.Field, value any) (out any, ok bool, err error) {
	switch field.Type {
	case query.String, query.Enum:
		if text, is := value.(string); is {
			out, err = clean(field.Name, text)
			return out, true, err
		}
	case query.Int:
		switch number := value.(type) {
		case int64:
			return number, true, nil
		case float64:
			if number == math.Trunc(number) && math.Abs(number) < 1<<63 {
				return int64(number), true, nil
			}
			return number, true, nil // nothing is equal to it, but more or less than it
		}
	case query.Double:
		switch number := value.(type) {
		case int64:
			return float64(number), true, nil
		case float64:
			return number, true, nil
		}
	case query.Bool:
		if truth, is := value.(bool); is {
			return truth, true, nil
		}
	case query.Timestamp:
		if text, is := value.(string); is {
			out, err = parseTime(field.Name, text)
			return out, true, err
		}
	case query.Date:
		if text, is := value.(string); is {
			at, err := parseTime(field.Name, text)
			return at.UTC().Format(time.DateOnly), isDay(at), err
		}
	case query.Decimal:
		number, ok, err := numberOf(field.Name, value)
		return number.String(), ok, err
	case query.Duration, total:
		nanos, ok, err := nanosecondsOf(field.Name, value)
		whole := nanos.BigInt()
		switch {
		case err != nil || !ok:
			return nil, false, err
		case field.Type == total:
			return nanos.String(), true, nil
		case whole.IsInt64():
			return whole.Int64(), true, nil
		}
		return nanos.InexactFloat64(), true, nil // nothing is equal to it, but more or less than it
	}
	return nil, false, nil
}

// numberOf is the exact number that a value is; ok is false if it is none.
func numberOf(key string, value any) (number decimal.Decimal, ok bool, err error) {
	text, isText := value.(string)
	if !isText {
		number, ok = decimalOf(value)
		return number, ok, nil
	}
	number, err = apivalue.Decimal(key, text)
	if text == "" || err != nil && apierror.From(err).Code == "ERROR_INVALID_PARAMETER_TYPE" {
		return decimal.Decimal{}, false, nil
	}
	return number, true, err
}

// nanosecondsOf are those of a duration: seconds as a number, or a text with a unit or
// without.
func nanosecondsOf(key string, value any) (nanos decimal.Decimal, ok bool, err error) {
	text, isText := value.(string)
	if isText {
		value = strings.TrimSuffix(text, "s") // as messages have it, it may be longer than Go's
	}
	seconds, ok, err := numberOf(key, value)
	switch {
	case !ok && isText:
		d, err := time.ParseDuration(text)
		if err != nil {
			return nanos, false, apierror.Query("%q is no duration, such as 90s or 1.5h. (key = %s)", text, key)
		}
		return decimal.NewFromInt(d.Nanoseconds()), true, nil
	case !ok || err != nil:
		return nanos, false, err
	}
	if nanos = seconds.Shift(9); !nanos.IsInteger() {
		return nanos, false, apierror.Query("A duration has whole nanoseconds. (key = %s)", key)
	}
	return nanos, true, nil
}

// clean refuses text that no database keeps.
func clean(key, text string) (string, error) {
	if strings.ContainsRune(text, 0) {
		return "", apierror.Invalid(key, "text must not hold a NUL character")
	}
	return text, nil
}

// dated refuses a time that no database keeps, nor any message.
func dated(key string, at time.Time) error {
	if year := at.UTC().Year(); year < 1 || year > 9999 {
		return apierror.Invalid(key, "a time lies between the years 1 and 9999")
	}
	return nil
}

// storable refuses a value with something in it that no database keeps. In a
// document that is stored a NUL is escaped, and does no harm.
func storable(key string, value reflect.Value, document bool) error {
	switch value.Kind() {
	case reflect.String:
		if document {
			return nil
		}
		_, err := clean(key, value.String())
		return err
	case reflect.Float64, reflect.Float32:
		if f := value.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			return apierror.Invalid(key, "a number is finite")
		}
	case reflect.Interface, reflect.Pointer:
		return storable(key, value.Elem(), document)
	case reflect.Slice, reflect.Map:
		if value.Type() == reflect.TypeFor[[]byte]() {
			return nil
		}
		for name, element := range value.Seq2() {
			if err := cmp.Or(storable(key, name, document), storable(key, element, document)); err != nil {
				return err
			}
		}
	case reflect.Struct:
		switch v := value.Interface().(type) {
		case time.Time:
			return dated(key, v)
		case decimal.Decimal:
			return apivalue.CheckDecimal(key, v)
		}
		for i := range value.NumField() {
			if value.Type().Field(i).IsExported() {
				if err := storable(key, value.Field(i), document); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
