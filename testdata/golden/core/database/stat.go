package database

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// A relation is the rows between two stages of a statistic: SQL that yields
// them, and their columns. Each stage wraps the one before.
type relation struct {
	expression
	columns []query.Field
	keys    []query.Field // of the columns, those that the last group has its rows by
	order   []query.Sort  // how they are sorted when they are read
	ties    []query.Sort  // what decides where that leaves rows equal
}

// Stat computes a statistic. Its rows are values as JSON has them; those of distinct have
// its key for a name. For a page of them the total says how many rows there are in all.
// The database's maximum holds as it does in List.
func (s *Store[T]) Stat(ctx context.Context, scope []query.Condition, q query.StatQuery) (rows []map[string]any, total int, err error) {
	switch {
	case q.Distinct == "" && len(q.Aggregate) == 0:
		return nil, 0, apierror.Required("aggregate")
	case q.Distinct != "" && len(q.Aggregate) > 0:
		return nil, 0, apierror.Query("A statistic has either aggregate or distinct.")
	}
	if err := affordableStat(q); err != nil {
		return nil, 0, err
	}
	r, err := s.start(scope, q)
	if err != nil {
		return nil, 0, err
	}
	if q.Distinct != "" {
		if r, err = s.compiler.distinct(r, q.Distinct); err != nil {
			return nil, 0, err
		}
	}
	if r, err = s.compiler.through(r, q.Aggregate); err != nil {
		return nil, 0, err
	}
	paged := q.Page.Limit > 0
	if paged || !oneRow(q) {
		if total, err = s.countRows(ctx, r); err != nil {
			return nil, 0, err
		}
	}
	switch {
	case paged:
		if r, err = s.compiler.cut(r, s.db.limit(q.Page), q.Page.Offset()); err != nil {
			return nil, 0, err
		}
	case total > s.db.maxRecords:
		return nil, 0, tooMany(total, s.db.maxRecords)
	default:
		total = 0
	}
	rows, err = s.rows(ctx, r)
	return rows, total, err
}

// through takes rows through the stages of a statistic.
func (c compiler) through(r relation, stages []query.Stage) (relation, error) {
	for _, stage := range stages {
		var err error
		if r, err = c.stage(r, stage); err != nil {
			return relation{}, err
		}
	}
	return r, nil
}

// oneRow reports whether a statistic cannot have more than a row.
func oneRow(q query.StatQuery) bool {
	if len(q.Aggregate) == 0 {
		return false
	}
	last := q.Aggregate[len(q.Aggregate)-1]
	return last.Count != nil || last.Group != nil && len(last.Group.Keys) == 0
}

// start is the resources themselves, filtered.
func (s *Store[T]) start(scope []query.Condition, q query.StatQuery) (relation, error) {
	c := s.compiler
	where, err := c.where(scope, q.Filter, q.FilterOr, q.Keyword)
	if err != nil {
		return relation{}, err
	}
	e := sqlf("SELECT " + c.list(c.schema.Fields) + " FROM " + c.table())
	switch {
	case where.sql != "" && c.postgres():
		e = e.then(" WHERE "+where.sql, where.args...)
	case where.sql != "":
		e = c.foundFirst(sqlf(" WHERE "+where.sql, where.args...), c.list(c.schema.Fields))
	}
	return relation{expression: e, columns: c.schema.Fields, ties: []query.Sort{{Key: c.schema.ID}}}, nil
}

// over is a compiler for the rows of a relation.
func (c compiler) over(r relation) compiler {
	schema := *c.schema
	schema.Fields = r.columns
	c.schema = &schema
	return c
}

// list names columns, as SELECT has them.
func (c compiler) list(fields []query.Field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = c.column(f)
	}
	return strings.Join(names, ", ")
}

// from selects from a relation.
func (c compiler) from(r relation, what expression) expression {
	return sqlf("SELECT "+what.sql, what.args...).then(" FROM ("+r.sql+") AS "+quoted(c.alias), r.args...)
}

