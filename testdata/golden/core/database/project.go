package database

import (
	"slices"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// project chooses, renames and computes columns. The keys of the last group stay, unless
// a field has the name of one or they are excluded.
func (c compiler) project(r relation, p *query.Project) (relation, error) {
	if len(p.Fields) == 0 {
		return relation{}, apierror.Required("aggregate.project.fields")
	}
	var parts []expression
	out := relation{}
	for _, f := range p.Fields {
		value, typ, err := c.operand(f.Name, f.Operand)
		if err != nil {
			return relation{}, err
		}
		parts = append(parts, value.then(" AS "+quoted(f.Name)))
		out.columns = append(out.columns, result(f.Name, typ))
	}
	if !p.ExcludeKeys {
		for _, key := range r.keys {
			if slices.ContainsFunc(out.columns, func(f query.Field) bool { return f.Name == key.Name }) {
				continue
			}
			parts = append(parts, sqlf(c.column(key)+" AS "+quoted(key.Name)))
			out.columns, out.keys = append(out.columns, key), append(out.keys, key)
		}
	}
	out.ties = all(out.columns)
	out.expression = c.from(r, commas(parts))
	return out, checkNames(out.columns...)
}

// operand is the value of a projected field.
func (c compiler) operand(name string, o query.Operand) (expression, query.Field, error) {
	switch {
	case o.Operator == "" && o.Key != "":
		return c.value(o.Key)
	case len(o.Operands) > 0:
		e, err := c.arithmetic(name, o)
		return e, of(query.Double), err
	case o.Operator == "":
		return c.number(o.Number), of(query.Double), nil
	}
	value, typ, err := c.inDocument(o.Key)
	if err != nil {
		return expression{}, query.Field{}, err
	}
	document := c.asDocument(value, typ)
	switch o.Operator {
	case "size":
		return c.length(document), of(query.Int), nil
	case "sum":
		if typ.Type == query.Money {
			return expression{}, query.Field{}, computable(o.Key, typ.Type)
		}
		sum, typ := c.total(document, typ.Type)
		return sum, of(typ), nil
	case "array_to_object":
		return c.fromPairs(document), of(query.Struct), nil
	default:
		return c.toPairs(document), of(query.Struct), nil
	}
}

func (c compiler) number(n float64) expression {
	if c.postgres() {
		return sqlf("?::double precision", n)
	}
	return sqlf("CAST(? AS REAL)", n)
}

// arithmetic computes with numbers; with anything else it is NULL, and so is a division
// by zero.
func (c compiler) arithmetic(name string, o query.Operand) (expression, error) {
	sign := map[string]string{"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}[o.Operator]
	var out expression
	for i, part := range o.Operands {
		value, typ, err := c.operand(name, part)
		if err != nil {
			return expression{}, err
		}
		value = c.asNumber(value, typ)
		switch {
		case i == 0:
			out = value
			continue
		case o.Operator == "divide":
			value = sqlf("NULLIF("+value.sql+", 0)", value.args...)
		}
		out = out.then(" "+sign+" ").then(value.sql, value.args...)
	}
	return sqlf("("+out.sql+")", out.args...), nil
}

// asNumber is a value as a double, a duration in seconds; NULL if it is no number.
func (c compiler) asNumber(value expression, of query.Field) expression {
	typ := of.Type
	switch {
	case of.JSON() && typ != query.Struct:
		return c.nothing()
	case (typ == query.Duration || typ == total) && c.postgres():
		return sqlf("(("+value.sql+")::double precision / 1000000000)", value.args...)
	case typ == query.Duration || typ == total:
		return sqlf("(CAST("+value.sql+" AS REAL) / 1000000000)", value.args...)
	case (typ == query.Decimal || typ == query.Int || typ == query.Double) && c.postgres():
		return sqlf("("+value.sql+")::double precision", value.args...)
	case typ == query.Decimal || typ == query.Int || typ == query.Double:
		return sqlf("CAST("+value.sql+" AS REAL)", value.args...)
	case typ != query.Struct:
		return sqlf("NULL")
	case c.postgres():
		return sqlf("(SELECT CASE jsonb_typeof(d.v) WHEN 'number' THEN (d.v)::numeric::double precision END FROM (SELECT "+value.sql+" AS v) AS d)", value.args...)
	default:
		return sqlf("(SELECT CASE WHEN json_type(d.v) IN ('integer', 'real') THEN CAST(d.v ->> '$' AS REAL) END FROM (SELECT "+value.sql+" AS v) AS d)", value.args...)
	}
}

// length is how many elements a list has; what is no list has no length.
func (c compiler) length(document expression) expression {
	if c.postgres() {
		return sqlf("(SELECT CASE jsonb_typeof(d.v) WHEN 'array' THEN jsonb_array_length(d.v) END FROM (SELECT "+document.sql+" AS v) AS d)", document.args...)
	}
	return sqlf("(SELECT CASE json_type(d.v) WHEN 'array' THEN json_array_length(d.v) END FROM (SELECT "+document.sql+" AS v) AS d)", document.args...)
}

// total is the sum of the numbers in a list, or of one.
func (c compiler) total(document expression, of query.Type) (expression, query.Type) {
	from := c.reachedFrom(sqlf("d.v"), nil, elements, "e")
	if isExact(of) || of == query.Duration {
		sum := "decimal_sum(" + c.leaf("e", of) + ")"
		if c.postgres() {
			sum = "COALESCE(SUM(" + c.leaf("e", of) + "), 0)"
		}
		if of == query.Duration {
			of = total
		}
		return sqlf("(SELECT "+sum+" FROM (SELECT "+document.sql+" AS v) AS d CROSS JOIN ", document.args...).then(from.sql+")", from.args...), of
	}
	sum := "SUM(CASE WHEN e.type IN ('integer', 'real') THEN CAST(e.value AS REAL) END)"
	if c.postgres() {
		sum = "SUM(CASE jsonb_typeof(e.value) WHEN 'number' THEN (e.value)::numeric END)::double precision"
	}
	return sqlf("(SELECT COALESCE("+sum+", 0) FROM (SELECT "+document.sql+" AS v) AS d CROSS JOIN ", document.args...).then(from.sql+")", from.args...), query.Double
}

// fromPairs makes an object of a list of {k, v} or [k, v]; of equal names the last counts.
// What has no text for a name is left out.
func (c compiler) fromPairs(document expression) expression {
	if c.postgres() {
		return sqlf("(SELECT CASE jsonb_typeof(d.v) WHEN 'array' THEN COALESCE((SELECT jsonb_object_agg(p.k, p.v ORDER BY p.n) FROM ("+
			"SELECT o.n, CASE WHEN jsonb_typeof(o.e -> 0) = 'string' AND jsonb_typeof(o.e) = 'array' THEN o.e ->> 0 WHEN jsonb_typeof(o.e -> 'k') = 'string' THEN o.e ->> 'k' END AS k,"+
			" COALESCE(CASE jsonb_typeof(o.e) WHEN 'array' THEN o.e -> 1 WHEN 'object' THEN o.e -> 'v' END, 'null') AS v"+
			" FROM jsonb_array_elements(CASE jsonb_typeof(d.v) WHEN 'array' THEN d.v END) WITH ORDINALITY AS o(e, n)) AS p WHERE p.k IS NOT NULL), '{}') END"+
			" FROM (SELECT "+document.sql+" AS v) AS d)", document.args...)
	}
	return sqlf("(SELECT CASE json_type(d.v) WHEN 'array' THEN (SELECT json_group_object(q.k, json(q.v)) FROM ("+
		"SELECT p.k, p.v, MAX(p.n) FROM (SELECT o.key AS n,"+
		" CASE WHEN o.type = 'array' AND json_type(o.value, '$[0]') = 'text' THEN o.value ->> '$[0]' WHEN o.type = 'object' AND json_type(o.value, '$.k') = 'text' THEN o.value ->> '$.k' END AS k,"+
		" COALESCE(CASE o.type WHEN 'array' THEN o.value -> '$[1]' WHEN 'object' THEN o.value -> '$.v' END, 'null') AS v"+
		" FROM json_each(CASE json_type(d.v) WHEN 'array' THEN d.v END) AS o) AS p WHERE p.k IS NOT NULL GROUP BY p.k) AS q) END"+
		" FROM (SELECT "+document.sql+" AS v) AS d)", document.args...)
}

// toPairs makes a list of {k, v} of an object, by name.
func (c compiler) toPairs(document expression) expression {
	if c.postgres() {
		return sqlf("(SELECT CASE jsonb_typeof(d.v) WHEN 'object' THEN COALESCE((SELECT jsonb_agg(jsonb_build_object('k', m.key, 'v', m.value) ORDER BY m.key COLLATE \"C\")"+
			" FROM jsonb_each(CASE jsonb_typeof(d.v) WHEN 'object' THEN d.v END) AS m), '[]') END FROM (SELECT "+document.sql+" AS v) AS d)", document.args...)
	}
	return sqlf("(SELECT CASE json_type(d.v) WHEN 'object' THEN (SELECT json_group_array(json_object('k', e.key, 'v', json("+elementText+")) ORDER BY e.key)"+
		" FROM json_each(CASE json_type(d.v) WHEN 'object' THEN d.v END) AS e) END FROM (SELECT "+document.sql+" AS v) AS d)", document.args...)
}
