package database

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// walked is how many resources Each has in memory.
const walked = 500

// List gives a page of what a query selects, and how many there are in all. A
// page that is larger than the database's maximum has that; without any page, more
// than the maximum is refused before a row is read. A query that unwinds a list gives
// a resource once for each element, which is all that its list then has.
func (s *Store[T]) List(ctx context.Context, scope []query.Condition, q query.Query) ([]T, int, error) {
	selected, err := s.selection(scope, q)
	if err != nil {
		return nil, 0, err
	}
	var total int
	together := s.plain && s.compiler.postgres() && q.Page.Limit > 0 && !q.CountOnly
	if together {
		selected.total = &total
	} else {
		if total, err = s.count(ctx, selected); err != nil || q.CountOnly {
			return nil, total, err
		}
		if q.Page.Limit == 0 && total > s.db.maxRecords {
			return nil, 0, tooMany(total, s.db.maxRecords)
		}
	}
	order := q.Sort
	if len(order) == 0 {
		order = s.compiler.schema.Order
	}
	by, err := s.compiler.order(order)
	if err != nil {
		return nil, 0, err
	}
	if q.Unwind != nil {
		by = append(by, selected.ties...)
	}
	items, _, err := s.read(ctx, selected, by, s.db.limit(q.Page), q.Page.Offset(), false)
	if err == nil && together && len(items) == 0 && q.Page.Offset() > 0 { // no row has told
		total, err = s.count(ctx, selected)
	}
	return items, total, err
}

// Each calls do with everything that a query selects, however much that is, by
// identifier: its order and page don't matter. It reads page after page, from the
// last resource on, so that do may change or delete what it is called with. What
// comes after what is the engine's own business, as in the identifier's index.
func (s *Store[T]) Each(ctx context.Context, scope []query.Condition, q query.Query, do func(*T) error) error {
	if q.Unwind != nil {
		return apierror.Query("unwind gives a resource more than once: a list can, and this reads each once.")
	}
	all, err := s.selection(scope, q)
	if err != nil {
		return err
	}
	key := s.compiler.key()
	columns := make([]expression, len(key))
	for i, name := range key {
		columns[i] = sqlf(quoted(s.compiler.alias) + "." + quoted(name))
		if !slices.Contains(all.columns, name) {
			all.columns = append(all.columns, name)
		}
	}
	selected := all
	for {
		items, whole, err := s.read(ctx, selected, columns, walked, 0, true)
		if err != nil {
			return err
		}
		for i := range items {
			if err := do(&items[i]); err != nil {
				return err
			}
		}
		if whole && len(items) < walked {
			return nil
		}
		last := reflect.ValueOf(&items[len(items)-1]).Elem()
		values := make([]expression, len(key))
		for i, name := range key {
			values[i] = sqlf("?", s.table.FieldMap[name].Value(last).Interface())
		}
		selected.where = beyond(columns, values)
		if all.where.sql != "" {
			selected.where = selected.where.and(all.where)
		}
	}
}

// beyond selects the rows that come after one whose columns have these values.
func beyond(columns, values []expression) expression {
	if len(columns) == 1 {
		return columns[0].then(" > ").then(values[0].sql, values[0].args...)
	}
	of, than := commas(columns), commas(values)
	return sqlf("("+of.sql+") > ("+than.sql+")", than.args...)
}

// All gathers what Each goes through.
func (s *Store[T]) All(ctx context.Context, scope []query.Condition, q query.Query) (items []T, err error) {
	err = s.Each(ctx, scope, q, func(item *T) error {
		items = append(items, *item)
		return nil
	})
	return items, err
}

// A selection is what a query asks for, whatever the page.
type selection struct {
	where   expression
	columns []string
	unwound expression   // what is selected from instead of the table, if anything
	ties    []expression // what the elements of one resource are sorted by
	total   *int         // where each row of a page says how many there are in all; nil: it doesn't
}

func (s *Store[T]) selection(scope []query.Condition, q query.Query) (selection, error) {
	if err := affordable(q); err != nil {
		return selection{}, err
	}
	where, err := s.compiler.where(scope, q.Filter, q.FilterOr, q.Keyword)
	if err != nil {
		return selection{}, err
	}
	selected := selection{where: where}
	if selected.columns, err = s.asked(q); err != nil || q.Unwind == nil {
		return selected, err
	}
	return s.unwound(selected, q.Unwind)
}

func (s *Store[T]) count(ctx context.Context, selected selection) (int, error) {
	var total int
	if _, err := s.run(ctx, s.compiler.counted(selected), func(rows cursor) error {
		var values [1]any
		if rows.Next() {
			if err := rows.Values(values[:]); err != nil {
				return err
			}
		}
		n, _ := values[0].(int64)
		total = int(n)
		return nil
	}); err != nil {
		return 0, s.explain("count", nil, err)
	}
	return total, nil
}

