package database

import (
	"github.com/cloudforet-io/spacegen/core/query"
)

// element compares e, one element of a document.
func (c compiler) element(e string, leaf query.Field, key string, op query.Operator, value any) (expression, error) {
	switch op {
	case query.Gt, query.Gte, query.Lt, query.Lte:
		return c.elementCompares(e, op, value)
	case query.Contain, query.Regex:
		text, err := textOf(key, op, value)
		if err != nil {
			return expression{}, err
		}
		// What follows may be tried first, and must do nothing with what is no text.
		content := "CASE " + e + ".type WHEN 'text' THEN " + e + ".value END"
		if c.postgres() {
			content = "CASE jsonb_typeof(" + e + ".value) WHEN 'string' THEN " + e + ".value #>> '{}' END"
		}
		if op == query.Contain {
			return c.textContains("("+content+")", text), nil
		}
		return c.textMatches("("+content+")", text)
	case query.Match:
		return c.elementMatches(e, leaf, key, value)
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
		return sqlf(e + ".value IN ").thenAll(inList(texts)), nil
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
				numbers = append(numbers, sqlf(numberAsText, text))
			} else {
				composed = append(composed, sqlf("json(?)", text))
			}
		}
	}
	if len(types) > 0 {
		alternatives = append(alternatives, sqlf(e+".type IN ").thenAll(inList(types)))
	}
	if len(texts) > 0 {
		alternatives = append(alternatives, sqlf(e+".type = 'text' AND "+e+".value IN ").thenAll(inList(texts)))
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

// numberAsText reads a number as SQLite reads those in documents: a large whole number,
// that a double has, is not the same.
const numberAsText = "(? ->> '$')"

// elementCompares holds if e is more or less than a text, a number or a truth; nothing is
// more or less than a value of another type.
func (c compiler) elementCompares(e string, op query.Operator, value any) (expression, error) {
	if text, ok := value.(string); ok {
		if c.postgres() {
			return sqlf(`jsonb_typeof(`+e+`.value) = 'string' AND (`+e+`.value #>> '{}') COLLATE "C" `+sign(op)+" ?", text), nil
		}
		return sqlf(e+".type = 'text' AND "+e+".value "+sign(op)+" ?", text), nil
	}
	if truth, ok := value.(bool); ok {
		return c.truthCompares(e, op, truth), nil
	}
	if !isNumber(value) {
		return never(), nil
	}
	text, err := literal(value)
	if err != nil {
		return expression{}, err
	}
	if c.postgres() {
		return sqlf("jsonb_typeof("+e+".value) = 'number' AND "+e+".value "+sign(op)+" ?::jsonb", text), nil
	}
	return sqlf(e+".type IN ('integer', 'real') AND "+e+".value "+sign(op)+" "+numberAsText, text), nil
}

// truthCompares holds if e is true or false, and more or less than one: false is less.
func (c compiler) truthCompares(e string, op query.Operator, than bool) expression {
	typ, written := e+".type", func(truth bool) string { return map[bool]string{true: "'true'", false: "'false'"}[truth] }
	if c.postgres() {
		typ = e + ".value"
		written = func(truth bool) string { return map[bool]string{true: "'true'::jsonb", false: "'false'::jsonb"}[truth] }
	}
	switch {
	case op == query.Gt && !than:
		return sqlf(typ + " = " + written(true))
	case op == query.Lt && than:
		return sqlf(typ + " = " + written(false))
	case op == query.Gte && than, op == query.Lte && !than:
		return sqlf(typ + " = " + written(than))
	case op == query.Gte, op == query.Lte:
		return sqlf(typ + " IN ('true', 'false')")
	default:
		return never()
	}
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
