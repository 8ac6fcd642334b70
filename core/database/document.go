package database

import (
	"maps"
	"reflect"
	"slices"

	"github.com/uptrace/bun"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// documentCondition compares what lies in a JSON document: a condition holds if it
// does for one of the values that the key leads to, or for an element of one.
func (c compiler) documentCondition(field query.Field, path []string, key string, op query.Operator, value any) (expression, error) {
	if op == query.Exists {
		wanted, ok := value.(bool)
		if !ok {
			return expression{}, apierror.Query("The value of exists is true or false. (key = %s)", key)
		}
		exists := c.holds(c.reached(field, path, whole), sqlf("1 = 1"))
		if len(path) == 0 { // an empty field may be kept as null
			exists = sqlf(c.column(field) + " <> " + c.null())
		}
		if !wanted {
			exists = exists.not()
		}
		return exists, nil
	}
	if len(path) == 0 && field.Type == query.Struct && !field.Repeated && value != nil {
		return expression{}, apierror.Query("%s is a document: name a key below it, such as %s.name.", key, key)
	}
	if err := storable(key, reflect.ValueOf(value), false); err != nil {
		return expression{}, err
	}
	switch op {
	case query.Eq:
		return c.documentIn(field, path, []any{value})
	case query.In, query.ContainIn, query.RegexIn:
		list, ok := value.([]any)
		if !ok {
			return expression{}, apierror.Query("The value of %s is a list. (key = %s)", op, key)
		}
		if op == query.In {
			return c.documentIn(field, path, list)
		}
		return c.anyElement(field, path, key, op, list)
	}
	element, err := c.element(key, op, value)
	if err != nil {
		return expression{}, err
	}
	return c.holds(c.reached(field, path, elements), element), nil
}

// holds if a condition on e holds for one of its rows.
func (c compiler) holds(rows, condition expression) expression {
	return sqlf("EXISTS (SELECT 1 FROM "+rows.sql+" WHERE ", rows.args...).then(condition.sql+")", condition.args...)
}

// documentIn holds if the key leads to one of some values. null is what is missing, too.
func (c compiler) documentIn(field query.Field, path []string, list []any) (expression, error) {
	if len(list) == 0 {
		return never(), nil
	}
	equal, err := c.elementIn("e", list)
	if err != nil {
		return expression{}, err
	}
	alternatives := []expression{c.holds(c.reached(field, path, elements), equal)}
	var lists []any
	for _, value := range list {
		if _, ok := value.([]any); ok {
			lists = append(lists, value)
		}
	}
	if len(lists) > 0 {
		if equal, err = c.elementIn("e", lists); err != nil {
			return expression{}, err
		}
		alternatives = append(alternatives, c.holds(c.reached(field, path, whole), equal))
	}
	if slices.ContainsFunc(list, func(value any) bool { return value == nil }) {
		alternatives = append(alternatives, c.holds(c.reached(field, path, whole), sqlf("1 = 1")).not())
	}
	return joined(" OR ", alternatives...), nil
}

// anyElement holds if the operator does for one of a list of texts, of one element.
func (c compiler) anyElement(field query.Field, path []string, key string, op query.Operator, list []any) (expression, error) {
	one := query.Contain
	if op == query.RegexIn {
		one = query.Regex
	}
	var alternatives []expression
	for _, v := range list {
		e, err := c.element(key, one, v)
		if err != nil {
			return expression{}, err
		}
		alternatives = append(alternatives, e)
	}
	if len(alternatives) == 0 {
		return never(), nil
	}
	return c.holds(c.reached(field, path, elements), joined(" OR ", alternatives...)), nil
}

// element compares e, one element of a document.
func (c compiler) element(key string, op query.Operator, value any) (expression, error) {
	switch op {
	case query.Gt, query.Gte, query.Lt, query.Lte:
		return c.elementCompares(key, op, value)
	case query.Contain, query.Regex:
		text, ok := value.(string)
		if !ok {
			return expression{}, apierror.Query("The value of %s is a text. (key = %s)", op, key)
		}
		// What follows may be tried first, and must do nothing with what is no text.
		content := "CASE e.type WHEN 'text' THEN e.value END"
		if c.postgres() {
			content = "CASE jsonb_typeof(e.value) WHEN 'string' THEN e.value #>> '{}' END"
		}
		if op == query.Contain {
			return c.textContains("("+content+")", text), nil
		}
		return c.textMatches("("+content+")", text)
	case query.Match:
		return c.elementMatches(key, value)
	default:
		return expression{}, unsupported(op, key)
	}
}

// elementIn holds if e is one of some values, none of which is equal to one of
// another type.
func (c compiler) elementIn(e string, list []any) (expression, error) {
	if c.postgres() {
		texts := make([]string, len(list))
		for i, value := range list {
			var err error
			if texts[i], err = literal(value); err != nil {
				return expression{}, err
			}
		}
		return sqlf(e+".value IN (?)", bun.List(texts)), nil
	}
	var types, texts []string
	var alternatives, numbers, composed []expression
	for _, value := range list {
		switch value := value.(type) {
		case nil:
			types = append(types, "null")
		case bool:
			types = append(types, map[bool]string{true: "true", false: "false"}[value])
		case string:
			texts = append(texts, value)
		default:
			text, err := literal(value)
			if err != nil {
				return expression{}, err
			}
			if isNumber(value) {
				numbers = append(numbers, sqlf(numberOf, text))
			} else {
				composed = append(composed, sqlf("json(?)", text))
			}
		}
	}
	if len(types) > 0 {
		alternatives = append(alternatives, sqlf(e+".type IN (?)", bun.List(types)))
	}
	if len(texts) > 0 {
		alternatives = append(alternatives, sqlf(e+".type = 'text' AND "+e+".value IN (?)", bun.List(texts)))
	}
	if len(numbers) > 0 {
		alternatives = append(alternatives, anyOf(e+".type IN ('integer', 'real') AND "+e+".value", numbers))
	}
	if len(composed) > 0 {
		alternatives = append(alternatives, anyOf(e+".type IN ('array', 'object') AND "+e+".value", composed))
	}
	return joined(" OR ", alternatives...), nil
}

func anyOf(value string, list []expression) expression {
	all := commas(list)
	return sqlf(value+" IN ("+all.sql+")", all.args...)
}

// numberOf reads a number as SQLite reads those in documents: a large whole number,
// that a double has, is not the same.
const numberOf = "(? ->> '$')"

func (c compiler) elementCompares(key string, op query.Operator, value any) (expression, error) {
	if text, ok := value.(string); ok {
		if c.postgres() {
			return sqlf(`jsonb_typeof(e.value) = 'string' AND (e.value #>> '{}') COLLATE "C" `+sign(op)+" ?", text), nil
		}
		return sqlf("e.type = 'text' AND e.value "+sign(op)+" ?", text), nil
	}
	if !isNumber(value) {
		return expression{}, apierror.Query("The value of %s is a text or a number. (key = %s)", op, key)
	}
	text, err := literal(value)
	if err != nil {
		return expression{}, err
	}
	if c.postgres() {
		return sqlf("jsonb_typeof(e.value) = 'number' AND e.value "+sign(op)+" ?::jsonb", text), nil
	}
	return sqlf("e.type IN ('integer', 'real') AND e.value "+sign(op)+" "+numberOf, text), nil
}

// isNumber tells whether a value is what numeric makes of numbers.
func isNumber(value any) bool {
	switch value.(type) {
	case int64, float64:
		return true
	default:
		return false
	}
}

// elementMatches holds for an object that has all of some values.
func (c compiler) elementMatches(key string, value any) (expression, error) {
	wanted, ok := value.(map[string]any)
	if !ok || len(wanted) == 0 {
		return expression{}, apierror.Query("The value of match is a map. (key = %s)", key)
	}
	var all []expression
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		if c.postgres() {
			text, err := literal(wanted[name])
			if err != nil {
				return expression{}, err
			}
			all = append(all, sqlf("(e.value -> ?::text) = ?::jsonb", name, text))
			continue
		}
		equal, err := c.elementIn("m", []any{wanted[name]})
		if err != nil {
			return expression{}, err
		}
		all = append(all, sqlf("EXISTS (SELECT 1 FROM json_each(CASE e.type WHEN 'object' THEN e.value END) AS m WHERE m.key = ? AND (", name).
			then(equal.sql+"))", equal.args...))
	}
	return joined(" AND ", all...), nil
}
