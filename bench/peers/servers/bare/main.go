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
	database := flag.String("database", "", "URL of the database")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *address, *database); err != nil {
		log.Fatal(err) //nolint:gocritic // the process ends
	}
}

func run(ctx context.Context, address, database string) error {
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
	s := grpc.NewServer()
	api.RegisterRegionServer(s, &server{pool: pool})
	go func() { <-ctx.Done(); s.GracefulStop() }()
	return s.Serve(listener)
}

type server struct {
	api.UnimplementedRegionServer
	pool *pgxpool.Pool
}

func (s *server) Get(ctx context.Context, req *api.RegionRequest) (*api.RegionInfo, error) {
	scope, err := regions.ScopeOf(ctx)
	if err != nil {
		return nil, err
	}
	args, err := scope.Of(req)
	if err != nil {
		return nil, err
	}
	return s.one(ctx, req.GetRegionId(), regions.Get, args)
}

func (s *server) Create(ctx context.Context, req *api.CreateRegionRequest) (*api.RegionInfo, error) {
	scope, err := regions.ScopeOf(ctx)
	if err != nil {
		return nil, err
	}
	id := regions.NewID()
	args, err := scope.New(req, id)
	if err != nil {
		return nil, err
	}
	return s.one(ctx, id, regions.Create, args)
}

func (s *server) Update(ctx context.Context, req *api.UpdateRegionRequest) (*api.RegionInfo, error) {
	scope, err := regions.ScopeOf(ctx)
	if err != nil {
		return nil, err
	}
	args, err := scope.Change(req)
	if err != nil {
		return nil, err
	}
	return s.one(ctx, req.GetRegionId(), regions.Update, args)
}

// one answers with the one row that a statement gives.
func (s *server) one(ctx context.Context, id, statement string, args []any) (*api.RegionInfo, error) {
	var row regions.Row
	if err := s.pool.QueryRow(ctx, statement, args...).Scan(row.Targets()...); err != nil {
		if errors.Is(err, pgx.ErrNoRows) {
			return nil, regions.NotFound(id)
		}
		return nil, err
	}
	return row.Info()
}

func (s *server) List(ctx context.Context, req *api.RegionQuery) (*api.RegionsInfo, error) {
	scope, err := regions.ScopeOf(ctx)
	if err != nil {
		return nil, err
	}
	counted, paged, err := scope.Select(req)
	if err != nil {
		return nil, err
	}
	answer := &api.RegionsInfo{}
	if err := s.pool.QueryRow(ctx, regions.Count, counted...).Scan(&answer.TotalCount); err != nil {
		return nil, err
	}
	rows, err := s.pool.Query(ctx, regions.Page, paged...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var row regions.Row
		if err := rows.Scan(row.Targets()...); err != nil {
			return nil, err
		}
		info, err := row.Info()
		if err != nil {
			return nil, err
		}
		answer.Results = append(answer.Results, info)
	}
	return answer, rows.Err()
}
