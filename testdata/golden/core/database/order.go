package database

import (
	"slices"

	"github.com/cloudforet-io/spacegen/core/query"
)

// key gives the columns that tell a resource from all others: its identifier and, since
// it may be unique within them only, its domain and its workspace.
func (c compiler) key() []string {
	columns := []string{c.schema.ID}
	for _, f := range c.schema.Fields {
		if f.Name != c.schema.ID && (f.Name == "domain_id" || f.Name == "workspace_id") {
			columns = append(columns, f.Name)
		}
	}
	return columns
}

// order sorts by keys and, so that pages never overlap, by what tells resources apart.
func (c compiler) order(keys []query.Sort) ([]expression, error) {
	if err := c.unordered(keys); err != nil {
		return nil, err
	}
	keys = slices.Clone(keys)
	for _, column := range c.key() {
		keys = append(keys, query.Sort{Key: column})
	}
	var order []expression
	for _, key := range keys {
		by, err := c.sortKey(key)
		if err != nil {
			return nil, err
		}
		order = append(order, by)
	}
	return order, nil
}

// sortKey is what rows are sorted by, in an order that both engines agree on.
func (c compiler) sortKey(key query.Sort) (expression, error) {
	field, path, err := c.find(key.Key)
	if err != nil {
		return expression{}, err
	}
	if !field.JSON() {
		return c.directed(sqlf(c.ordered(field.Type, c.column(field))), key.Desc), nil
	}
	if leaf, ok := leafOf(field, path); ok {
		extreme := c.extremeLeaf(field, path, leaf.Type, map[bool]string{false: "MIN", true: "MAX"}[key.Desc])
		return c.directed(sqlf(c.ordered(leaf.Type, extreme.sql), extreme.args...), key.Desc), nil
	}
	return c.directed(c.extremeKey(field, path, key.Desc), key.Desc), nil
}

// directed is an expression to sort by, nulls as the least on both engines.
func (c compiler) directed(by expression, desc bool) expression {
	switch {
	case desc && c.postgres():
		return by.then(" DESC NULLS LAST")
	case desc:
		return by.then(" DESC")
	case c.postgres():
		return by.then(" ASC NULLS FIRST")
	default:
		return by
	}
}

// extremeKey is the order's key of the least value that a key leads to, or of the
// greatest; NULL where there is none.
func (c compiler) extremeKey(field query.Field, path []string, greatest bool) expression {
	rows := c.reached(field, path, elements)
	if c.postgres() {
		direction := ""
		if greatest {
			direction = " DESC"
		}
		return sqlf("(SELECT k FROM (SELECT "+c.documentKey("e.value")+" AS k FROM "+rows.sql+
			" WHERE e.value <> 'null'::jsonb) AS keys ORDER BY k"+direction+" LIMIT 1)", rows.args...)
	}
	extreme := "MIN"
	if greatest {
		extreme = "MAX"
	}
	return sqlf("(SELECT "+extreme+"("+keyInSQLite("e.type", "e.value")+") FROM "+rows.sql+")", rows.args...)
}

// documentKey is what a JSON value is sorted by: numbers, before texts, objects,
// lists, false and true. Objects are all the same, and so are lists.
func (c compiler) documentKey(value string) string {
	if !c.postgres() {
		return keyInSQLite("json_type("+value+")", value+" ->> '$'")
	}
	return "ROW(CASE jsonb_typeof(" + value + ") WHEN 'number' THEN 1 WHEN 'string' THEN 2 WHEN 'object' THEN 3 WHEN 'array' THEN 4" +
		" WHEN 'boolean' THEN CASE WHEN " + value + " = 'true'::jsonb THEN 6 ELSE 5 END ELSE 0 END," +
		" CASE jsonb_typeof(" + value + ") WHEN 'number' THEN (" + value + ")::numeric END," +
		" CASE jsonb_typeof(" + value + ") WHEN 'string' THEN convert_to(" + value + " #>> '{}', 'UTF8') END)"
}

// keyInSQLite relies on what SQLite sorts: numbers, before texts, before blobs.
func keyInSQLite(typ, value string) string {
	return "CASE " + typ + " WHEN 'object' THEN x'00' WHEN 'array' THEN x'01' WHEN 'false' THEN x'02' WHEN 'true' THEN x'03' ELSE " + value + " END"
}
