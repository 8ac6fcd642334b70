package apivalue

import (
	"regexp"
	"time"

	"github.com/shopspring/decimal"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// maxDigits is how many digits a decimal has at most, written without an exponent.
const maxDigits = 1000

// maxText is how long the text of a decimal is at most: beside its digits, it may have
// signs, a point and an exponent.
const maxText = maxDigits + 16

// decimalNumber is what a decimal looks like.
var decimalNumber = regexp.MustCompile(`^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$`)

// Decimal reads the exact number of the parameter key; zero for an empty text. Text that
// is no number is of an invalid type; a number of too many digits is invalid.
func Decimal(key, text string) (decimal.Decimal, error) {
	if text == "" {
		return decimal.Decimal{}, nil
	}
	if !decimalNumber.MatchString(text) {
		return decimal.Decimal{}, apierror.InvalidType(key, "decimal, such as 12.5")
	}
	if len(text) > maxText {
		return decimal.Decimal{}, tooLong(key)
	}
	number, err := decimal.NewFromString(text)
	if err != nil { // of its looks it is a number: the exponent is out of bounds
		return decimal.Decimal{}, tooLong(key)
	}
	if err := CheckDecimal(key, number); err != nil {
		return decimal.Decimal{}, err // whoever writes the number would fill the memory after all
	}
	return number, nil
}

// CheckDecimal refuses a decimal of more digits than are kept: written without its
// exponent, it might fill the memory.
func CheckDecimal(key string, number decimal.Decimal) error {
	whole, fraction := number.NumDigits()+int(number.Exponent()), -int(number.Exponent())
	if max(whole, 0)+max(fraction, 0) > maxDigits {
		return tooLong(key)
	}
	return nil
}

func tooLong(key string) error {
	return apierror.Invalid(key, "a decimal has at most 1,000 digits")
}

// FromDecimal writes a decimal, without an exponent and without zeros at its end.
func FromDecimal(number decimal.Decimal) string { return number.String() }

// Decimals is Decimal for a list.
func Decimals(key string, texts []string) ([]decimal.Decimal, error) {
	return each(key, texts, Decimal)
}

// FromDecimals is FromDecimal for a list.
func FromDecimals(numbers []decimal.Decimal) []string { return all(numbers, FromDecimal) }

// Date reads the day of the parameter key, which begins at midnight in UTC; the zero time
// for an empty text.
func Date(key, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, apierror.Invalid(key, "not a date, such as 2006-01-02")
	}
	if day.IsZero() || day.Year() < 1 {
		return time.Time{}, apierror.Invalid(key, "a date lies between 0001-01-02 and 9999-12-31")
	}
	return day, nil
}

// FromDate writes a day; the empty text for the zero time.
func FromDate(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return day.UTC().Format(time.DateOnly)
}

// Dates is Date for a list.
func Dates(key string, texts []string) ([]time.Time, error) { return each(key, texts, Date) }

// FromDates is FromDate for a list.
func FromDates(days []time.Time) []string { return all(days, FromDate) }

// Duration reads the duration of the parameter key; 0 for nil.
func Duration(key string, d *durationpb.Duration) (time.Duration, error) {
	if d == nil {
		return 0, nil
	}
	if err := d.CheckValid(); err != nil {
		return 0, apierror.Invalid(key, "not a duration: its seconds and nanos have different signs, or are out of range")
	}
	duration := d.AsDuration()
	if back := durationpb.New(duration); back.GetSeconds() != d.GetSeconds() || back.GetNanos() != d.GetNanos() {
		return 0, apierror.Invalid(key, "a duration has at most 292 years")
	}
	return duration, nil
}

// FromDuration makes a duration of a message; nil for 0.
func FromDuration(d time.Duration) *durationpb.Duration {
	if d == 0 {
		return nil
	}
	return durationpb.New(d)
}

// Durations is Duration for a list.
func Durations(key string, list []*durationpb.Duration) ([]time.Duration, error) {
	return each(key, list, Duration)
}

// FromDurations is FromDuration for a list, in which 0 is a duration as well.
func FromDurations(list []time.Duration) []*durationpb.Duration { return all(list, durationpb.New) }

// each reads the elements of a list.
func each[From, To any](key string, list []From, read func(string, From) (To, error)) ([]To, error) {
	out := make([]To, 0, len(list))
	for _, one := range list {
		to, err := read(key, one)
		if err != nil {
			return nil, err
		}
		out = append(out, to)
	}
	return out, nil
}

// all writes the elements of a list.
func all[From, To any](list []From, write func(From) To) []To {
	out := make([]To, 0, len(list))
	for _, one := range list {
		out = append(out, write(one))
	}
	return out
}
