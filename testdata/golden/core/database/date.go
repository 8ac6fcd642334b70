package database

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// A datePart is a part of a date format as each engine computes it, of a time %s in UTC.
type datePart struct{ postgres, sqlite string }

// dateParts are those of the original's database.
var dateParts = map[byte]datePart{ //nolint:gochecknoglobals // a table
	'Y': {`to_char(%s, 'YYYY')`, `strftime('%%Y', %s)`},
	'm': {`to_char(%s, 'MM')`, `strftime('%%m', %s)`},
	'd': {`to_char(%s, 'DD')`, `strftime('%%d', %s)`},
	'H': {`to_char(%s, 'HH24')`, `strftime('%%H', %s)`},
	'M': {`to_char(%s, 'MI')`, `strftime('%%M', %s)`},
	'S': {`to_char(%s, 'SS')`, `strftime('%%S', %s)`},
	'L': {`to_char(%s, 'MS')`, `substr(strftime('%%f', %s), 4)`},
	'j': {`to_char(%s, 'DDD')`, `strftime('%%j', %s)`},
	'u': {`to_char(%s, 'ID')`, `strftime('%%u', %s)`},
	'w': {`to_char(%s, 'D')`, `CAST(strftime('%%w', %s) + 1 AS TEXT)`},
	'G': {`to_char(%s, 'IYYY')`, `strftime('%%G', %s)`},
	'V': {`to_char(%s, 'IW')`, `strftime('%%V', %s)`},
	'U': {`(SELECT lpad(((EXTRACT(DOY FROM d.t) + 6 - EXTRACT(DOW FROM d.t))::int / 7)::text, 2, '0') FROM (SELECT %s AS t) AS d)`, `strftime('%%U', %s)`},
}

// dateNumbers are the formats that make a number.
var dateNumbers = map[string]datePart{ //nolint:gochecknoglobals // a table
	"year":  {`EXTRACT(YEAR FROM %s)::int`, `CAST(strftime('%%Y', %s) AS INTEGER)`},
	"month": {`EXTRACT(MONTH FROM %s)::int`, `CAST(strftime('%%m', %s) AS INTEGER)`},
	"day":   {`EXTRACT(DAY FROM %s)::int`, `CAST(strftime('%%d', %s) AS INTEGER)`},
}

func (c compiler) datePart(p datePart, value expression) expression {
	if c.postgres() {
		return sqlf(fmt.Sprintf(p.postgres, "(("+value.sql+") AT TIME ZONE 'UTC')"), value.args...)
	}
	return sqlf(fmt.Sprintf(p.sqlite, value.sql), value.args...)
}

// dated is a time as text by a format such as %Y-%m, or its year, month or day as a number.
func (c compiler) dated(value expression, typ query.Type, key query.GroupKey) (expression, query.Field, error) {
	if length := textDates[key.DateFormat]; length > 0 && typ == query.String && key.Key == c.dateKey() {
		return sqlf(fmt.Sprintf("substr(%s, 1, %d)", value.sql, length), value.args...), of(typ), nil
	}
	if typ == query.Date && c.postgres() {
		value = sqlf("("+value.sql+")::timestamp AT TIME ZONE 'UTC'", value.args...)
	} else if typ != query.Timestamp && typ != query.Date {
		return expression{}, query.Field{}, apierror.Query("date_format is for times. (key = %s)", key.Key)
	}
	if number, ok := dateNumbers[key.DateFormat]; ok {
		return c.datePart(number, value), of(query.Int), nil
	}
	if _, err := clean("date_format", key.DateFormat); err != nil {
		return expression{}, query.Field{}, err
	}
	var parts []expression
	for rest := key.DateFormat; rest != ""; {
		text, format, found := strings.Cut(rest, "%")
		if text != "" {
			parts = append(parts, c.text(text))
		}
		if !found {
			break
		}
		switch part, known := dateParts[first(format)]; {
		case known:
			parts = append(parts, c.datePart(part, value))
		case first(format) == '%':
			parts = append(parts, c.text("%"))
		case first(format) == 'z':
			parts = append(parts, c.text("+0000"))
		case first(format) == 'Z':
			parts = append(parts, c.text("+000"))
		default:
			return expression{}, query.Field{}, apierror.Query("date_format %q: it is year, month or day, or has parts of %s, %%z, %%Z and %%%%.", key.DateFormat, partNames())
		}
		rest = format[1:]
	}
	out := parts[0]
	for _, part := range parts[1:] {
		out = out.then(" || ").then(part.sql, part.args...)
	}
	return sqlf("CASE WHEN "+value.sql+" IS NOT NULL THEN (", value.args...).then(out.sql+") END", out.args...), of(query.String), nil
}

// textDates are how much of a text such as 2026-11-30 the formats of periods take.
var textDates = map[string]int{"%Y": 4, "%Y-%m": 7, "%Y-%m-%d": 10} //nolint:gochecknoglobals // a table

func first(text string) byte {
	if text == "" {
		return 0
	}
	return text[0]
}

func partNames() string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(dateParts)) {
		names = append(names, "%"+string(rune(name)))
	}
	return strings.Join(names, " ")
}

// text is a text as a value of a statement's own.
func (c compiler) text(text string) expression {
	if c.postgres() {
		return sqlf("?::text", text)
	}
	return sqlf("?", text)
}
