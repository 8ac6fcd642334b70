package database

import (
	"strconv"
	"strings"

	"github.com/cloudforet-io/inventory/internal/core/apierror"
	"github.com/cloudforet-io/inventory/internal/core/query"
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
		out.columns = append(out.columns, query.Field{Name: key.Name, Type: typ})
	}
	for _, field := range g.Fields {
		value, typ, err := c.aggregate(field)
		if err != nil {
			return relation{}, err
		}
		parts = append(parts, value.then(" AS "+quoted(field.Name)))
		out.columns = append(out.columns, query.Field{Name: field.Name, Type: typ})
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

// aggregate is a value over the rows of a group.
func (c compiler) aggregate(field query.GroupField) (expression, query.Type, error) {
	conditions, err := c.conditions(field.Conditions)
	if err != nil {
		return expression{}, 0, err
	}
	if field.Operator == "count" {
		if len(conditions) == 0 {
			return sqlf("COUNT(*)"), query.Int, nil
		}
		all := joined(" AND ", conditions...)
		return sqlf("COALESCE(SUM(CASE WHEN "+all.sql+" THEN 1 ELSE 0 END), 0)", all.args...), query.Int, nil
	}
	if field.Operator == "push" && field.Key == "" {
		return c.pushObjects(field)
	}
	if field.Key == "" {
		return expression{}, 0, apierror.Query("%s of aggregate.group needs a key. (name = %s)", field.Operator, field.Name)
	}
	value, typ, err := c.value(field.Key)
	if err != nil {
		return expression{}, 0, err
	}
	switch field.Operator {
	case "sum", "average":
		number, err := c.number(value, typ, field.Key)
		if err != nil {
			return expression{}, 0, err
		}
		if len(conditions) > 0 {
			all := joined(" AND ", conditions...)
			number = sqlf("CASE WHEN "+all.sql+" THEN ", all.args...).then(number.sql+" ELSE 0 END", number.args...)
		}
		if field.Operator == "average" {
			return sqlf("AVG("+number.sql+")", number.args...), query.Double, nil
		}
		return sqlf("COALESCE(SUM("+number.sql+"), 0)", number.args...), query.Double, nil
	case "max", "min":
		return c.extreme(field, value, typ, conditions)
	case "push", "add_to_set":
		return c.gather(field, value, typ, conditions)
	default:
		return expression{}, 0, apierror.Query("aggregate.group does not support the operator %q; it has count, sum, average, max, min, push, add_to_set.", field.Operator)
	}
}

// number is a value as a double, which is all that an answer's google.protobuf.Struct
// has; what is no number counts for nothing.
func (c compiler) number(value expression, typ query.Type, key string) (expression, error) {
	switch typ {
	case query.Int, query.Double:
		if c.postgres() {
			return sqlf("("+value.sql+")::double precision", value.args...), nil
		}
		return sqlf("CAST("+value.sql+" AS REAL)", value.args...), nil
	case query.Struct:
		args := append(append([]any{}, value.args...), value.args...)
		if c.postgres() {
			return sqlf("CASE WHEN jsonb_typeof("+value.sql+") = 'number' THEN ("+value.sql+" #>> '{}')::double precision END", args...), nil
		}
		return sqlf("CASE WHEN json_type("+value.sql+") IN ('integer', 'real') THEN json_extract("+value.sql+", '$') END", args...), nil
	default:
		return expression{}, apierror.Query("%s is no number.", key)
	}
}

func (c compiler) extreme(field query.GroupField, value expression, typ query.Type, conditions []expression) (expression, query.Type, error) {
	if len(conditions) > 0 {
		return expression{}, 0, apierror.Query("%s of aggregate.group takes no conditions. (name = %s)", field.Operator, field.Name)
	}
	switch typ {
	case query.Bool:
		return expression{}, 0, apierror.Query("%s is neither greater nor less than another.", field.Key)
	case query.Struct:
		var err error
		if value, err = c.number(value, typ, field.Key); err != nil {
			return expression{}, 0, err
		}
		typ = query.Double
	case query.String, query.Enum:
		if c.postgres() {
			value = value.then(` COLLATE "C"`)
		}
	}
	return sqlf(strings.ToUpper(field.Operator)+"("+value.sql+")", value.args...), typ, nil
}

// gather makes a list of the values of a group.
func (c compiler) gather(field query.GroupField, value expression, typ query.Type, conditions []expression) (expression, query.Type, error) {
	if len(conditions) > 0 {
		return expression{}, 0, apierror.Query("%s of aggregate.group takes no conditions. (name = %s)", field.Operator, field.Name)
	}
	distinct := ""
	if field.Operator == "add_to_set" {
		distinct = "DISTINCT "
	}
	element := c.asDocument(value, typ)
	if c.postgres() {
		return sqlf("COALESCE(jsonb_agg("+distinct+element.sql+"), '[]')", element.args...), query.Struct, nil
	}
	// SQLite takes a document that went through an aggregate for a text, so
	// the list is put together as one.
	return sqlf("'[' || COALESCE(group_concat("+distinct+element.sql+"), '') || ']'", element.args...), query.Struct, nil
}

// pushObjects makes a list of objects, one for each row of a group.
func (c compiler) pushObjects(field query.GroupField) (expression, query.Type, error) {
	if len(field.Fields) == 0 || len(field.Conditions) > 0 {
		return expression{}, 0, apierror.Query("push of aggregate.group needs a key or fields, and no conditions. (name = %s)", field.Name)
	}
	var parts []expression
	for _, sub := range field.Fields {
		value, typ, err := c.value(sub.Key)
		if err != nil {
			return expression{}, 0, err
		}
		value = c.asDocument(value, typ)
		if c.postgres() {
			parts = append(parts, sqlf("?::text, ", sub.Name).then(value.sql, value.args...))
		} else {
			parts = append(parts, sqlf("?, json(", sub.Name).then(value.sql+")", value.args...))
		}
	}
	all := commas(parts)
	if c.postgres() {
		return sqlf("COALESCE(jsonb_agg(jsonb_build_object("+all.sql+")), '[]')", all.args...), query.Struct, nil
	}
	return sqlf("'[' || COALESCE(group_concat(json_object("+all.sql+")), '') || ']'", all.args...), query.Struct, nil
}

// asDocument is a value as a JSON document.
func (c compiler) asDocument(value expression, typ query.Type) expression {
	switch {
	case c.postgres() && typ == query.Struct:
		return value
	case c.postgres() && typ == query.Timestamp:
		return sqlf(`to_jsonb(to_char(`+value.sql+` AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`, value.args...)
	case c.postgres():
		return sqlf("to_jsonb("+value.sql+")", value.args...)
	case typ == query.Struct:
		return sqlf("COALESCE("+value.sql+", 'null')", value.args...)
	case typ == query.Bool:
		return sqlf("CASE WHEN "+value.sql+" THEN 'true' ELSE 'false' END", value.args...)
	case typ == query.Timestamp:
		return sqlf("json_quote(strftime('%Y-%m-%dT%H:%M:%fZ', "+value.sql+"))", value.args...)
	default:
		return sqlf("json_quote("+value.sql+")", value.args...)
	}
}
