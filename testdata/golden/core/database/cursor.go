package database

import (
	"database/sql"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// A cursor is at one row of a statement after the other, whichever driver reads them.
type cursor interface {
	Next() bool
	// Values gives the values of the row, as database/sql has them: bytes are good until
	// the next row.
	Values(into []any) error
	Err() error
}

// sqlCursor is one of database/sql.
type sqlCursor struct {
	*sql.Rows
	targets []any
}

func (r *sqlCursor) Values(into []any) error {
	if r.targets == nil {
		r.targets = make([]any, len(into))
	}
	for i := range into {
		r.targets[i] = &into[i]
	}
	return r.Scan(r.targets...)
}

// pgxCursor is one of pgx.
type pgxCursor struct {
	pgx.Rows
	types *pgtype.Map
}

func (r pgxCursor) Values(into []any) (err error) {
	raw := r.RawValues()
	for i, field := range r.FieldDescriptions() {
		if into[i], err = valueOf(r.types, field.DataTypeOID, field.Format, raw[i]); err != nil {
			return err
		}
	}
	return nil
}

// valueOf is a value that PostgreSQL sends: nil, a bool, an int64, a float64, a time, and
// else the bytes of a text.
func valueOf(types *pgtype.Map, oid uint32, format int16, raw []byte) (any, error) {
	if raw == nil {
		return nil, nil //nolint:nilnil // NULL
	}
	switch oid {
	case pgtype.BoolOID:
		return scanned[bool](types, oid, format, raw)
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.OIDOID:
		return scanned[int64](types, oid, format, raw)
	case pgtype.Float4OID, pgtype.Float8OID:
		return scanned[float64](types, oid, format, raw)
	case pgtype.DateOID, pgtype.TimestampOID, pgtype.TimestamptzOID:
		return scanned[time.Time](types, oid, format, raw)
	case pgtype.ByteaOID:
		return scanned[[]byte](types, oid, format, raw)
	}
	if format == pgx.TextFormatCode {
		return raw, nil
	}
	return scanned[string](types, oid, format, raw)
}

func scanned[V any](types *pgtype.Map, oid uint32, format int16, raw []byte) (any, error) {
	var value V
	err := types.Scan(oid, format, raw, &value)
	return value, err
}
