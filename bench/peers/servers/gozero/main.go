// Command gozero is the service by go-zero: its zrpc server with the interceptors and the
// log that it has by default, and its sqlx over pgx. Its load shedding is off: it refuses
// calls once processors are busy, which they are here all the time.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"log"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver
	"github.com/zeromicro/go-zero/core/conf"
	"github.com/zeromicro/go-zero/core/stores/sqlx"
	"github.com/zeromicro/go-zero/zrpc"
	"google.golang.org/grpc"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/spacegen/bench/peers/regions"
)

func main() {
	address := flag.String("address", "127.0.0.1:50051", "where to listen")
	database := flag.String("database", "", "URL of the database")
	flag.Parse()
	if err := run(*address, *database); err != nil {
		log.Fatal(err)
	}
}

func run(address, database string) error {
	config := zrpc.RpcServerConf{}
	settings := "Name: inventory\nListenOn: " + address + "\nTimeout: 10000\nCpuThreshold: 0\n"
	if err := conf.LoadFromYamlBytes([]byte(settings), &config); err != nil {
		return err
	}
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
	server, err := zrpc.NewServer(config, func(s *grpc.Server) {
		api.RegisterRegionServer(s, &regions.Server{Store: store{sqlx.NewSqlConnFromDB(db)}})
	})
	if err != nil {
		return err
	}
	defer server.Stop()
	server.Start()
	return nil
}

// A store is a connection of sqlx.
type store struct{ conn sqlx.SqlConn }

func (s store) One(ctx context.Context, statement string, args ...any) (*regions.Row, error) {
	row := &regions.Row{}
	err := s.conn.QueryRowCtx(ctx, row, statement, args...)
	if errors.Is(err, sqlx.ErrNotFound) {
		err = regions.ErrNone
	}
	return row, err
}

func (s store) All(ctx context.Context, statement string, args ...any) (all []*regions.Row, err error) {
	err = s.conn.QueryRowsCtx(ctx, &all, statement, args...)
	return all, err
}

func (s store) Number(ctx context.Context, statement string, args ...any) (n int32, err error) {
	err = s.conn.QueryRowCtx(ctx, &n, statement, args...)
	return n, err
}
