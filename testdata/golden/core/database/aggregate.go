package database

import (
	"fmt"
	"strings"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// aggregate is a value over the rows of a group, which are gathered in an order.
func (c compiler) aggregate(field query.GroupField, inOrder expression) (expression, query.Field, error) {
	conditions, err := c.conditions(field.Conditions)
	if err != nil {
		return expression{}, query.Field{}, err
	}
	if field.Operator == "count" {
		if len(conditions) == 0 {
			return sqlf("COUNT(*)"), of(query.Int), nil
		}
		all := joined(" AND ", conditions...)
		return sqlf("COALESCE(SUM(CASE WHEN "+all.sql+" THEN 1 ELSE 0 END), 0)", all.args...), of(query.Int), nil
	}
	sums := field.Operator == "sum" || field.Operator == "average"
	if len(conditions) > 0 && !sums {
		return expression{}, query.Field{}, apierror.Query("%s of aggregate.group takes no conditions. (name = %s)", field.Operator, field.Name)
	}
	if field.Operator == "push" && field.Key == "" {
		return c.pushObjects(field, inOrder)
	}
	if field.Key == "" {
		return expression{}, query.Field{}, apierror.Query("%s of aggregate.group needs a key. (name = %s)", field.Operator, field.Name)
	}
	switch field.Operator {
	case "sum", "average":
		return c.sum(field, joined(" AND ", conditions...))
	case "max", "min":
		return c.extreme(field)
	case "first", "last":
		return c.outermost(field, inOrder)
	case "push", "add_to_set":
		return c.gather(field, inOrder)
	case "merge_objects":
		return c.merged(field, inOrder)
	default:
		return expression{}, query.Field{}, apierror.Query("aggregate.group does not support the operator %q; it has count, sum, average, max, min, first, last, push, add_to_set, merge_objects.", field.Operator)
	}
}

// sum is that of all numbers that a key leads to, or their average. What is no number
// counts for nothing, and rows for which the condition doesn't hold count as a zero.
func (c compiler) sum(field query.GroupField, condition expression) (expression, query.Field, error) {
	numbers, count, typ, err := c.numbers(field.Key)
	if err != nil {
		return expression{}, query.Field{}, err
	}
	if condition.sql != "" {
		numbers = sqlf("CASE WHEN "+condition.sql+" THEN ", condition.args...).then(numbers.sql+" ELSE 0 END", numbers.args...)
		count = sqlf("CASE WHEN "+condition.sql+" THEN ", condition.args...).then(count.sql+" ELSE 1 END", count.args...)
	}
	if isExact(typ) {
		return c.exactSum(field, numbers, count, typ), of(typ), nil
	}
	sum := sqlf("COALESCE(SUM("+numbers.sql+"), 0)", numbers.args...)
	if c.postgres() {
		sum = sum.then("::double precision")
	}
	if field.Operator == "sum" {
		return sum, of(query.Double), nil
	}
	return sum.then(" / NULLIF(SUM("+count.sql+"), 0)", count.args...), of(query.Double), nil
}

// exactSum is the sum or the average of exact numbers.
func (c compiler) exactSum(field query.GroupField, numbers, count expression, typ query.Type) expression {
	average := field.Operator == "average"
	switch {
	case c.postgres() && average:
		return averageExactly(numbers, count, typ)
	case c.postgres():
		return sqlf("COALESCE(SUM("+numbers.sql+"), 0)", numbers.args...)
	case average:
		return sqlf("decimal_average("+numbers.sql+", ", numbers.args...).then(count.sql+fmt.Sprintf(", %d)", places(typ)), count.args...)
	default:
		return sqlf("decimal_sum("+numbers.sql+")", numbers.args...)
	}
}

// numbers is the sum of the numbers that a key leads to in one row, and how many
// they are. PostgreSQL adds decimals, since its sum of doubles depends on their order.
func (c compiler) numbers(key string) (sum, count expression, typ query.Type, err error) {
	field, path, err := c.find(key)
	if err != nil {
		return expression{}, expression{}, 0, err
	}
	leaf, _ := leafOf(field, path)
	if err := computable(key, leaf.Type); err != nil {
		return expression{}, expression{}, 0, err
	}
	if isExact(leaf.Type) || leaf.Type == query.Duration {
		sum, count = c.exactNumbers(field, path, leaf.Type)
		if leaf.Type == query.Duration {
			leaf.Type = total
		}
		return sum, count, leaf.Type, nil
	}
	column := c.column(field)
	typ = query.Double
	switch {
	case field.JSON():
		rows := c.reached(field, path, elements)
		number, is := "CAST(e.value AS REAL)", "e.type IN ('integer', 'real')"
		if c.postgres() {
			number, is = "(e.value)::numeric", "jsonb_typeof(e.value) = 'number'"
		}
		from := " FROM " + rows.sql + " WHERE " + is + ")"
		return sqlf("(SELECT SUM("+number+")"+from, rows.args...), sqlf("(SELECT COUNT(*)"+from, rows.args...), typ, nil
	case field.Type != query.Int && field.Type != query.Double:
		return c.nothing(), c.nothing(), typ, nil
	case !c.postgres():
		sum = sqlf("CAST(" + column + " AS REAL)")
	case field.Type == query.Double:
		sum = sqlf(column + "::text::numeric") // a cast to numeric by itself keeps 15 digits
	default:
		sum = sqlf(column + "::numeric")
	}
	return sum, sqlf("CASE WHEN " + column + " IS NOT NULL THEN 1 END"), typ, nil
}

// exactNumbers is the same of exact numbers.
func (c compiler) exactNumbers(field query.Field, path []string, typ query.Type) (sum, count expression) {
	if !field.JSON() {
		return sqlf(c.column(field)), sqlf("CASE WHEN " + c.column(field) + " IS NOT NULL THEN 1 END")
	}
	function := "decimal_sum("
	if c.postgres() {
		function = "SUM("
	}
	rows, number := c.reached(field, path, elements), c.leaf("e", typ)
	sum = sqlf("(SELECT CASE WHEN COUNT("+number+") > 0 THEN "+function+number+") END FROM "+rows.sql+")", rows.args...)
	return sum, sqlf("(SELECT COUNT("+number+") FROM "+rows.sql+")", rows.args...)
}

// extreme is the greatest or the least value.
func (c compiler) extreme(group query.GroupField) (expression, query.Field, error) {
	field, path, err := c.find(group.Key)
	if err != nil {
		return expression{}, query.Field{}, err
	}
	leaf, isLeaf := leafOf(field, path)
	if err := computable(group.Key, leaf.Type); err != nil {
		return expression{}, query.Field{}, err
	}
	function := strings.ToUpper(group.Operator)
	switch {
	case field.JSON() && isLeaf:
		inner := c.extremeLeaf(field, path, leaf.Type, function)
		return sqlf(function+"("+c.ordered(leaf.Type, inner.sql)+")", inner.args...), of(leaf.Type), nil
	case field.JSON() && c.postgres():
		return c.extremeInPostgres(field, path, function), of(query.Struct), nil
	case field.JSON():
		return c.extremeInSQLite(field, path, function), of(query.Struct), nil
	case field.Type == query.Bool && c.postgres(): // true is greater
		return sqlf(map[string]string{"MAX": "bool_or(", "MIN": "bool_and("}[function] + c.column(field) + ")"), of(field.Type), nil
	default:
		return sqlf(function + "(" + c.ordered(field.Type, c.column(field)) + ")"), of(field.Type), nil
	}
}

// extremeInPostgres is the extreme of numbers, of texts or of truths, whichever comes
// first or last in the order of documents.
func (c compiler) extremeInPostgres(field query.Field, path []string, function string) expression {
	rows := c.reached(field, path, elements)
	of := func(function, value, typ string) expression {
		return sqlf("to_jsonb("+function+"((SELECT "+function+"("+value+") FROM "+rows.sql+" WHERE jsonb_typeof(e.value) = '"+typ+"')))", rows.args...)
	}
	number := of(function, "(e.value)::numeric", "number")
	text := of(function, `(e.value #>> '{}') COLLATE "C"`, "string")
	list := commas([]expression{number, text, of("bool_and", "(e.value)::boolean", "boolean")})
	if function == "MAX" {
		list = commas([]expression{of("bool_or", "(e.value)::boolean", "boolean"), text, number})
	}
	return sqlf("COALESCE("+list.sql+")", list.args...)
}

func (c compiler) extremeInSQLite(field query.Field, path []string, function string) expression {
	rows := c.reached(field, path, elements)
	key := sqlf(function+"((SELECT "+function+"("+keyInSQLite("e.type", "e.value")+") FROM "+rows.sql+" WHERE e.type NOT IN ('object', 'array')))", rows.args...)
	return sqlf("CASE "+key.sql, key.args...).
		then(" WHEN x'02' THEN 'false' WHEN x'03' THEN 'true' ELSE NULLIF(json_quote("+key.sql+"), 'null') END", key.args...)
}

// gather makes a list of the values of a group, or of each once. What is missing is left out.
func (c compiler) gather(field query.GroupField, inOrder expression) (expression, query.Field, error) {
	value, typ, err := c.inDocument(field.Key)
	if err != nil {
		return expression{}, query.Field{}, err
	}
	if key, path, err := c.find(field.Key); err == nil && key.JSON() && len(path) > 0 && typ.JSON() {
		value = c.stored(key, path) // null is a value of a document that may be anything
	}
	document := c.asDocument(value, typ)
	list := listOfAll(typ)
	element := sqlf("CASE WHEN "+value.sql+" IS NOT NULL THEN ", value.args...).then(document.sql+" END", document.args...)
	switch {
	case field.Operator == "push" && c.postgres():
		return sqlf("COALESCE(jsonb_agg("+document.sql, document.args...).then(inOrder.sql+") FILTER (WHERE ", inOrder.args...).
			then(value.sql+" IS NOT NULL), '[]')", value.args...), list, nil
	case field.Operator == "push":
		// SQLite takes a document that went through an aggregate for a text, so
		// the list is put together as one.
		return sqlf("'[' || COALESCE(group_concat("+element.sql+", ','", element.args...).then(inOrder.sql+"), '') || ']'", inOrder.args...), list, nil
	case c.postgres(): // which sorts DISTINCT in an order of its own
		order := c.documentKey("s.v")
		if isExact(typ.Type) && !typ.Repeated {
			order = "(s.v #>> '{}')::numeric"
		}
		return sqlf("(SELECT COALESCE(jsonb_agg(s.v ORDER BY "+order+"), '[]') FROM (SELECT DISTINCT u.v FROM unnest(array_agg("+
			element.sql+")) AS u(v) WHERE u.v IS NOT NULL) AS s)", element.args...), list, nil
	default:
		key := "CASE json_type(" + element.sql + ") WHEN 'object' THEN x'00' WHEN 'array' THEN x'01' WHEN 'false' THEN x'02' WHEN 'true' THEN x'03' ELSE "
		return sqlf("'[' || COALESCE(group_concat(DISTINCT "+element.sql, element.args...).
			then(" ORDER BY "+key, element.args...).
			then(element.sql+" ->> '$' END), '') || ']'", element.args...), list, nil
	}
}

// pushObjects makes a list of objects, one for each row of a group.
func (c compiler) pushObjects(field query.GroupField, inOrder expression) (expression, query.Field, error) {
	if len(field.Fields) == 0 {
		return expression{}, query.Field{}, apierror.Query("push of aggregate.group needs a key or fields. (name = %s)", field.Name)
	}
	var parts []expression
	objects := of(query.Struct)
	for _, sub := range field.Fields {
		value, typ, err := c.inDocument(sub.Key)
		if err != nil {
			return expression{}, query.Field{}, err
		}
		objects.Members = append(objects.Members, result(sub.Name, typ))
		value = c.asDocument(value, typ)
		if c.postgres() {
			parts = append(parts, sqlf("?::text, ", sub.Name).then(value.sql, value.args...))
		} else {
			parts = append(parts, sqlf("?, json(", sub.Name).then(value.sql+")", value.args...))
		}
	}
	all := commas(parts)
	if c.postgres() {
		return sqlf("COALESCE(jsonb_agg(jsonb_build_object("+all.sql+")", all.args...).then(inOrder.sql+"), '[]')", inOrder.args...), objects, nil
	}
	return sqlf("'[' || COALESCE(group_concat(json_object("+all.sql+"), ','", all.args...).then(inOrder.sql+"), '') || ']'", inOrder.args...), objects, nil
}

// inDocument is the value of a key that goes into a document.
func (c compiler) inDocument(key string) (expression, query.Field, error) {
	value, typ, err := c.value(key)
	if err == nil && typ.Type == query.Bytes && !typ.Repeated {
		err = onlyThere(key)
	}
	return value, typ, err
}

// listOfAll is a list of values of a type. A list of what JSON has no type for says so.
func listOfAll(of query.Field) query.Field {
	if isLeaf(of.Type) || of.Type == query.Money || len(of.Members) > 0 {
		return query.Field{Type: of.Type, Repeated: true, Members: of.Members}
	}
	return query.Field{Type: query.Struct, Repeated: true}
}

// asDocument is a value as a JSON document.
func (c compiler) asDocument(value expression, typ query.Field) expression {
	if c.postgres() {
		return asDocumentInPostgres(value, typ)
	}
	switch {
	case typ.JSON():
		return sqlf("COALESCE("+value.sql+", 'null')", value.args...)
	case isExact(typ.Type):
		return sqlf("json_quote(decimal("+value.sql+"))", value.args...)
	case typ.Type == query.Bool:
		return sqlf("CASE "+value.sql+" WHEN TRUE THEN 'true' WHEN FALSE THEN 'false' ELSE 'null' END", value.args...)
	case typ.Type == query.Timestamp:
		return sqlf("json_quote(strftime('%Y-%m-%dT%H:%M:%fZ', "+value.sql+"))", value.args...)
	default:
		return sqlf("json_quote("+value.sql+")", value.args...)
	}
}

func asDocumentInPostgres(value expression, typ query.Field) expression {
	switch {
	case typ.JSON():
		return value
	case isExact(typ.Type):
		return sqlf("to_jsonb(trim_scale("+value.sql+")::text)", value.args...)
	case typ.Type == query.Timestamp:
		return sqlf(`to_jsonb(to_char(`+value.sql+` AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`, value.args...)
	default: // a day as well
		return sqlf("to_jsonb("+value.sql+")", value.args...)
	}
}
