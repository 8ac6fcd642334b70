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

// takenColumns reports whether an error means that values are taken, and the columns that
// must be unique together.
func takenColumns(err error) (columns []string, taken bool) {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == uniqueViolation {
		// Key (domain_id, name)=(a, b) already exists.
		_, list, _ := strings.Cut(pg.Detail, "(")
		list, _, _ = strings.Cut(list, ")=")
		return names(list), true
	}
	lite, ok := errors.AsType[*sqlite.Error](err)
	if ok && (lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY) {
		// constraint failed: UNIQUE constraint failed: t.domain_id, t.name (2067)
		_, list, _ := strings.Cut(lite.Error(), "UNIQUE constraint failed: ")
		list, _, _ = strings.Cut(list, " (")
		return names(list), true
	}
	return nil, false
}

// names gives the names in a list of columns, quoted or not, with their table or not.
func names(list string) []string {
	all := strings.Split(list, ",")
	for i, name := range all {
		name = strings.Trim(strings.TrimSpace(name), `"`)
		all[i] = name[strings.LastIndex(name, ".")+1:]
	}
	return all
}
