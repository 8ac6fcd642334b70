package database

import (
	"reflect"
	"slices"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// documentCondition compares what lies in a JSON document: a condition holds if it
// does for one of the values that the key leads to, or for an element of one.
func (c compiler) documentCondition(field query.Field, path []string, key string, op query.Operator, value any) (expression, error) {
	switch {
	case op == query.Exists && len(path) == 0: // an empty field may be kept as null
		return wanted(sqlf(c.column(field)+" <> "+c.null()), value), nil
	case len(path) == 0 && field.Type == query.Struct && !field.Repeated && value != nil:
		return expression{}, apierror.Query("%s is a document: name a key below it, such as %s.name.", key, key)
	}
	if below, _ := leafOf(field, path); below.Type == query.Money && op != query.Exists && value != nil {
		return expression{}, computable(key, query.Money)
	}
	if err := storable(key, reflect.ValueOf(value), false); err != nil {
		return expression{}, err
	}
	return c.below(sqlf(c.column(field)), field, path, key, op, value, "e")
}

// wanted is a condition, or that it doesn't hold, as the value of exists says.
func wanted(exists expression, value any) expression {
	if value == true {
		return exists
	}
	return exists.not()
}

// below compares what a path below a document leads to, whose values are called e.
func (c compiler) below(document expression, of query.Field, path []string, key string, op query.Operator, value any, e string) (expression, error) {
	leaf, isLeaf := leafOf(of, path)
	switch {
	case isLeaf && op != query.Exists:
		return c.leafCondition(document, path, leaf, key, op, value, e)
	case len(of.Members) > 0 && !ofTexts(op):
		value = numeric(query.Field{Type: leaf.Type}, value)
	}
	leaf.Repeated = false // as each element is compared
	switch op {
	case query.Exists:
		return wanted(c.holds(c.reachedFrom(document, path, whole, e), sqlf("1 = 1")), value), nil
	case query.Eq:
		return c.documentIn(document, path, []any{value}, e)
	case query.In:
		return c.documentIn(document, path, listOf(value), e)
	case query.ContainIn, query.RegexIn:
		one := query.Contain
		if op == query.RegexIn {
			one = query.Regex
		}
		var alternatives []expression
		for _, v := range listOf(value) {
			element, err := c.element(e, leaf, key, one, v)
			if err != nil {
				return expression{}, err
			}
			alternatives = append(alternatives, element)
		}
		if len(alternatives) == 0 {
			return never(), nil
		}
		return c.holds(c.reachedFrom(document, path, elements, e), joined(" OR ", alternatives...)), nil
	}
	element, err := c.element(e, leaf, key, op, value)
	if err != nil {
		return expression{}, err
	}
	what := elements
	if op == query.Match {
		what = listed
	}
	return c.holds(c.reachedFrom(document, path, what, e), element), nil
}

// holds if a condition on e holds for one of its rows.
func (c compiler) holds(rows, condition expression) expression {
	return sqlf("EXISTS (SELECT 1 FROM "+rows.sql+" WHERE ", rows.args...).then(condition.sql+")", condition.args...)
}

// documentIn holds if the path leads to one of some values. null is what is missing, too.
func (c compiler) documentIn(document expression, path []string, list []any, e string) (expression, error) {
	if len(list) == 0 {
		return never(), nil
	}
	equal, err := c.elementIn(e, list)
	if err != nil {
		return expression{}, err
	}
	alternatives := []expression{c.holds(c.reachedFrom(document, path, elements, e), equal)}
	var lists []any
	for _, value := range list {
		if _, ok := value.([]any); ok {
			lists = append(lists, value)
		}
	}
	if len(lists) > 0 {
		if equal, err = c.elementIn(e, lists); err != nil {
			return expression{}, err
		}
		alternatives = append(alternatives, c.holds(c.reachedFrom(document, path, whole, e), equal))
	}
	if slices.ContainsFunc(list, func(value any) bool { return value == nil }) {
		alternatives = append(alternatives, c.holds(c.reachedFrom(document, path, whole, e), sqlf("1 = 1")).not())
	}
	return joined(" OR ", alternatives...), nil
}
