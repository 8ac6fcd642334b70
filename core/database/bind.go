package database

import (
	"context"
	"database/sql"
	"reflect"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun/schema"
)

// maxBound is how many arguments a statement has at most that PostgreSQL prepares. One
// with more has a caller's list in it, and hardly comes again.
const maxBound = 64

// maxPrepared is how many statements each connection keeps prepared.
const maxPrepared = 256

// query runs a statement that yields rows: prepared, where the database keeps prepared
// statements, and else with its arguments in the text.
func (db *DB) query(ctx context.Context, e expression) (*sql.Rows, error) {
	text, args, ok := db.bound(e)
	if !ok {
		return db.Conn(ctx).QueryContext(ctx, e.sql, e.args...)
	}
	if t := db.transaction(ctx); t != nil {
		return t.Tx.Tx.QueryContext(ctx, text, args...)
	}
	rows, err := db.bun.DB.QueryContext(ctx, text, args...)
	if planChanged(err) { // pgx has dropped it
		return db.bun.DB.QueryContext(ctx, text, args...)
	}
	return rows, err
}

// exec runs a statement that yields none, likewise.
func (db *DB) exec(ctx context.Context, e expression) (sql.Result, error) {
	text, args, ok := db.bound(e)
	if !ok {
		return db.Conn(ctx).ExecContext(ctx, e.sql, e.args...)
	}
	if t := db.transaction(ctx); t != nil {
		return t.Tx.Tx.ExecContext(ctx, text, args...)
	}
	return db.bun.DB.ExecContext(ctx, text, args...)
}

// bound gives a statement as PostgreSQL prepares it, with $1 for the first argument, and
// how pgx is to run it before the arguments. It is false where statements are not
// prepared.
//
// An argument goes as bun writes it into the text, so that it means the same: a text,
// whose type PostgreSQL finds out, or a number, which has the type of one in the text.
func (db *DB) bound(e expression) (string, []any, bool) {
	if !db.prepares || len(e.args) > maxBound {
		return "", nil, false
	}
	args := make([]any, 1, len(e.args)+1)
	args[0] = pgx.QueryExecModeCacheStatement
	gen := db.bun.QueryGen()
	text := make([]byte, 0, len(e.sql)+8*len(e.args))
	var written []byte
	rest := e.sql
	for _, arg := range e.args {
		before, after, _ := strings.Cut(rest, "?")
		text, rest = append(text, before...), after
		written = written[:0]
		if s, ok := arg.(string); ok {
			args = append(args, s)
			text = placeholder(text, len(args)-1)
			continue
		}
		written = gen.Append(written, arg)
		value, cast, ok := parameter(written)
		if !ok {
			text = append(text, written...)
			continue
		}
		args = append(args, value)
		text = append(placeholder(text, len(args)-1), cast...)
	}
	return string(append(text, rest...)), args, true
}

func placeholder(text []byte, n int) []byte {
	return strconv.AppendInt(append(text, '$'), int64(n), 10)
}

// parameter is the argument that a literal of SQL stands for, and the type that it has to
// be told; it is false for SQL of another kind.
func parameter(literal []byte) (value any, cast string, ok bool) {
	text := string(literal)
	switch {
	case text == "NULL":
		return nil, "", true
	case text == "TRUE" || text == "FALSE":
		return text, "::boolean", true
	case len(text) >= 2 && text[0] == '\'' && text[len(text)-1] == '\'':
		return strings.ReplaceAll(text[1:len(text)-1], "''", "'"), "", true
	}
	if _, err := strconv.ParseInt(text, 10, 64); err == nil {
		return text, "::bigint", true
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return text, "::numeric", true
	}
	return nil, "", false
}

// A cell is the value of a column in a row, as an argument.
type cell struct {
	column *schema.Field
	row    reflect.Value
}

// AppendQuery writes the value as bun does.
func (c cell) AppendQuery(gen schema.QueryGen, b []byte) ([]byte, error) {
	return c.column.AppendValue(gen, b, c.row), nil
}

// inList is a list of arguments in parentheses, as IN has it.
func inList[V any](values []V) expression {
	args := make([]any, len(values))
	for i, value := range values {
		args[i] = value
	}
	return sqlf("("+strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ")+")", args...)
}

// scalar runs a statement that yields one value.
func (db *DB) scalar(ctx context.Context, e expression, to any) error {
	rows, err := db.query(ctx, e)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // Err says what went wrong
	if rows.Next() {
		if err := rows.Scan(to); err != nil {
			return err
		}
	} else if rows.Err() == nil {
		return sql.ErrNoRows
	}
	return rows.Err()
}