func (c compiler) stage(r relation, stage query.Stage) (relation, error) {
	c = c.over(r)
	switch {
	case stage.Unwind != nil:
		return c.unwind(r, stage.Unwind, unwound)
	case stage.Group != nil:
		return c.group(r, stage.Group)
	case stage.Count != nil:
		n := query.Field{Name: stage.Count.Name, Type: query.Int}
		return relation{
			expression: c.from(r, sqlf("COUNT(*) AS "+quoted(n.Name))),
			columns:    []query.Field{n},
		}, checkNames(n)
	case stage.Sort != nil:
		if err := c.unordered(stage.Sort); err != nil {
			return relation{}, err
		}
		r.order = stage.Sort
		return r, nil
	case stage.Project != nil:
		return c.project(r, stage.Project)
	case stage.Limit != nil:
		return c.cut(r, *stage.Limit, 0)
	case stage.Skip != nil:
		return c.cut(r, 0, *stage.Skip)
	default:
		return relation{}, apierror.Query("A stage of aggregate is empty.")
	}
}

// unwind makes a row of each element of a list; the element takes its place.
func (c compiler) unwind(r relation, u *query.Unwind, what reach) (relation, error) {
	field, path, err := c.find(u.Path)
	if err != nil {
		return relation{}, err
	}
	if !field.JSON() { // one value, which is its only element
		r.expression = c.from(r, sqlf(c.list(r.columns))).then(" WHERE " + c.column(field) + " IS NOT NULL")
		return c.filtered(r, u.Filter)
	}
	element := result(u.Path, of(query.Struct))
	var others []query.Field
	for _, f := range r.columns {
		if f.Name != element.Name {
			others = append(others, f)
		}
	}
	columns := c.list(others)
	if columns != "" {
		columns += ", "
	}
	if err := checkNames(element); err != nil {
		return relation{}, err
	}
	value := elementText
	if c.postgres() {
		value = "e.value"
	}
	if leaf, isLeaf := leafOf(field, path); isLeaf {
		value, element = c.leaf("e", leaf.Type), result(u.Path, of(leaf.Type))
	} else if leaf.Type == query.Money || len(leaf.Members) > 0 {
		element = query.Field{Name: u.Path, Type: leaf.Type, Members: leaf.Members}
	}
	rows := c.reached(field, path, what)
	out := relation{
		expression: c.from(r, sqlf(columns+value+" AS "+quoted(element.Name))).then(" CROSS JOIN "+rows.sql, rows.args...),
		columns:    append(others, element),
		keys:       r.keys,
		ties:       append(slices.Clone(r.ties), query.Sort{Key: element.Name}),
	}
	return c.filtered(out, u.Filter)
}

// filtered keeps the rows that meet conditions.
func (c compiler) filtered(r relation, filter []query.Condition) (relation, error) {
	if len(filter) == 0 {
		return r, nil
	}
	c = c.over(r)
	all, err := c.conditions(filter)
	if err != nil {
		return relation{}, err
	}
	where := joined(" AND ", all...)
	r.expression = c.from(r, sqlf(c.list(r.columns))).then(" WHERE "+where.sql, where.args...)
	return r, nil
}

// distinct is each value of a key once, sorted; of a list, each of its elements.
func (c compiler) distinct(r relation, key string) (relation, error) {
	c = c.over(r)
	field, path, err := c.find(key)
	if err != nil {
		return relation{}, err
	}
	if field.JSON() {
		what := elements // null is a value of a document
		if len(path) == 0 {
			what = unwound // of a column, it is none
		}
		if r, err = c.unwind(r, &query.Unwind{Path: key}, what); err != nil {
			return relation{}, err
		}
		c = c.over(r)
	}
	value, typ, err := c.value(key)
	if err != nil {
		return relation{}, err
	}
	column := result(key, typ)
	return relation{
		expression: c.from(r, sqlf("DISTINCT ").then(value.sql+" AS "+quoted(key), value.args...)),
		columns:    []query.Field{column},
		order:      []query.Sort{{Key: key}},
		ties:       []query.Sort{{Key: key}},
	}, checkNames(column)
}

