// Package database keeps resources in SQLite or PostgreSQL. A DB runs migrations, and
// transactions that travel in the context; a Store keeps one kind of resource, and
// answers the whole query language alike on both engines.
package database

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/uptrace/bun"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// The engines.
const (
	SQLite     = "sqlite"
	PostgreSQL = "postgresql"
)

const (
	defaultMaxOpen          = 20
	defaultMaxRecords       = 10_000
	defaultMaxBytes         = 16 << 20
	defaultStatementTimeout = time.Minute
	idleTime                = 5 * time.Minute
	pingTimeout             = 10 * time.Second
)

// Options say which database to open.
type Options struct {
	Engine   string // sqlite, postgresql; empty: postgresql if a host is named
	Path     string // of SQLite's file, or :memory:
	Host     string
	Port     int // 0 is 5432
	Name     string
	Username string
	Password string
	SSLMode  string // as libpq has it; empty is prefer
	// Prepare says whether PostgreSQL prepares statements and keeps them, which a pooler may
	// not let it; nil: unless StatementTimeout is less than 0, as it is behind a pooler.
	Prepare *bool
	Schema  string // PostgreSQL's search path; empty is the user's own
	MaxOpen int    // connections; 0 is 20

	MaxRecords       int           // that one list or statistic gives at most; 0 is 10,000
	MaxBytes         int           // that one list or statistic reads at most; 0 is 16 MiB, as a message has
	StatementTimeout time.Duration // of PostgreSQL, but for migrations, and how long SQLite waits for others, 10 s at most; 0 is a minute, less is none
}

// DB is an open database.
type DB struct {
	bun        *bun.DB
	pool       *pgxpool.Pool // of PostgreSQL
	engine     string
	prepares   bool
	maxRecords int
	maxBytes   int
}

// Open opens a database and asks it for a sign of life.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Engine == "" {
		o.Engine = SQLite
		if o.Host != "" {
			o.Engine = PostgreSQL
		}
	}
	if o.MaxOpen <= 0 {
		o.MaxOpen = defaultMaxOpen
	}
	if o.MaxRecords <= 0 {
		o.MaxRecords = defaultMaxRecords
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultMaxBytes
	}
	if o.StatementTimeout == 0 {
		o.StatementTimeout = defaultStatementTimeout
	}
	var db *DB
	switch o.Engine {
	case SQLite:
		var err error
		if db, err = openSQLite(o); err != nil {
			return nil, err
		}
	case PostgreSQL:
		if theirs := mongoDB(o); theirs != "" {
			return nil, apierror.Configuration("DATABASES", theirs+" of MongoDB, and this service needs PostgreSQL: set host, port, db, "+
				"username and password to those of one, or the value postgresql of the service's chart, as in --set postgresql.host=NAME")
		}
		var err error
		if db, err = openPostgres(ctx, o); err != nil {
			return nil, err
		}
	default:
		return nil, apierror.Configuration("DATABASES", fmt.Sprintf("engine %q is none of sqlite, postgresql", o.Engine))
	}
	db.maxRecords, db.maxBytes = o.MaxRecords, o.MaxBytes
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	if err := db.Ping(ctx); err != nil {
		if poolerRefuses(err) {
			err = fmt.Errorf("a pooler takes no settings; set statement_timeout: -1 here, and statement_timeout and jit = off for the role in PostgreSQL: %w", err)
		}
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// Ping asks the database for a sign of life.
func (db *DB) Ping(ctx context.Context) error {
	if err := db.bun.PingContext(ctx); err != nil {
		return fmt.Errorf("reach the database (%s): %w", db.engine, err)
	}
	return nil
}

// Close closes the database.
func (db *DB) Close() error {
	err := db.bun.Close()
	if db.pool != nil {
		db.pool.Close()
	}
	return err
}

// txKey is where the context has the transaction of a database.
type txKey struct{ db *DB }

// InTx runs do in a transaction, which travels in the context: it is committed
// if do succeeds and rolled back if it fails. Within a transaction it joins.
func (db *DB) InTx(ctx context.Context, do func(context.Context) error) error {
	if db.transaction(ctx) != nil {
		return do(ctx)
	}
	var begun bool
	var t *transaction
	err := db.inTx(ctx, func(ctx context.Context, tx bun.Tx, conn *sql.Conn) error {
		begun, t = true, &transaction{Tx: tx, conn: conn}
		return do(context.WithValue(ctx, txKey{db}, t))
	})
	if err == nil {
		t.committed()
	}
	_, told := errors.AsType[*apierror.Error](err)
	// Nobody knows what became of a commit that was sent and failed: to try again is not safe.
	if err == nil || told || begun && !undone(err) {
		return err
	}
	return cmp.Or(passing(err), err)
}

func (db *DB) inTx(ctx context.Context, do func(context.Context, bun.Tx, *sql.Conn) error) error {
	if db.engine != PostgreSQL {
		return db.bun.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error { return do(ctx, tx, nil) })
	}
	conn, err := db.bun.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // it goes back to the pool
	return conn.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error { return do(ctx, tx, conn.Conn) })
}

// Conn is what statements run on: the context's transaction, if it has one.
func (db *DB) Conn(ctx context.Context) bun.IDB {
	if t := db.transaction(ctx); t != nil {
		return t.Tx
	}
	return db.bun
}

// Engine is SQLite or PostgreSQL.
func (db *DB) Engine() string { return db.engine }
