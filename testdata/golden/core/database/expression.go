package database

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// An expression is SQL with a ? for each of its arguments. Arguments are never
// part of the text.
type expression struct {
	sql  string
	args []any
}

func sqlf(sql string, args ...any) expression { return expression{sql, args} }

// then appends SQL and the arguments of its own.
func (e expression) then(sql string, args ...any) expression {
	return expression{e.sql + sql, slices.Concat(e.args, args)}
}

// thenAll appends an expression.
func (e expression) thenAll(other expression) expression { return e.then(other.sql, other.args...) }

func (e expression) and(other expression) expression { return joined(" AND ", e, other) }

// not holds where e doesn't, and where it is unknown.
func (e expression) not() expression {
	return expression{"NOT COALESCE((" + e.sql + "), FALSE)", e.args}
}

// joined puts expressions between operators; none is no condition. It joins halves:
// SQLite takes no expression that is more than 1000 deep, and a caller may well ask
// for more alternatives.
func joined(operator string, list ...expression) expression {
	switch len(list) {
	case 0:
		return expression{}
	case 1:
		return list[0]
	}
	left, right := joined(operator, list[:len(list)/2]...), joined(operator, list[len(list)/2:]...)
	return expression{"(" + left.sql + ")" + operator + "(" + right.sql + ")", slices.Concat(left.args, right.args)}
}

// never holds for nothing.
func never() expression { return sqlf("1 = 0") }

// quoted is an identifier in SQL. Names come from schemas, and from callers
// where they name what a statistic yields.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// A compiler turns conditions into SQL for one engine and one resource.
type compiler struct {
	engine string
	schema *query.Schema
	alias  string // of the table in the statement
	clock  clock
}

func (c compiler) postgres() bool { return c.engine == PostgreSQL }

func (c compiler) column(field query.Field) string { return quoted(c.alias) + "." + quoted(field.Name) }

// find gives what a key leads to, or refuses it.
func (c compiler) find(key string) (query.Field, []string, error) {
	field, path, ok := c.schema.Find(key)
	if !ok {
		return field, nil, apierror.Query("%s has no key %s.", c.schema.Table, key)
	}
	return field, path, checkPath(key, path)
}

// jsonPath is a path below a document, as both engines write it.
func jsonPath(path []string) string {
	var b strings.Builder
	b.WriteByte('$')
	for _, part := range path {
		b.WriteString(`."` + part + `"`)
	}
	return b.String()
}

// literal is a value as a JSON document.
func literal(value any) (string, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return "", apierror.Query("A value cannot be read: %v", err)
	}
	return string(text), nil
}