// cut takes a part of the rows, in their order; n of 0 is all.
func (c compiler) cut(r relation, n, skip int) (relation, error) {
	c = c.over(r)
	e, err := c.sorted(r)
	if err != nil {
		return relation{}, err
	}
	if n == 0 {
		n = math.MaxInt32 // SQLite takes no offset without a limit
	}
	e = e.then(fmt.Sprintf(" LIMIT %d OFFSET %d", n, skip))
	return relation{expression: e, columns: r.columns, keys: r.keys, order: r.order, ties: r.ties}, nil
}

// sorted is the rows in their order; where that leaves two rows equal, what they are
// known by decides, so that the same question has the same answer.
func (c compiler) sorted(r relation) (expression, error) {
	c = c.over(r)
	e := c.from(r, sqlf(c.list(r.columns)))
	by, err := c.inOrder(r)
	return e.then(by.sql, by.args...), err
}

// inOrder is ORDER BY for the rows of a relation.
func (c compiler) inOrder(r relation) (expression, error) {
	var by []expression
	for _, key := range slices.Concat(r.order, r.ties) {
		e, err := c.sortKey(key)
		if err != nil {
			return expression{}, err
		}
		by = append(by, e)
	}
	for _, f := range r.columns {
		// A list sorts as one of its elements does.
		if f.JSON() && slices.ContainsFunc(r.ties, func(s query.Sort) bool { return s.Key == f.Name }) {
			by = append(by, c.directed(sqlf(c.documentKey(c.column(f))), false), sqlf(c.column(f)))
		}
	}
	if len(by) == 0 {
		return expression{}, nil
	}
	keys := commas(by)
	return sqlf(" ORDER BY "+keys.sql, keys.args...), nil
}

// value is what a key leads to, with its type.
func (c compiler) value(key string) (expression, query.Field, error) {
	field, path, err := c.find(key)
	if err != nil {
		return expression{}, query.Field{}, err
	}
	if !field.JSON() {
		return sqlf(c.exact(field.Type, c.column(field))), of(field.Type), nil
	}
	leaf, isLeaf := leafOf(field, path)
	switch {
	case isLeaf && !leaf.Repeated:
		value := c.leafValue(field, path, leaf.Type)
		return sqlf(c.exact(leaf.Type, value.sql), value.args...), of(leaf.Type), nil
	case isLeaf || leaf.Type == query.Money || len(leaf.Members) > 0:
		return c.document(field, path), query.Field{Type: leaf.Type, Repeated: leaf.Repeated, Members: leaf.Members}, nil
	default:
		return c.document(field, path), of(query.Struct), nil
	}
}

// of is a value of a type. A document may be anything, a list too.
func of(typ query.Type) query.Field { return query.Field{Type: typ, Repeated: typ == query.Struct} }

// result is a column of a statistic.
func result(name string, typ query.Field) query.Field {
	typ.Name = name
	return typ
}

// all sorts by every column.
func all(columns []query.Field) []query.Sort {
	keys := make([]query.Sort, len(columns))
	for i, f := range columns {
		keys[i] = query.Sort{Key: f.Name}
	}
	return keys
}

// columnName is what a caller may call a column of a statistic: something that
// every engine takes whole, as an identifier.
var columnName = regexp.MustCompile(`^[\p{L}\p{N}_. -]+$`)

// maxColumnName is how much of an identifier PostgreSQL reads, in bytes.
const maxColumnName = 63

func checkNames(columns ...query.Field) error {
	seen := map[string]bool{}
	for _, f := range columns {
		switch {
		case len(f.Name) > maxColumnName || !columnName.MatchString(f.Name):
			return apierror.Query("%q is no name for a result: use letters, digits, _ - . and at most %d bytes.", f.Name, maxColumnName)
		case seen[f.Name]:
			return apierror.Query("Two results have the name %s.", f.Name)
		}
		seen[f.Name] = true
	}
	return nil
}

func commas(list []expression) expression {
	var out expression
	for i, e := range list {
		if i > 0 {
			out.sql += ", "
		}
		out = out.then(e.sql, e.args...)
	}
	return out
}
