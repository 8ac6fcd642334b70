package database

import (
	"strconv"
	"strings"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// group makes one row for each combination of the keys' values.
func (c compiler) group(r relation, g *query.Group) (relation, error) {
	var parts, by []expression
	out := relation{}
	for _, key := range g.Keys {
		value, typ, err := c.value(key.Key)
		if err != nil {
			return relation{}, err
		}
		if key.DateFormat != "" {
			if value, err = c.formatted(value, typ, key); err != nil {
				return relation{}, err
			}
			typ = query.String
		}
		parts = append(parts, value.then(" AS "+quoted(key.Name)))
		by = append(by, value)
		out.columns = append(out.columns, result(key.Name, typ))
	}
	out.ties = all(out.columns)
	inOrder, err := c.inOrder(r)
	if err != nil {
		return relation{}, err
	}
	for _, field := range g.Fields {
		value, typ, err := c.aggregate(field, inOrder)
		if err != nil {
			return relation{}, err
		}
		parts = append(parts, value.then(" AS "+quoted(field.Name)))
		out.columns = append(out.columns, result(field.Name, typ))
	}
	if err := checkNames(out.columns...); err != nil {
		return relation{}, err
	}
	if len(parts) == 0 {
		return relation{}, apierror.Query("aggregate.group has neither keys nor fields.")
	}
	out.expression = c.from(r, commas(parts))
	if len(by) > 0 {
		// By position: the same argument twice is not the same expression.
		positions := make([]string, len(by))
		for i := range by {
			positions[i] = strconv.Itoa(i + 1)
		}
		out.expression = out.then(" GROUP BY " + strings.Join(positions, ", "))
	}
	return out, nil
}

// dateParts are the parts of a date format, as each engine writes them.
var dateParts = map[byte]string{'Y': "YYYY", 'm': "MM", 'd': "DD", 'H': "HH24", 'M': "MI", 'S': "SS"} //nolint:gochecknoglobals // a table

// formatted is a time as text, by a format such as %Y-%m.
func (c compiler) formatted(value expression, typ query.Type, key query.GroupKey) (expression, error) {
	if typ != query.Timestamp {
		return expression{}, apierror.Query("date_format is for times. (key = %s)", key.Key)
	}
	var postgres strings.Builder
	for i := 0; i < len(key.DateFormat); i++ {
		b := key.DateFormat[i]
		switch {
		case b == '%' && i+1 < len(key.DateFormat) && dateParts[key.DateFormat[i+1]] != "":
			i++
			postgres.WriteString(dateParts[key.DateFormat[i]])
		case strings.IndexByte("-_/:. T", b) >= 0:
			if b == 'T' {
				postgres.WriteString(`"T"`)
			} else {
				postgres.WriteByte(b)
			}
		default:
			return expression{}, apierror.Query("date_format %q has more than %%Y %%m %%d %%H %%M %%S and -_/:.T.", key.DateFormat)
		}
	}
	if c.postgres() {
		return sqlf("to_char("+value.sql+" AT TIME ZONE 'UTC', ?)", append(value.args, postgres.String())...), nil
	}
	return sqlf("strftime(?, "+value.sql+")", append([]any{key.DateFormat}, value.args...)...), nil
}
