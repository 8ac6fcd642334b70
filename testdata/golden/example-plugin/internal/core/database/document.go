package database

import (
	"maps"
	"reflect"
	"slices"

	"github.com/cloudforet-io/plugin/internal/core/apierror"
	"github.com/cloudforet-io/plugin/internal/core/query"
)

// documentCondition compares what lies in a JSON document: a list holds a
// condition if one of its elements does.
func (c compiler) documentCondition(field query.Field, path []string, key string, op query.Operator, value any) (expression, error) {
	switch op {
	case query.Exists:
		wanted, ok := value.(bool)
		if !ok {
			return expression{}, apierror.Query("The value of exists is true or false. (key = %s)", key)
		}
		exists := c.document(field, path).then(" IS NOT NULL")
		if len(path) == 0 { // an empty field may be kept as null
			exists = sqlf(c.column(field) + " <> " + c.null())
		}
		if !wanted {
			exists = exists.not()
		}
		return exists, nil
	case query.Eq:
		if value == nil {
			document := c.document(field, path)
			return document.then(" IS NULL OR "+document.sql+" = "+c.null(), document.args...), nil
		}
	case query.In, query.ContainIn, query.RegexIn:
		return c.anyElement(field, path, key, op, value)
	}
	if len(path) == 0 && field.Type == query.Struct && !field.Repeated {
		return expression{}, apierror.Query("%s is a document: name a key below it, such as %s.name.", key, key)
	}
	element, err := c.element(key, op, value)
	if err != nil {
		return expression{}, err
	}
	return c.existsElement(field, path, element), nil
}

// null is JSON's null in SQL.
func (c compiler) null() string {
	if c.postgres() {
		return "'null'::jsonb"
	}
	return "'null'"
}

func (c compiler) anyElement(field query.Field, path []string, key string, op query.Operator, value any) (expression, error) {
	list, ok := value.([]any)
	if !ok {
		return expression{}, apierror.Query("The value of %s is a list. (key = %s)", op, key)
	}
	one := map[query.Operator]query.Operator{query.In: query.Eq, query.ContainIn: query.Contain, query.RegexIn: query.Regex}[op]
	var alternatives []expression
	for _, v := range list {
		e, err := c.documentCondition(field, path, key, one, v)
		if err != nil {
			return expression{}, err
		}
		alternatives = append(alternatives, e)
	}
	if len(alternatives) == 0 {
		return never(), nil
	}
	return joined(" OR ", alternatives...), nil
}

// existsElement holds if a condition on e holds for one element of a list, or
// for the value itself where there is no list.
func (c compiler) existsElement(field query.Field, path []string, element expression) expression {
	list := c.elements(field, path)
	return sqlf("EXISTS (SELECT 1 FROM "+list.sql+" WHERE ", list.args...).then(element.sql+")", element.args...)
}

// elements are the rows e of a list's elements, or of the value itself where there
// is no list.
func (c compiler) elements(field query.Field, path []string) expression {
	if c.postgres() {
		return sqlf("jsonb_path_query("+c.column(field)+", ?::jsonpath) AS e(value)", jsonPath(path)+"[*]")
	}
	// json_each would take the members of an object for elements.
	document := c.document(field, path)
	return sqlf("json_each(CASE json_type("+document.sql+") WHEN 'object' THEN json_array(json("+document.sql+")) ELSE "+document.sql+" END) AS e",
		slices.Concat(document.args, document.args, document.args)...)
}

// element compares e, one element of a document.
func (c compiler) element(key string, op query.Operator, value any) (expression, error) {
	if err := storable(key, reflect.ValueOf(value), false); err != nil {
		return expression{}, err
	}
	switch op {
	case query.Eq:
		return c.elementEquals("e", value)
	case query.Gt, query.Gte, query.Lt, query.Lte:
		return c.elementCompares(key, op, value)
	case query.Contain, query.Regex:
		text, ok := value.(string)
		if !ok {
			return expression{}, apierror.Query("The value of %s is a text. (key = %s)", op, key)
		}
		isText, content := "e.type = 'text'", "e.value"
		if c.postgres() {
			isText, content = "jsonb_typeof(e.value) = 'string'", "(e.value #>> '{}')"
		}
		found := c.textContains(content, text)
		if op == query.Regex {
			var err error
			if found, err = c.textMatches(content, text); err != nil {
				return expression{}, err
			}
		}
		return sqlf(isText).and(found), nil
	case query.Match:
		return c.elementMatches(key, value)
	default:
		return expression{}, unsupported(op, key)
	}
}

func (c compiler) elementEquals(e string, value any) (expression, error) {
	if c.postgres() {
		text, err := literal(value)
		return sqlf(e+".value = ?::jsonb", text), err
	}
	switch value := value.(type) {
	case nil:
		return sqlf(e + ".type = 'null'"), nil
	case bool:
		if value {
			return sqlf(e + ".type = 'true'"), nil
		}
		return sqlf(e + ".type = 'false'"), nil
	case string:
		return sqlf(e+".type = 'text' AND "+e+".value = ?", value), nil
	case []any, map[string]any:
		text, err := literal(value)
		return sqlf(e+".type IN ('array', 'object') AND "+e+".value = json(?)", text), err
	default:
		return sqlf(e+".type IN ('integer', 'real') AND "+e+".value = ?", value), nil
	}
}

func (c compiler) elementCompares(key string, op query.Operator, value any) (expression, error) {
	switch value := value.(type) {
	case string:
		if c.postgres() {
			return sqlf(`jsonb_typeof(e.value) = 'string' AND (e.value #>> '{}') COLLATE "C" `+sign(op)+" ?", value), nil
		}
		return sqlf("e.type = 'text' AND e.value "+sign(op)+" ?", value), nil
	case float64, int64:
		if c.postgres() {
			text, err := literal(value)
			return sqlf("jsonb_typeof(e.value) = 'number' AND e.value "+sign(op)+" ?::jsonb", text), err
		}
		return sqlf("e.type IN ('integer', 'real') AND e.value "+sign(op)+" ?", value), nil
	default:
		return expression{}, apierror.Query("The value of %s is a text or a number. (key = %s)", op, key)
	}
}

// elementMatches holds for an object that has all of some values.
func (c compiler) elementMatches(key string, value any) (expression, error) {
	wanted, ok := value.(map[string]any)
	if !ok || len(wanted) == 0 {
		return expression{}, apierror.Query("The value of match is a map. (key = %s)", key)
	}
	var all []expression
	if !c.postgres() {
		all = append(all, sqlf("e.type = 'object'"))
	}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		if c.postgres() {
			text, err := literal(wanted[name])
			if err != nil {
				return expression{}, err
			}
			all = append(all, sqlf("(e.value -> ?::text) = ?::jsonb", name, text))
			continue
		}
		equals, err := c.elementEquals("m", wanted[name])
		if err != nil {
			return expression{}, err
		}
		all = append(all, sqlf("EXISTS (SELECT 1 FROM json_each(e.value) AS m WHERE m.key = ? AND ", name).
			then(equals.sql+")", equals.args...))
	}
	return joined(" AND ", all...), nil
}
