// Command bare is the measure: gRPC and pgx, by hand, and nothing else.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/grpc"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/spacegen/bench/peers/regions"
)

func main() {
	address := flag.String("address", "127.0.0.1:50051", "where to listen")
	rest := flag.String("rest", "", "where to listen for REST, too")
	database := flag.String("database", "", "URL of the database")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *address, *rest, *database); err != nil {
		log.Fatal(err) //nolint:gocritic // the process ends
	}
}

func run(ctx context.Context, address, rest, database string) error {
	config, err := pgxpool.ParseConfig(database)
	if err != nil {
		return err
	}
	config.MaxConns = regions.MaxConnections
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()
	if err := pool.Ping(ctx); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	if rest != "" {
		go serveREST(ctx, rest, address)
	}
	s := grpc.NewServer()
	api.RegisterRegionServer(s, &regions.Server{Store: store{pool}})
	go func() { <-ctx.Done(); s.GracefulStop() }()
	return s.Serve(listener)
}

// A store is a pool of pgx.
type store struct{ pool *pgxpool.Pool }

func (s store) One(ctx context.Context, statement string, args ...any) (*regions.Row, error) {
	row := &regions.Row{}
	err := s.pool.QueryRow(ctx, statement, args...).Scan(row.Targets()...)
	if errors.Is(err, pgx.ErrNoRows) {
		err = regions.ErrNone
	}
	return row, err
}

func (s store) All(ctx context.Context, statement string, args ...any) ([]*regions.Row, error) {
	rows, err := s.pool.Query(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
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
	err = s.pool.QueryRow(ctx, statement, args...).Scan(&n)
	return n, err
}
