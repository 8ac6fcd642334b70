package database

import (
	"context"
	"reflect"
	"slices"

	"github.com/uptrace/bun"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// versionColumn counts the changes of a row. Its name is one that no field of an API
// can have.
const versionColumn = "_version"

// firstVersion is that of a new row: 0 says that nothing was read.
const firstVersion = 1

// GetForUpdate is Get for whoever is about to change what it gives, after a look at
// it: until the transaction ends, all others who want to change it, or get it in the
// same way, wait.
func (s *Store[T]) GetForUpdate(ctx context.Context, scope []query.Condition, id string) (*T, error) {
	return s.getLocked(ctx, "GetForUpdate", "UPDATE", scope, id)
}

// GetForShare is Get for whoever is about to store a reference to what it gives: until
// the transaction ends, nobody can delete it, or get it by GetForUpdate. All others may
// refer to it and change it meanwhile.
func (s *Store[T]) GetForShare(ctx context.Context, scope []query.Condition, id string) (*T, error) {
	return s.getLocked(ctx, "GetForShare", "KEY SHARE", scope, id)
}

func (s *Store[T]) getLocked(ctx context.Context, method, lock string, scope []query.Condition, id string) (*T, error) {
	if _, within := s.db.Conn(ctx).(bun.Tx); !within {
		return nil, apierror.New(codes.Internal, "ERROR_NO_TRANSACTION",
			"%s was called outside a database transaction, where no lock lasts: call it in a method that writes, or within InTx.", method)
	}
	if s.db.engine == SQLite {
		lock = "" // only one of its transactions is open at a time: it holds all rows already
	}
	return s.get(ctx, scope, id, lock)
}

// versionOf is the version in which an item was read; 0 if it was not.
func (s *Store[T]) versionOf(item *T) int64 {
	if s.version == nil || item == nil {
		return 0
	}
	return s.version.Value(reflect.ValueOf(item).Elem()).Int()
}

func (s *Store[T]) setVersion(item *T, version int64) {
	if s.version != nil {
		s.version.Value(reflect.ValueOf(item).Elem()).SetInt(version)
	}
}

// unchanged is the condition that a row has the version that was read.
func (s *Store[T]) unchanged(read int64) []expression {
	if read == 0 {
		return nil
	}
	return []expression{sqlf(quoted(s.compiler.alias)+"."+quoted(versionColumn)+" = ?", read)}
}

// stored are the columns that an update stores: those named or, if none are, all but
// the version, which nobody sets.
func (s *Store[T]) stored(columns []string) []string {
	if len(columns) == 0 {
		for _, field := range s.table.DataFields {
			columns = append(columns, field.Name)
		}
	}
	return slices.DeleteFunc(slices.Clone(columns), func(name string) bool { return name == versionColumn })
}

func (s *Store[T]) exists(ctx context.Context, where []expression) (bool, error) {
	met := joined(" AND ", where...)
	return s.db.Conn(ctx).NewSelect().Model((*T)(nil)).Where(met.sql, met.args...).Exists(ctx)
}
