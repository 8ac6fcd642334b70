// Command kratos is the service by go-kratos: its gRPC transport with the middlewares that
// its documentation gives a server (recovery, tracing, logging, metadata), its logger, and
// database/sql with pgx. Its users often have an ORM instead, which does more.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	stdlog "log"
	"os"
	"time"

	"github.com/go-kratos/kratos/v2"
	"github.com/go-kratos/kratos/v2/log"
	"github.com/go-kratos/kratos/v2/middleware/logging"
	"github.com/go-kratos/kratos/v2/middleware/metadata"
	"github.com/go-kratos/kratos/v2/middleware/recovery"
	"github.com/go-kratos/kratos/v2/middleware/tracing"
	"github.com/go-kratos/kratos/v2/transport/grpc"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/spacegen/bench/peers/regions"
)

const callTimeout = 10 * time.Second // the default is a second

func main() {
	address := flag.String("address", "127.0.0.1:50051", "where to listen")
	database := flag.String("database", "", "URL of the database")
	flag.Parse()
	if err := run(*address, *database); err != nil {
		stdlog.Fatal(err)
	}
}

func run(address, database string) error {
	db, err := sql.Open("pgx", database)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // the process ends
	db.SetMaxOpenConns(regions.MaxConnections)
	db.SetMaxIdleConns(regions.MaxConnections)
	if err := db.Ping(); err != nil {
		return err
	}
	logger := log.With(log.NewStdLogger(os.Stdout),
		"ts", log.DefaultTimestamp, "caller", log.DefaultCaller, "service.name", "inventory",
		"trace.id", tracing.TraceID(), "span.id", tracing.SpanID())
	server := grpc.NewServer(grpc.Address(address), grpc.Timeout(callTimeout),
		grpc.Middleware(recovery.Recovery(), tracing.Server(), logging.Server(logger), metadata.Server()))
	api.RegisterRegionServer(server, &regions.Server{Store: store{db}})
	return kratos.New(kratos.Name("inventory"), kratos.Logger(logger), kratos.Server(server)).Run()
}

// A store is a pool of database/sql.
type store struct{ db *sql.DB }

func (s store) One(ctx context.Context, statement string, args ...any) (*regions.Row, error) {
	row := &regions.Row{}
	err := s.db.QueryRowContext(ctx, statement, args...).Scan(row.Targets()...)
	if errors.Is(err, sql.ErrNoRows) {
		err = regions.ErrNone
	}
	return row, err
}

func (s store) All(ctx context.Context, statement string, args ...any) ([]*regions.Row, error) {
	rows, err := s.db.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err below says what went wrong
	var all []*regions.Row
	for rows.Next() {
		row := &regions.Row{}
		if err := rows.Scan(row.Targets()...); err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

func (s store) Number(ctx context.Context, statement string, args ...any) (n int32, err error) {
	err = s.db.QueryRowContext(ctx, statement, args...).Scan(&n)
	return n, err
}
