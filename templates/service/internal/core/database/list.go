package database

import (
	"context"
	"reflect"
	"slices"

	"github.com/uptrace/bun"

	"github.com/cloudforet-io/spacegen/templates/service/internal/core/apierror"
	"github.com/cloudforet-io/spacegen/templates/service/internal/core/query"
)

// walked is how many resources Each has in memory.
const walked = 500

// List gives a page of what a query selects, and how many there are in all. A
// page that is larger than the database's maximum, or says no size, has that;
// without any page, more than the maximum is refused before a row is read.
func (s *Store[T]) List(ctx context.Context, scope []query.Condition, q query.Query) ([]T, int, error) {
	selected, err := s.selection(scope, q)
	if err != nil {
		return nil, 0, err
	}
	total, err := selected(ctx).Count(ctx)
	if err != nil {
		return nil, 0, s.explain("count", nil, err)
	}
	if q.CountOnly {
		return nil, int(total), nil
	}
	if paged := q.Page.Limit > 0 || q.Page.Start > 1; !paged && int(total) > s.db.maxRecords {
		return nil, 0, tooMany(int(total), s.db.maxRecords)
	}
	order, err := s.compiler.order(q.Sort)
	if err != nil {
		return nil, 0, err
	}
	items, err := s.read(ctx, selected, order, s.db.limit(q.Page), q.Page.Offset())
	return items, int(total), err
}

// Each calls do with everything that a query selects, however much that is, by
// identifier: its order and page don't matter. It reads page after page, from the
// last identifier on, so that do may change or delete what it is called with. What
// comes after what is the engine's own business, as in the identifier's index.
func (s *Store[T]) Each(ctx context.Context, scope []query.Condition, q query.Query, do func(*T) error) error {
	id := s.table.FieldMap[s.compiler.schema.ID]
	column := quoted(s.compiler.alias) + "." + quoted(id.Name)
	all, err := s.selection(scope, q)
	if err != nil {
		return err
	}
	selected := all
	for {
		items, err := s.read(ctx, selected, []expression{sqlf(column)}, walked, 0)
		if err != nil {
			return err
		}
		for i := range items {
			if err := do(&items[i]); err != nil {
				return err
			}
		}
		if len(items) < walked {
			return nil
		}
		last := id.Value(reflect.ValueOf(&items[walked-1]).Elem()).Interface()
		selected = func(ctx context.Context) *bun.SelectQuery { return all(ctx).Where(column+" > ?", last) }
	}
}

// All gathers what Each goes through.
func (s *Store[T]) All(ctx context.Context, scope []query.Condition, q query.Query) (items []T, err error) {
	err = s.Each(ctx, scope, q, func(item *T) error {
		items = append(items, *item)
		return nil
	})
	return items, err
}

// A selection makes the statement that selects what a query asks for.
type selection func(ctx context.Context) *bun.SelectQuery

func (s *Store[T]) selection(scope []query.Condition, q query.Query) (selection, error) {
	if q.Unwind != nil {
		return nil, apierror.Query("unwind is for statistics; a list gives whole resources.")
	}
	where, err := s.compiler.where(scope, q.Filter, q.FilterOr, q.Keyword)
	if err != nil {
		return nil, err
	}
	columns, err := s.columns(q)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) *bun.SelectQuery {
		sel := s.db.Conn(ctx).NewSelect().Model((*T)(nil)).Column(columns...)
		if where.sql != "" {
			sel.Where(where.sql, where.args...)
		}
		return sel
	}, nil
}

func (s *Store[T]) read(ctx context.Context, selected selection, order []expression, limit, offset int) ([]T, error) {
	items := []T{}
	sel := selected(ctx).Limit(int64(limit)).Offset(int64(offset))
	for _, e := range order {
		sel.OrderExpr(e.sql, e.args...)
	}
	if err := sel.Scan(ctx, &items); err != nil {
		return nil, s.explain("list", nil, err)
	}
	return items, nil
}

// limit is how many results a page has.
func (db *DB) limit(p query.Page) int {
	if p.Limit > 0 {
		return min(p.Limit, db.maxRecords)
	}
	return db.maxRecords
}

func tooMany(total, most int) error {
	return apierror.Query("There are %d results: ask for them by page, of %d at most, or for fewer by a filter.", total, most)
}

// columns are what of each resource a query asks for: all if it doesn't say.
func (s *Store[T]) columns(q query.Query) ([]string, error) {
	only := q.Only
	if q.Minimal && len(only) == 0 {
		only = s.compiler.schema.Minimal
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
	if len(columns) > 0 && !slices.Contains(columns, s.compiler.schema.ID) {
		columns = append(columns, s.compiler.schema.ID)
	}
	if len(columns) > 0 && s.version != nil {
		columns = append(columns, versionColumn) // what is read may be changed
	}
	return columns, nil
}
