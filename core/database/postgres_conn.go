package database

import (
	"context"
	"database/sql/driver"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// postgresConnector gives database/sql connections whose transactions begin with their
// first statement.
type postgresConnector struct{ driver.Connector }

// Connect takes a connection from the pool.
func (c postgresConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &postgresConn{Conn: conn.(*stdlib.Conn)}, nil
}

// A postgresConn is a connection while database/sql has it. BEGIN goes to PostgreSQL
// together with the first statement, which saves waiting for its answer, and not at all if
// there is none.
type postgresConn struct {
	*stdlib.Conn
	due bool   // a transaction that has not begun yet
	tx  pgx.Tx // the one that has
}

// BeginTx has the next statement begin a transaction.
func (c *postgresConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	if o != (driver.TxOptions{}) {
		return c.Conn.BeginTx(ctx, o)
	}
	if c.Conn.Conn().IsClosed() {
		return nil, driver.ErrBadConn
	}
	c.due, c.tx = true, nil
	return postgresTx{c, ctx}, nil
}

// begin begins the transaction that is due, if one is.
func (c *postgresConn) begin(ctx context.Context) (err error) {
	if c.due {
		c.due = false
		c.tx, err = c.Conn.Conn().Begin(ctx)
	}
	return err
}

// PrepareContext is database/sql's.
func (c *postgresConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if err := c.begin(ctx); err != nil {
		return nil, err
	}
	return c.Conn.PrepareContext(ctx, query)
}

// ExecContext is database/sql's.
func (c *postgresConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.begin(ctx); err != nil {
		return nil, err
	}
	return c.Conn.ExecContext(ctx, query, args)
}

// QueryContext is database/sql's. Statements that have their arguments in the text are
// each one of their own, and not prepared.
func (c *postgresConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.begin(ctx); err != nil {
		return nil, err
	}
	if len(args) == 0 {
		args = []driver.NamedValue{{Ordinal: 1, Value: pgx.QueryExecModeSimpleProtocol}}
	}
	return c.Conn.QueryContext(ctx, query, args)
}

// prepared runs a statement that PostgreSQL prepares, and has read read its rows.
func (c *postgresConn) prepared(ctx context.Context, sql string, args []any, read func(pgx.Rows) error) (int64, error) {
	conn := c.Conn.Conn()
	if !c.due {
		rows, err := conn.Query(ctx, sql, args...)
		if err != nil {
			return 0, err
		}
		return readAll(rows, read)
	}
	c.due = false
	var batch pgx.Batch
	batch.BeginTx(pgx.TxOptions{})
	batch.Queue(sql, args...)
	results := conn.SendBatch(ctx, &batch)
	c.tx = results.Tx()
	n, err := func() (int64, error) {
		if _, err := results.Exec(); err != nil {
			return 0, err
		}
		rows, err := results.Query()
		if err != nil {
			return 0, err
		}
		return readAll(rows, read)
	}()
	if closed := results.Close(); err == nil {
		err = closed
	}
	return n, err
}

// readAll has read read rows, and says how many the statement yielded or changed.
func readAll(rows pgx.Rows, read func(pgx.Rows) error) (int64, error) {
	defer rows.Close()
	if read != nil {
		if err := read(rows); err != nil {
			return 0, err
		}
	}
	rows.Close()
	return rows.CommandTag().RowsAffected(), rows.Err()
}

// A postgresTx is the transaction of a connection.
type postgresTx struct {
	conn *postgresConn
	ctx  context.Context //nolint:containedctx // database/sql has no other way
}

// Commit commits what there is.
func (t postgresTx) Commit() error {
	if t.conn.tx == nil {
		t.conn.due = false
		return nil
	}
	return t.conn.tx.Commit(t.ctx)
}

// Rollback undoes what there is.
func (t postgresTx) Rollback() error {
	if t.conn.tx == nil {
		t.conn.due = false
		return nil
	}
	return t.conn.tx.Rollback(t.ctx)
}
