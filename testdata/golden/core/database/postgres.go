package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

const (
	postgresPort = 5432
	mongoPort    = 27017
)

// openPostgres opens a pool in which whoever waits for a connection gets one in turn.
func openPostgres(ctx context.Context, o Options) (*DB, error) {
	config, err := postgresConfig(o)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("reach the database (%s): %w", PostgreSQL, err)
	}
	db := sql.OpenDB(postgresConnector{stdlib.GetPoolConnector(pool)})
	db.SetMaxIdleConns(0) // they are the pool's
	return &DB{bun: bun.NewDB(db, pgdialect.New()), pool: pool, engine: PostgreSQL, prepares: o.prepares()}, nil
}

// prepares tells whether PostgreSQL is to keep prepared statements.
func (o Options) prepares() bool {
	if o.Prepare != nil {
		return *o.Prepare
	}
	return o.StatementTimeout > 0
}

// postgresConfig tells pgx where to connect.
func postgresConfig(o Options) (*pgxpool.Config, error) {
	if o.Port == 0 {
		o.Port = postgresPort
	}
	if o.SSLMode == "" {
		o.SSLMode = "prefer"
	}
	source := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(o.Username, o.Password),
		Host:     net.JoinHostPort(o.Host, strconv.Itoa(o.Port)),
		Path:     o.Name,
		RawQuery: url.Values{"sslmode": {o.SSLMode}}.Encode(),
	}
	pooled, err := pgxpool.ParseConfig(source.String())
	if err != nil {
		return nil, apierror.Configuration("DATABASES", fmt.Sprintf("PostgreSQL cannot be reached with ssl mode %q at %s", o.SSLMode, source.Host)).Because(err)
	}
	pooled.MaxConns, pooled.MaxConnIdleTime = int32(min(o.MaxOpen, math.MaxInt32)), idleTime //nolint:gosec // it was looked at
	pooled.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		conn.TypeMap().RegisterType(&pgtype.Type{Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC}})
		return nil
	}
	config := pooled.ConnConfig
	if config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol; o.prepares() {
		config.DefaultQueryExecMode, config.StatementCacheCapacity = pgx.QueryExecModeCacheStatement, maxPrepared
	}
	config.RuntimeParams["timezone"] = "UTC"
	config.RuntimeParams["standard_conforming_strings"] = "on" // as arguments are quoted
	if o.Schema != "" {
		config.RuntimeParams["search_path"] = o.Schema
	}
	if o.StatementTimeout > 0 { // a pooler takes neither
		// The planner takes every list in a document for a thousand elements, and would
		// compile for seconds what runs for a millisecond.
		config.RuntimeParams["jit"] = "off"
		config.RuntimeParams["statement_timeout"] = strconv.FormatInt(o.StatementTimeout.Milliseconds(), 10)
	}
	return pooled, nil
}

// mongoDB says which settings are those of a MongoDB, as services of Cloudforet have
// it; nothing if none is.
func mongoDB(o Options) string {
	scheme, rest, isURL := strings.Cut(o.Host, "://")
	host, _, _ := strings.Cut(rest, "/")
	host = host[strings.LastIndex(host, "@")+1:] // without a password
	first, _, _ := strings.Cut(o.Host, ".")
	switch {
	case isURL && strings.HasPrefix(scheme, "mongodb"):
		return fmt.Sprintf("host %s://%s is a setting", scheme, host)
	case o.Port == mongoPort:
		return fmt.Sprintf("host %s and port %d are settings", o.Host, o.Port)
	case strings.EqualFold(first, "mongodb"):
		return fmt.Sprintf("host %s is a setting", o.Host)
	default:
		return ""
	}
}

// poolerRefuses tells whether a connection pooler such as PgBouncer, and not
// PostgreSQL, answers, which takes no settings but a few.
func poolerRefuses(err error) bool {
	refusal, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (strings.Contains(refusal.Message, "startup parameter: statement_timeout") || strings.Contains(refusal.Message, "startup parameter: jit"))
}

// pooledApart tells whether PostgreSQL doesn't know a statement that was prepared, or knows
// it already: a pooler has given the connection to others in between.
func pooledApart(err error) bool {
	refusal, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (refusal.Code == noStatement || refusal.Code == sameStatement)
}

// planChanged tells whether a statement that was prepared doesn't fit the table any more,
// which a migration has changed since.
func planChanged(err error) bool {
	refusal, ok := errors.AsType[*pgconn.PgError](err)
	return ok && refusal.Code == notSupported && strings.Contains(refusal.Message, "cached plan")
}
