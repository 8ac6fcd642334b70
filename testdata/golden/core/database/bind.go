package database

import (
	"context"
	"reflect"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/uptrace/bun/schema"
)

// maxBound is how many arguments a statement has at most that PostgreSQL prepares. One
// with more has a caller's list in it, and hardly comes again.
const maxBound = 64

// maxPrepared is how many statements each connection keeps prepared.
const maxPrepared = 256

// run runs a statement about a table, has read, if there is one, read its rows, and says
// how many rows it yielded or changed. It is prepared where the database keeps prepared
// statements, and has its arguments in the text where not.
func (db *DB) run(ctx context.Context, table string, e expression, read func(cursor) error) (int64, error) {
	text, args, ok := db.bound(e)
	if !ok {
		return db.inText(context.WithValue(ctx, tableKey{}, table), e, read)
	}
	operation, _, _ := strings.Cut(text, " ")
	end := db.tracing.span(ctx, operation, table)
	n, err := db.native(ctx, text, args, read)
	end(err)
	return n, err
}

// inText runs a statement with its arguments in the text.
func (db *DB) inText(ctx context.Context, e expression, read func(cursor) error) (int64, error) {
	if read == nil {
		return changed(db.Conn(ctx).ExecContext(ctx, e.sql, e.args...))
	}
	rows, err := db.Conn(ctx).QueryContext(ctx, e.sql, e.args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close() //nolint:errcheck // Err says what went wrong
	if err := read(&sqlCursor{Rows: rows}); err != nil {
		return 0, err
	}
	return 0, rows.Err()
}

// native runs a statement that is prepared: in the transaction that ctx carries, or on a
// connection of its own.
func (db *DB) native(ctx context.Context, text string, args []any, read func(cursor) error) (n int64, err error) {
	if t := db.transaction(ctx); t != nil {
		err = t.conn.Raw(func(conn any) (err error) {
			c := conn.(*postgresConn)
			n, err = c.prepared(ctx, text, args, reading(c.Conn.Conn(), read))
			return err
		})
		return n, err
	}
	n, err = db.pooled(ctx, text, args, read)
	if planChanged(err) || pgconn.SafeToRetry(err) { // pgx has dropped the statement, or the connection
		n, err = db.pooled(ctx, text, args, read)
	}
	return n, err
}

// pooled runs a statement on a connection of its own.
func (db *DB) pooled(ctx context.Context, text string, args []any, read func(cursor) error) (int64, error) {
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Release()
	rows, err := conn.Query(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	return readAll(rows, reading(conn.Conn(), read))
}

func reading(conn *pgx.Conn, read func(cursor) error) func(pgx.Rows) error {
	if read == nil {
		return nil
	}
	return func(rows pgx.Rows) error { return read(pgxCursor{rows, conn.TypeMap()}) }
}

// bound gives a statement as PostgreSQL prepares it, with $1 for the first argument. It is
// false where statements are not prepared.
//
// An argument goes as bun writes it into the text, so that it means the same: a text,
// whose type PostgreSQL finds out, or a number, which has the type of one in the text.
func (db *DB) bound(e expression) (string, []any, bool) {
	if !db.prepares || len(e.args) > maxBound {
		return "", nil, false
	}
	args := make([]any, 0, len(e.args))
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
			text = placeholder(text, len(args))
			continue
		}
		written = gen.Append(written, arg)
		value, cast, ok := parameter(written)
		if !ok {
			text = append(text, written...)
			continue
		}
		args = append(args, value)
		text = append(placeholder(text, len(args)), cast...)
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
