package database

import (
	"database/sql"
	"encoding/binary"
	"math"
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

// millennium is where PostgreSQL counts time from, in microseconds since 1970.
const millennium = 946_684_800_000_000

// valueOf is a value that PostgreSQL sends: nil, a bool, an int64, a float64, a time, and
// else the bytes of a text.
func valueOf(types *pgtype.Map, oid uint32, format int16, raw []byte) (any, error) {
	if raw == nil {
		return nil, nil //nolint:nilnil // NULL
	}
	if format == pgx.BinaryFormatCode && len(raw) == 8 {
		bits := binary.BigEndian.Uint64(raw)
		switch n := int64(bits); { //nolint:gosec // as it is sent
		case oid == pgtype.Int8OID:
			return n, nil
		case oid == pgtype.Float8OID:
			return math.Float64frombits(bits), nil
		case oid == pgtype.TimestamptzOID && n != math.MaxInt64 && n != math.MinInt64: // infinity
			return time.UnixMicro(n + millennium).UTC(), nil
		}
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
