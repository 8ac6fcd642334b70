package database

import (
	"context"
	"database/sql"
	"reflect"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"
)

// isPlain reports whether all that a model asks for is that its columns are stored. What
// asks for more (a hook before it is stored, defaults of the database, deletion by a mark)
// is left to bun.
func isPlain[T any](table *schema.Table) bool {
	if _, hooked := any(new(T)).(bun.BeforeAppendModelHook); hooked || table.SoftDeleteField != nil {
		return false
	}
	for _, field := range table.Fields {
		if field.AutoIncrement || field.Identity || field.NullZero && (field.SQLDefault != "" || field.NotNull) {
			return false
		}
	}
	return true
}

// run runs a statement of the store's.
func (s *Store[T]) run(ctx context.Context, e expression, read func(cursor) error) (int64, error) {
	return s.db.run(ctx, s.compiler.schema.Table, e, read)
}

func (s *Store[T]) insert(ctx context.Context, item *T) error {
	if !s.plain {
		_, err := s.db.Conn(ctx).NewInsert().Model(item).Exec(ctx)
		return err
	}
	names, cells := make([]string, len(s.table.Fields)), make([]cell, len(s.table.Fields))
	for i, field := range s.table.Fields {
		names[i], cells[i] = string(field.SQLName), cell{field, reflect.ValueOf(item).Elem()}
	}
	_, err := s.run(ctx, sqlf("INSERT INTO "+quoted(s.compiler.schema.Table)+" AS "+quoted(s.compiler.alias)+
		" ("+strings.Join(names, ", ")+") VALUES ").thenAll(inList(cells)), nil)
	return err
}

// selectOne is the one row that meets the conditions, or sql.ErrNoRows.
func (s *Store[T]) selectOne(ctx context.Context, where []expression, lock string) (*T, error) {
	item, met := new(T), joined(" AND ", where...)
	if !s.plain {
		sel := s.db.Conn(ctx).NewSelect().Model(item).Where(met.sql, met.args...)
		if lock != "" {
			sel.For(lock)
		}
		return item, sel.Scan(ctx)
	}
	e := sqlf(s.selects).thenAll(met)
	if lock != "" {
		e.sql += " FOR " + lock
	}
	found := false
	_, err := s.run(ctx, e, func(rows cursor) error {
		if found = rows.Next(); !found {
			return nil
		}
		scan, err := s.scanning(ctx, rows, selection{columns: s.columns})
		if err != nil {
			return err
		}
		return scan(item)
	})
	if err == nil && !found {
		err = sql.ErrNoRows
	}
	return item, err
}

func (s *Store[T]) update(ctx context.Context, item *T, columns []string, where []expression) (int64, error) {
	met := joined(" AND ", where...)
	if !s.plain {
		update := s.db.Conn(ctx).NewUpdate().Model(item).Column(columns...).Where(met.sql, met.args...)
		if s.version != nil {
			update.Set("? = ? + 1", bun.Ident(versionColumn), bun.Ident(versionColumn))
		}
		return changed(update.Exec(ctx))
	}
	var set []expression
	for _, name := range columns {
		field, err := s.table.Field(name)
		if err != nil {
			return 0, err
		}
		set = append(set, sqlf(string(field.SQLName)+" = ?", cell{field, reflect.ValueOf(item).Elem()}))
	}
	if s.version != nil {
		set = append(set, sqlf(quoted(versionColumn)+" = "+quoted(versionColumn)+" + 1"))
	}
	return s.run(ctx, sqlf("UPDATE "+s.compiler.table()+" SET ").thenAll(commas(set)).then(" WHERE ").thenAll(met), nil)
}

func (s *Store[T]) remove(ctx context.Context, where []expression) (int64, error) {
	met := joined(" AND ", where...)
	if !s.plain {
		return changed(s.db.Conn(ctx).NewDelete().Model((*T)(nil)).Where(met.sql, met.args...).Exec(ctx))
	}
	return s.run(ctx, sqlf("DELETE FROM "+s.compiler.table()+" WHERE ").thenAll(met), nil)
}

// changed is how many rows a statement of bun changed.
func changed(result sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// scanning gives what reads a row of what is selected into an item, which hears of it as bun
// would tell it.
func (s *Store[T]) scanning(ctx context.Context, rows cursor, selected selection) (func(*T) error, error) {
	fields := make([]*schema.Field, len(selected.columns))
	for i, name := range selected.columns {
		field, err := s.table.Field(name)
		if err != nil {
			return nil, err
		}
		fields[i] = field
	}
	values := make([]any, len(fields), len(fields)+1)
	if selected.total != nil {
		values = append(values, nil)
	}
	return func(item *T) error {
		if err := rows.Values(values); err != nil {
			return err
		}
		if hook, ok := any(item).(bun.BeforeScanRowHook); ok {
			if err := hook.BeforeScanRow(ctx); err != nil {
				return err
			}
		}
		row := reflect.ValueOf(item).Elem()
		for i, field := range fields {
			if err := field.ScanValue(row, values[i]); err != nil {
				return err
			}
		}
		if hook, ok := any(item).(bun.AfterScanRowHook); ok {
			if err := hook.AfterScanRow(ctx); err != nil {
				return err
			}
		}
		if selected.total != nil {
			total, _ := values[len(fields)].(int64)
			*selected.total = int(total)
		}
		return nil
	}, nil
}
