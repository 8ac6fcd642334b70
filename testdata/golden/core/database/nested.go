package database

import (
	"fmt"

	"github.com/cloudforet-io/spacegen/core/query"
)

// document is the JSON value that a key leads to: where it goes into the objects of a
// list, the list of what it leads to in each. It is NULL where there is none, and for
// JSON's null.
func (c compiler) document(field query.Field, path []string) expression {
	stored := c.stored(field, path)
	return sqlf("NULLIF("+stored.sql+", "+c.null()+")", stored.args...)
}

// stored is the same, with JSON's null as it is.
func (c compiler) stored(field query.Field, path []string) expression {
	column := sqlf(c.column(field))
	if len(path) == 0 {
		return column
	}
	one, all := c.lies(column, path), c.nested(column, path)
	return sqlf("COALESCE("+one.sql+", ", one.args...).then(all.sql+")", all.args...)
}

// nested is what a path leads to below a document: of a list, the list of what it leads to
// in each object, empty if it leads nowhere.
func (c compiler) nested(document expression, path []string) expression {
	names := 0
	for names < len(path) && index.MatchString(path[names]) {
		names++
	}
	if names > 0 {
		document, path = c.lies(document, path[:names]), path[names:]
	}
	if len(path) == 0 {
		return document
	}
	each, name := fmt.Sprintf("n%d", len(path)), jsonPath(path[:1])
	if c.postgres() {
		// Without an offset the planner would write the inner value twice, and each of those, too.
		value := c.nested(sqlf(each+".value -> ?::text", path[0]), path[1:])
		return sqlf("(SELECT CASE jsonb_typeof("+document.sql+") WHEN 'array' THEN l.v ELSE l.v -> 0 END FROM (SELECT COALESCE(jsonb_agg(x.v), '[]') AS v FROM (SELECT ", document.args...).
			then(value.sql+" AS v FROM jsonb_path_query(", value.args...).
			then(document.sql+", '$[*]') AS "+each+"(value) OFFSET 0) AS x WHERE x.v IS NOT NULL) AS l)", document.args...)
	}
	value, elements := c.nested(sqlf("CASE "+each+".type WHEN 'object' THEN "+each+".value -> ? END", name), path[1:]), exploded(document)
	return sqlf("(SELECT CASE json_type("+document.sql+") WHEN 'array' THEN l.v ELSE l.v -> '$[0]' END FROM (SELECT '[' || COALESCE(group_concat(", document.args...).
		then(value.sql+"), '') || ']' AS v FROM ", value.args...).then(elements.sql+" AS "+each+") AS l)", elements.args...)
}
