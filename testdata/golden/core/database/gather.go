package database

import "github.com/cloudforet-io/spacegen/core/query"

// nothing is NULL, as a number.
func (c compiler) nothing() expression {
	if c.postgres() {
		return sqlf("NULL::numeric")
	}
	return sqlf("NULL")
}

// outermost is the value of the first or the last row of a group, in the rows' order.
func (c compiler) outermost(field query.GroupField, inOrder expression) (expression, query.Field, error) {
	value, typ, err := c.inDocument(field.Key)
	if err != nil {
		return expression{}, query.Field{}, err
	}
	if c.postgres() {
		list := sqlf("array_agg("+value.sql, value.args...).then(inOrder.sql+")", inOrder.args...)
		if field.Operator == "first" {
			return sqlf("("+list.sql+")[1]", list.args...), typ, nil
		}
		return sqlf("(SELECT l.v[cardinality(l.v)] FROM (SELECT "+list.sql+" AS v) AS l)", list.args...), typ, nil
	}
	at := "'$[0]'"
	if field.Operator == "last" {
		at = "'$[#-1]'"
	}
	read := " ->> " // a column as it is kept
	document := sqlf("json_quote("+value.sql+")", value.args...)
	if typ.JSON() {
		read, document = " -> ", sqlf("COALESCE("+value.sql+", 'null')", value.args...)
	}
	out := sqlf("('[' || group_concat("+document.sql+", ','", document.args...).then(inOrder.sql+") || ']')"+read+at, inOrder.args...)
	if typ.JSON() {
		out = sqlf("NULLIF("+out.sql+", 'null')", out.args...)
	}
	return out, typ, nil
}

// merged is one object with the members of all, of equal names those of the last row.
func (c compiler) merged(field query.GroupField, inOrder expression) (expression, query.Field, error) {
	value, typ, err := c.inDocument(field.Key)
	if err != nil {
		return expression{}, query.Field{}, err
	}
	document := c.asDocument(value, typ)
	if c.postgres() {
		return sqlf("(SELECT COALESCE(jsonb_object_agg(m.key, m.value ORDER BY o.n), '{}') FROM unnest(array_agg("+document.sql, document.args...).
			then(inOrder.sql+")) WITH ORDINALITY AS o(d, n) CROSS JOIN jsonb_each(CASE jsonb_typeof(o.d) WHEN 'object' THEN o.d END) AS m)", inOrder.args...), of(query.Struct), nil
	}
	return sqlf("(SELECT json_group_object(q.k, json(q.v)) FROM (SELECT e.key AS k, "+elementText+" AS v, MAX(o.key) FROM json_each('[' || group_concat("+document.sql+", ','", document.args...).
		then(inOrder.sql+") || ']') AS o CROSS JOIN json_each(CASE o.type WHEN 'object' THEN o.value END) AS e GROUP BY e.key) AS q)", inOrder.args...), of(query.Struct), nil
}
