package database

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun/schema"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// A Store keeps resources of one kind: T is a bun model whose columns are the
// fields of its schema. What lies outside the scope of a call is not found.
type Store[T any] struct {
	db       *DB
	table    *schema.Table
	version  *schema.Field // nil: the model has none
	plain    bool          // the model asks bun for nothing but its columns
	columns  []string      // all
	selects  string        // the beginning of a statement that selects all of them, WHERE included
	compiler compiler
}

// NewStore makes the store of a model.
func NewStore[T any](db *DB, s query.Schema) *Store[T] {
	table := db.bun.Table(reflect.TypeFor[T]())
	store := &Store[T]{
		db: db, table: table, version: table.FieldMap[versionColumn], plain: isPlain[T](table),
		compiler: compiler{engine: db.engine, schema: &s, alias: table.Alias, clock: time.Now},
	}
	selects := make([]string, len(table.Fields))
	for i, field := range table.Fields {
		store.columns = append(store.columns, field.Name)
		selects[i] = quoted(table.Alias) + "." + quoted(field.Name)
	}
	store.columns = slices.Clip(store.columns) // which nobody appends to
	store.selects = "SELECT " + strings.Join(selects, ", ") + " FROM " + store.compiler.table() + " WHERE "
	return store
}

// Create stores a new resource. A value that is taken is
// ERROR_SAVE_UNIQUE_VALUES.
func (s *Store[T]) Create(ctx context.Context, item *T) error {
	if err := s.storable(item); err != nil {
		return err
	}
	s.setVersion(item, firstVersion)
	if err := s.insert(ctx, item); err != nil {
		return s.explain("create", item, err)
	}
	return nil
}

// Get gives the resource with an identifier, or ERROR_NOT_FOUND.
func (s *Store[T]) Get(ctx context.Context, scope []query.Condition, id string) (*T, error) {
	return s.get(ctx, scope, id, "")
}

func (s *Store[T]) get(ctx context.Context, scope []query.Condition, id, lock string) (*T, error) {
	where, err := s.byID(scope, id)
	if err != nil {
		return nil, err
	}
	item, err := s.selectOne(ctx, where, lock)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, apierror.NotFound(s.compiler.schema.ID, id)
	case err != nil:
		return nil, s.explain("get", nil, err)
	}
	return item, nil
}

// Update stores the columns named of the resource that item identifies. An item that
// was read is stored only as long as nobody has changed the resource since:
// ERROR_CONFLICT. One that was made without reading, whose version is 0, is stored
// over whatever is there.
func (s *Store[T]) Update(ctx context.Context, scope []query.Condition, item *T, columns ...string) error {
	id := s.value(item, s.compiler.schema.ID)
	where, err := s.byID(scope, id)
	if err != nil {
		return err
	}
	if err := s.storable(item, columns...); err != nil {
		return err
	}
	read := s.versionOf(item)
	changed, err := s.update(ctx, item, s.stored(columns), append(where, s.unchanged(read)...))
	if err := s.one(ctx, "update", item, id, where, read, changed, err); err != nil {
		return err
	}
	if read != 0 {
		s.setVersion(item, read+1)
	}
	return nil
}

// Delete removes the resource with an identifier.
func (s *Store[T]) Delete(ctx context.Context, scope []query.Condition, id string) error {
	return s.delete(ctx, scope, id, 0)
}

// DeleteRead removes a resource that was read, as long as nobody has changed it
// since: ERROR_CONFLICT.
func (s *Store[T]) DeleteRead(ctx context.Context, scope []query.Condition, item *T) error {
	return s.delete(ctx, scope, s.value(item, s.compiler.schema.ID), s.versionOf(item))
}

func (s *Store[T]) delete(ctx context.Context, scope []query.Condition, id string, read int64) error {
	where, err := s.byID(scope, id)
	if err != nil {
		return err
	}
	changed, err := s.remove(ctx, append(where, s.unchanged(read)...))
	return s.one(ctx, "delete", nil, id, where, read, changed, err)
}

// storable refuses a resource with something in these columns, or in any if none are
// named, that no database keeps.
func (s *Store[T]) storable(item *T, columns ...string) error {
	for _, field := range s.table.Fields {
		if len(columns) > 0 && !slices.Contains(columns, field.Name) {
			continue
		}
		value := field.Value(reflect.ValueOf(item).Elem())
		if err := storable(field.Name, value, value.Kind() == reflect.Map || value.Kind() == reflect.Slice); err != nil {
			return err
		}
		if err := s.fits(field.Name, value); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store[T]) byID(scope []query.Condition, id string) ([]expression, error) {
	own := query.Condition{Key: s.compiler.schema.ID, Operator: query.Eq, Value: id}
	return s.compiler.conditions(append(slices.Clone(scope), own))
}

// one makes sure that a statement changed a row. If it did not, the row is gone or out
// of the scope, unless it is there in another version than the one that was read.
func (s *Store[T]) one(ctx context.Context, doing string, item *T, id string, where []expression, read, changed int64, err error) error {
	if err != nil {
		return s.explain(doing, item, err)
	}
	if changed > 0 {
		return nil
	}
	if read != 0 {
		there, err := s.exists(ctx, where)
		if err != nil {
			return s.explain(doing, item, err)
		}
		if there {
			return apierror.Conflict(s.compiler.schema.ID, id)
		}
	}
	return apierror.NotFound(s.compiler.schema.ID, id)
}

// value is the text of one of a resource's columns.
func (s *Store[T]) value(item *T, column string) string {
	field, ok := s.table.FieldMap[column]
	if !ok || item == nil {
		return ""
	}
	return fmt.Sprint(field.Value(reflect.ValueOf(item).Elem()).Interface())
}

// explain tells a taken value and what may be tried again from a failure.
func (s *Store[T]) explain(doing string, item *T, err error) error {
	if columns, taken := takenColumns(err); taken {
		return apierror.Taken(columns...).Because(err)
	}
	if pooledApart(err) {
		err = fmt.Errorf("a pooler in transaction mode keeps no prepared statements; set prepare: false under DATABASES: %w", err)
	}
	err = fmt.Errorf("%s %s: %w", doing, s.compiler.schema.Table, err)
	return cmp.Or(passing(err), err)
}
