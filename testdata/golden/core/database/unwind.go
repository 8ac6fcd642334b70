package database

import (
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// elementColumn is the element that an unwound resource stands for. Its name is one that
// no field of an API can have.
const elementColumn = "_element"

// met is the condition for what is selected.
func (s selection) met() expression {
	if s.where.sql == "" {
		return expression{}
	}
	return sqlf(" WHERE "+s.where.sql, s.where.args...)
}

// source is where it is selected from.
func (c compiler) source(s selection) expression {
	if s.unwound.sql == "" {
		return sqlf(c.table())
	}
	return sqlf("("+s.unwound.sql+") AS "+quoted(c.alias), s.unwound.args...)
}

// unwound selects each resource once for each element of a list, which has only that
// element then. What the filter of the query says was meant of whole lists, what that of
// the unwinding says is meant of the element.
func (s *Store[T]) unwound(selected selection, u *query.Unwind) (selection, error) {
	c := s.compiler
	field, path, err := c.find(u.Path)
	if err != nil {
		return selection{}, err
	}
	leaf, isLeaf := leafOf(field, path)
	one := !leaf.Repeated && (isLeaf || len(path) == 0 || len(field.Members) > 0 || field.Type == query.Money)
	if !field.JSON() || one || slices.ContainsFunc(path, index.MatchString) {
		return selection{}, apierror.Query("%s is no list to unwind.", u.Path)
	}
	names := make([]string, len(s.table.Fields))
	var replaced expression
	for i, f := range s.table.Fields {
		names[i] = quoted(c.alias) + "." + quoted(f.Name)
		if f.Name != field.Name {
			continue
		}
		replaced = c.withOnly(field, path)
		names[i] = replaced.sql + " AS " + quoted(f.Name)
	}
	element := elementText
	if c.postgres() {
		element = "e.value"
	}
	document := sqlf(c.column(field))
	if len(path) > 0 {
		document = c.lies(document, path)
	}
	rows := c.reachedFrom(document, nil, unwound, "e")
	out := selection{columns: selected.columns}
	out.unwound = sqlf("SELECT "+strings.Join(names, ", ")+", "+element+" AS "+quoted(elementColumn)+" FROM "+c.table(), replaced.args...).
		then(" CROSS JOIN "+rows.sql, rows.args...)
	met := selected.met()
	out.unwound = out.unwound.then(met.sql, met.args...)
	conditions, err := c.conditions(u.Filter)
	if err != nil {
		return selection{}, err
	}
	out.where = joined(" AND ", conditions...)
	column := quoted(c.alias) + "." + quoted(elementColumn)
	out.ties = []expression{c.directed(sqlf(c.documentKey(column)), false), sqlf(column)}
	return out, nil
}

// withOnly is a document in which the list at a path has only the element e.
func (c compiler) withOnly(field query.Field, path []string) expression {
	if c.postgres() {
		list := "jsonb_build_array(e.value)"
		if len(path) == 0 {
			return sqlf(list)
		}
		parts := make([]expression, len(path))
		for i, part := range path {
			parts[i] = sqlf("?::text", part)
		}
		at := commas(parts)
		return sqlf("jsonb_set("+c.column(field)+", ARRAY["+at.sql+"], "+list+")", at.args...)
	}
	list := "json_array(json(" + elementText + "))"
	if len(path) == 0 {
		return sqlf(list)
	}
	return sqlf("json_set("+c.column(field)+", ?, "+list+")", jsonPath(path))
}