// counted is the statement that counts what is selected.
func (c compiler) counted(selected selection) expression {
	from := c.source(selected)
	return sqlf("SELECT COUNT(*) FROM "+from.sql, from.args...).thenAll(selected.met())
}

// read reads a page. More bytes than the database's maximum are an error, unless a
// part of the page will do: then it ends there, and has one resource at least.
func (s *Store[T]) read(ctx context.Context, selected selection, order []expression, limit, offset int, part bool) (items []T, whole bool, err error) {
	e := s.compiler.page(selected, order, limit, offset)
	items, whole = []T{}, true
	if _, err = s.run(ctx, e, func(rows cursor) error {
		scan, err := s.scanning(ctx, rows, selected)
		for left := s.db.maxBytes; err == nil && rows.Next(); {
			var item T
			if err := scan(&item); err != nil {
				return err
			}
			left -= s.size(&item)
			switch {
			case left < 0 && !part:
				return tooLarge(len(items), s.db.maxBytes)
			case left < 0 && len(items) > 0:
				whole = false
				return nil
			}
			items = append(items, item)
		}
		return err
	}); err != nil {
		return nil, false, s.explain("list", nil, err)
	}
	return items, whole, nil
}

// size is about how many bytes an item has.
func (s *Store[T]) size(item *T) int {
	n := 0
	for _, field := range s.table.Fields {
		n += size(field.Value(reflect.ValueOf(item).Elem()).Interface())
	}
	return n
}

// page is the statement that reads a page of what is selected.
func (c compiler) page(selected selection, order []expression, limit, offset int) expression {
	e, by := selected.met(), commas(order)
	e = e.then(" ORDER BY "+by.sql, by.args...).then(fmt.Sprintf(" LIMIT %d OFFSET %d", limit, offset))
	names := make([]string, len(selected.columns))
	for i, name := range selected.columns {
		names[i] = quoted(c.alias) + "." + quoted(name)
	}
	if c.postgres() || selected.unwound.sql != "" {
		from, of := c.source(selected), sqlf("SELECT "+strings.Join(names, ", "))
		if selected.total != nil {
			of = of.then(", (").thenAll(c.counted(selected)).then(")")
		}
		return of.then(" FROM "+from.sql, from.args...).thenAll(e)
	}
	return c.foundFirst(e, strings.Join(names, ", "))
}

// foundFirst finds all resources before the first is read. The end of a context
// interrupts SQLite only while it looks for the first row of an answer. What was found
// is known by its row: another scope may have the same identifier.
func (c compiler) foundFirst(which expression, columns string) expression {
	row := quoted(c.alias) + "._rowid_"
	return sqlf("WITH found AS MATERIALIZED (SELECT "+row+" AS row FROM "+c.table()+which.sql+") SELECT "+columns+
		" FROM found CROSS JOIN "+c.table()+" ON "+row+" = found.row", which.args...)
}

// table is the resources' own, in FROM.
func (c compiler) table() string { return quoted(c.schema.Table) + " AS " + quoted(c.alias) }

// limit is how many results a page has.
func (db *DB) limit(p query.Page) int {
	if p.Limit > 0 {
		return min(p.Limit, db.maxRecords)
	}
	return db.maxRecords
}

func tooLarge(read, most int) error {
	return apierror.New(codes.ResourceExhausted, "ERROR_RESULT_TOO_LARGE",
		"%d results have the %d bytes that one answer may have: ask for a smaller page, or for fewer fields by only or minimal.", read, most)
}

func tooMany(total, most int) error {
	return apierror.Query("There are %d results: ask for them by page, of %d at most, or for fewer by a filter.", total, most)
}

// asked are what of each resource a query asks for: all if it doesn't say.
func (s *Store[T]) asked(q query.Query) ([]string, error) {
	only := q.Only
	if q.Minimal && len(only) == 0 {
		only = s.compiler.schema.Minimal
	}
	if len(only) == 0 {
		return s.columns, nil
	}
	var columns []string
	for _, key := range only {
		field, _, err := s.compiler.find(key)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(columns, field.Name) {
			columns = append(columns, field.Name)
		}
	}
	if !slices.Contains(columns, s.compiler.schema.ID) {
		columns = append(columns, s.compiler.schema.ID)
	}
	if len(columns) > 0 && s.version != nil {
		columns = append(columns, versionColumn) // what is read may be changed
	}
	return columns, nil
}
