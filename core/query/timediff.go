package query

import (
	"regexp"
	"strconv"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// timediff is a time relative to now: now, or the beginning of today, of this
// week or this month (now/d, now/w, now/m), more or less a duration: now-7d.
var timediff = regexp.MustCompile(`^\s*now(?:/([dwm]))?\s*(?:([+-])\s*(\d{1,6})([smhdw]))?\s*$`)

// Timediff gives the time, in UTC, that such an expression means at now.
func Timediff(now time.Time, text string) (time.Time, error) {
	m := timediff.FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, apierror.Query("%q is no time relative to now, such as now-7d or now/d+1h.", text)
	}
	t := now.UTC()
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	switch m[1] {
	case "d":
		t = day
	case "w": // weeks begin on Monday
		t = day.AddDate(0, 0, -(int(t.Weekday())+6)%7)
	case "m":
		t = day.AddDate(0, 0, 1-t.Day())
	}
	if m[2] == "" {
		return t, nil
	}
	n, err := strconv.Atoi(m[2] + m[3])
	if err != nil {
		return time.Time{}, apierror.Query("%q is no time relative to now.", text)
	}
	switch m[4] {
	case "w": // a Duration holds no more than 292 years
		return t.AddDate(0, 0, 7*n), nil
	case "d":
		return t.AddDate(0, 0, n), nil
	}
	unit := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}
	return t.Add(time.Duration(n) * unit[m[4]]), nil
}
