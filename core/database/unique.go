package database

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// uniqueViolation is PostgreSQL's code for a value that is taken.
const uniqueViolation = "23505"

// takenColumn reports whether an error means that a value is taken, and which
// column's: the last of those that must be unique together, since those before
// it only say within what.
func takenColumn(err error) (column string, taken bool) {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == uniqueViolation {
		// Key (domain_id, name)=(a, b) already exists.
		_, columns, _ := strings.Cut(pg.Detail, "(")
		columns, _, _ = strings.Cut(columns, ")=")
		return last(columns), true
	}
	lite, ok := errors.AsType[*sqlite.Error](err)
	if ok && (lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY) {
		// constraint failed: UNIQUE constraint failed: t.domain_id, t.name (2067)
		_, columns, _ := strings.Cut(lite.Error(), "UNIQUE constraint failed: ")
		columns, _, _ = strings.Cut(columns, " (")
		column = last(columns)
		return column[strings.LastIndex(column, ".")+1:], true
	}
	return "", false
}

func last(list string) string {
	return strings.Trim(strings.TrimSpace(list[strings.LastIndex(list, ",")+1:]), `"`)
}
