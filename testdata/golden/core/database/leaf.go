package database

import (
	"fmt"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// A leaf is what a path leads to in a document, where the schema says that it is of a type
// which JSON lacks: it lies there as a text or a number, and is compared as what it is.

// leafOf is what a path below a field leads to, and whether it is a leaf. What is none is
// compared as JSON has it.
func leafOf(field query.Field, path []string) (query.Field, bool) {
	below, ok := field.Below(path)
	if !ok {
		return query.Field{Type: query.Struct, Repeated: true}, false
	}
	return below, isLeaf(below.Type) || below.Type == query.Timestamp && len(field.Members) > 0
}

func isLeaf(typ query.Type) bool {
	return isExact(typ) || typ == query.Date || typ == query.Duration || typ == query.Bytes
}

// leaf is the value of e, an element of a document, as a column of its type would have it;
// NULL if it is none.
func (c compiler) leaf(e string, typ query.Type) string {
	if c.postgres() {
		return leafInPostgres(e, typ)
	}
	const day = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*"
	// The zero time, as Go has it, is none.
	dated := fmt.Sprintf("CASE WHEN %[1]s.type = 'text' AND %[1]s.value GLOB '%s' AND substr(%[1]s.value, 1, 10) <> '0001-01-01' THEN ", e, day)
	switch {
	case isExact(typ):
		return fmt.Sprintf("CASE WHEN %[1]s.type IN ('text', 'integer', 'real') THEN decimal(%[1]s.value) END", e)
	case typ == query.Duration:
		return fmt.Sprintf("CASE %[1]s.type WHEN 'integer' THEN %[1]s.value END", e)
	case typ == query.Date:
		return fmt.Sprintf("%ssubstr(%s.value, 1, 10) END", dated, e)
	case typ == query.Timestamp:
		return fmt.Sprintf("%srtrim(rtrim(strftime('%%Y-%%m-%%d %%H:%%M:%%f', %s.value), '0'), '.') || '+00:00' END", dated, e)
	default:
		return fmt.Sprintf("CASE %[1]s.type WHEN 'text' THEN %[1]s.value END", e)
	}
}

func leafInPostgres(e string, typ query.Type) string {
	text := "(" + e + ".value #>> '{}')"
	// Of a pattern, a question mark would be an argument's.
	when := func(types, pattern, value string) string {
		return fmt.Sprintf("CASE WHEN jsonb_typeof(%s.value) IN (%s) AND %s ~ '%s' THEN %s END", e, types, text, pattern, value)
	}
	const day = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
	// The zero time, as Go has it, is none.
	dated := func(pattern, value string) string {
		return when("'string'", "^"+day+pattern, "CASE WHEN left("+text+", 10) <> '0001-01-01' THEN "+value+" END")
	}
	switch {
	case isExact(typ):
		return when("'string', 'number'", `^-{0,1}[0-9]+([.][0-9]*){0,1}$`, text+"::numeric")
	case typ == query.Duration:
		return when("'number'", `^-{0,1}[0-9]{1,19}$`, text+"::numeric")
	case typ == query.Date:
		return dated("", "left("+text+", 10)::date")
	case typ == query.Timestamp:
		return dated("T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]", text+"::timestamptz")
	default:
		return when("'string'", "", text)
	}
}

// leafCondition compares the leaves that a path below a document leads to: it holds if it
// does for one of them.
func (c compiler) leafCondition(document expression, path []string, leaf query.Field, key string, op query.Operator, value any, e string) (expression, error) {
	one, err := c.compares(query.Field{Name: key, Type: leaf.Type}, c.leaf(e, leaf.Type), op, value)
	if err != nil {
		return expression{}, err
	}
	held := c.holds(c.reachedFrom(document, path, elements, e), one)
	for _, v := range append(listOf(value), value) {
		if v == nil { // null is what is missing, too
			missing := c.holds(c.reachedFrom(document, path, whole, e), sqlf("1 = 1")).not()
			return joined(" OR ", held, missing), nil
		}
	}
	return held, nil
}

// leafValue is the only leaf that a path leads to.
func (c compiler) leafValue(field query.Field, path []string, typ query.Type) expression {
	rows := c.reached(field, path, elements)
	return sqlf("(SELECT "+c.leaf("e", typ)+" FROM "+rows.sql+" LIMIT 1)", rows.args...)
}

// extremeLeaf is the least or the greatest of the leaves that a path leads to.
func (c compiler) extremeLeaf(field query.Field, path []string, typ query.Type, function string) expression {
	rows := c.reached(field, path, elements)
	return sqlf("(SELECT "+function+"("+c.ordered(typ, c.leaf("e", typ))+") FROM "+rows.sql+")", rows.args...)
}

// unordered refuses keys that have no order.
func (c compiler) unordered(keys []query.Sort) error {
	for _, key := range keys {
		field, path, err := c.find(key.Key)
		if err != nil {
			return err
		}
		below, _ := leafOf(field, path)
		if err := computable(key.Key, below.Type); err != nil {
			return err
		}
	}
	return nil
}

// computable refuses a key whose values are neither sorted nor computed with.
func computable(key string, typ query.Type) error {
	switch typ {
	case query.Bytes:
		return onlyThere(key)
	case query.Money:
		return apierror.Query("%s is money: name %s.amount or %s.currency.", key, key, key)
	default:
		return nil
	}
}

func onlyThere(key string) error {
	return apierror.Query("%s has bytes, of which a query asks only whether there are any, by exists or null.", key)
}
