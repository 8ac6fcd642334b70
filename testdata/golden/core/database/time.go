package database

import (
	"cmp"
	"regexp"
	"strconv"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// isoTime is a time in ISO 8601, extended or basic: a year, perhaps a month and a day, and
// perhaps a time of the day with its zone. Without one it is UTC.
var isoTime = regexp.MustCompile(`^(\d{4})(?:-?(\d\d)(?:-?(\d\d)(?:[T ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?)?)?$`)

func parseTime(key, text string) (time.Time, error) {
	refused := apierror.Query("%q is no time in ISO 8601, such as 2026-11-30T12:00:00Z. (key = %s)", text, key)
	m := isoTime.FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, refused
	}
	number := func(text string, missing int) int {
		n, err := strconv.Atoi(text)
		if err != nil {
			return missing // the pattern has only digits there, or nothing
		}
		return n
	}
	nanos := number((m[7] + "000000000")[:9], 0)
	year, month, day := number(m[1], 0), number(m[2], 1), number(m[3], 1)
	hour, minute, second := number(m[4], 0), number(m[5], 0), number(m[6], 0)
	at := time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC)
	if at.Year() != year || int(at.Month()) != month || at.Day() != day || at.Hour() != hour || at.Minute() != minute || at.Second() != second {
		return time.Time{}, refused // such as the 31st of April
	}
	if zone := cmp.Or(m[8], "Z"); zone != "Z" {
		away := time.Duration(number(zone[1:3], 0)) * time.Hour
		if len(zone) > 3 {
			away += time.Duration(number(zone[len(zone)-2:], 0)) * time.Minute
		}
		if zone[0] == '+' {
			away = -away
		}
		at = at.Add(away)
	}
	return at, dated(key, at)
}
