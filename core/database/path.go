package database

import (
	"fmt"
	"regexp"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// A path leads through objects by name and through lists either by index, where a
// part is a number, or into each object that a list holds, where it is a name. So it
// may lead to any number of values. Both engines follow it by the same steps:
// FROM items, the last of which is e, with a row for each value.

// index is a part of a path that names an element of a list.
var index = regexp.MustCompile(`^(0|[1-9][0-9]{0,8})$`)

// maxPath is how many parts a path has at most: each is a join.
const maxPath = 32

// reach is what of the values that a path leads to is wanted.
type reach int

const (
	whole    reach = iota // each as it is, a list too
	elements              // of a list its elements
	unwound               // the same, and nothing of null
	listed                // the elements of a list alone
)

// checkPath refuses a path that cannot be followed.
func checkPath(key string, path []string) error {
	if len(path) > maxPath {
		return apierror.Query("The key %.100s... has more than %d parts.", key, maxPath)
	}
	for _, part := range path {
		for _, r := range part {
			if r == '"' || r == '\\' || r < ' ' {
				return apierror.Query("The key %q cannot be read.", key)
			}
		}
	}
	return nil
}

// reached are the FROM items for the values that a path leads to, as e.
func (c compiler) reached(field query.Field, path []string, what reach) expression {
	return c.reachedFrom(sqlf(c.column(field)), path, what, "e")
}

// reachedFrom are the FROM items for the values that a path below a document leads to.
func (c compiler) reachedFrom(document expression, path []string, what reach, as string) expression {
	if c.postgres() {
		return c.reachedInPostgres(document, path, what, as)
	}
	return c.reachedInSQLite(document, path, what, as)
}

func (c compiler) reachedInPostgres(document expression, path []string, what reach, as string) expression {
	var from expression
	for len(path) > 0 {
		names := 0
		for names < len(path) && !index.MatchString(path[names]) {
			names++
		}
		if names == len(path) {
			break
		}
		// In jsonpath's lax mode a name goes into the objects of a list by itself.
		step := fmt.Sprintf("s%d", len(path))
		from = joinedTo(from, sqlf("jsonb_path_query("+document.sql+", ?::jsonpath) AS "+step+"(value)", append(document.args, jsonPath(path[:names]))...))
		document = atPostgres(step+".value", path[names])
		path = path[names+1:]
	}
	last := jsonPath(path)
	switch what {
	case unwound:
		from = joinedTo(from, sqlf("jsonb_path_query("+document.sql+", ?::jsonpath) AS w(value)", append(document.args, last)...))
		document, last = sqlf("NULLIF(w.value, "+c.null()+")"), "$[*]"
	case listed:
		from = joinedTo(from, sqlf("jsonb_path_query("+document.sql+", ?::jsonpath) AS w(value)", append(document.args, last)...))
		document, last = sqlf("CASE jsonb_typeof(w.value) WHEN 'array' THEN w.value END"), "$[*]"
	case elements:
		last += "[*]"
	case whole:
	}
	return joinedTo(from, sqlf("jsonb_path_query("+document.sql+", ?::jsonpath) AS "+as+"(value)", append(document.args, last)...))
}

// atPostgres is an element of a list, or the member of an object that has its number for a name.
func atPostgres(document, part string) expression {
	return sqlf("CASE jsonb_typeof("+document+") WHEN 'array' THEN "+document+" -> "+part+" WHEN 'object' THEN "+document+" -> ?::text END", part)
}

func (c compiler) reachedInSQLite(document expression, path []string, what reach, as string) expression {
	var from expression
	for i, part := range path {
		step := fmt.Sprintf("s%d", i)
		if index.MatchString(part) {
			from = joinedTo(from, single(document).then(" AS "+step))
			document = sqlf("CASE "+step+".type WHEN 'array' THEN "+step+".value -> '$["+part+"]' WHEN 'object' THEN "+step+".value -> ? END", jsonPath([]string{part}))
			continue
		}
		from = joinedTo(from, exploded(document).then(" AS "+step))
		document = sqlf("CASE "+step+".type WHEN 'object' THEN "+step+".value -> ? END", jsonPath([]string{part}))
	}
	switch what {
	case unwound:
		document = sqlf("NULLIF("+document.sql+", "+c.null()+")", document.args...)
	case listed:
		from = joinedTo(from, single(document).then(" AS w"))
		document = sqlf("CASE w.type WHEN 'array' THEN w.value END")
	case whole:
		return joinedTo(from, single(document).then(" AS "+as))
	case elements:
	}
	return joinedTo(from, exploded(document).then(" AS "+as))
}

// single makes one row of a document, and none of NULL.
func single(document expression) expression {
	return sqlf("json_each('[' || "+document.sql+" || ']')", document.args...)
}

// exploded makes a row of each element of a list, one of anything else, and none of NULL.
func exploded(d expression) expression {
	return sqlf("json_each(CASE json_type("+d.sql+") WHEN 'array' THEN ", d.args...).
		then(d.sql+" ELSE '[' || ", d.args...).then(d.sql+" || ']' END)", d.args...)
}

func joinedTo(from, item expression) expression {
	if from.sql == "" {
		return item
	}
	return from.then(" CROSS JOIN "+item.sql, item.args...)
}

// lies is the one value that lies at a path without going into the objects of lists, or NULL.
func (c compiler) lies(document expression, path []string) expression {
	for _, part := range path {
		switch {
		case index.MatchString(part) && c.postgres():
			// Without an offset the planner would write the document wherever this names it.
			at := atPostgres("s.value", part)
			document = sqlf("(SELECT "+at.sql+" FROM (SELECT ", at.args...).then(document.sql+" AS value OFFSET 0) AS s)", document.args...)
		case index.MatchString(part):
			document = sqlf("(SELECT CASE json_type(s.value) WHEN 'array' THEN s.value -> '$["+part+"]' ELSE s.value -> ? END FROM (SELECT ", jsonPath([]string{part})).
				then(document.sql+" AS value) AS s)", document.args...)
		case c.postgres():
			document = document.then(" -> ?::text", part)
		default:
			document = document.then(" -> ?", jsonPath([]string{part}))
		}
	}
	return document
}

// elementText is an element e as JSON, in SQLite.
const elementText = "CASE e.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'array' THEN e.value WHEN 'object' THEN e.value ELSE json_quote(e.value) END"

// null is JSON's null in SQL.
func (c compiler) null() string {
	if c.postgres() {
		return "'null'::jsonb"
	}
	return "'null'"
}
