package app

import (
	"context"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/cloudforet-io/inventory/config"
	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/connector"
	"github.com/cloudforet-io/inventory/internal/connector/database"
	core "github.com/cloudforet-io/inventory/internal/core/config"
	"github.com/cloudforet-io/inventory/internal/manager"
	"github.com/cloudforet-io/inventory/internal/model"
)

// BenchmarkGet compares a get through every layer of the service with one by
// a handler that does nothing but ask the same manager.
func BenchmarkGet(b *testing.B) {
	cfg, err := core.Load(b.Context(), config.Defaults, "")
	require.NoError(b, err)
	cfg.Log.Level = "error"
	cfg.Databases["default"] = core.Database{Engine: "sqlite", Path: filepath.Join(b.TempDir(), "bench.db")}
	a, err := New(b.Context(), cfg, "bench")
	require.NoError(b, err)
	defer a.Close(context.Background())
	_, err = a.Migrate(b.Context())
	require.NoError(b, err)
	managers := manager.New(connector.New(connector.Deps{DB: a.db}), a.cache)
	now := time.Now().UTC()
	require.NoError(b, database.NewRegion(a.db).Create(b.Context(), &model.Region{RegionID: "one", CreatedAt: now, UpdatedAt: now}))

	var service, alone time.Duration // a call
	b.Run("service", func(b *testing.B) {
		g, err := a.newGRPC("127.0.0.1:0")
		require.NoError(b, err)
		m := g.Module()
		require.NoError(b, m.Start(b.Context()))
		defer m.Stop(context.Background()) //nolint:errcheck // the benchmark is over
		service = benchmarkGet(b, g.Address())
	})
	b.Run("bare grpc", func(b *testing.B) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(b, err)
		server := grpc.NewServer()
		api.RegisterRegionServer(server, bare{store: managers.Region})
		go func() { _ = server.Serve(listener) }()
		defer server.Stop()
		alone = benchmarkGet(b, listener.Addr().String())
	})
	b.Run("share of bare throughput", func(b *testing.B) {
		for b.Loop() { //nolint:revive // it was measured above
		}
		b.ReportMetric(float64(alone)/float64(service), "share")
	})
}

// bare answers get by itself.
type bare struct {
	api.UnimplementedRegionServer
	store manager.Region
}

func (s bare) Get(ctx context.Context, req *api.RegionRequest) (*api.RegionInfo, error) {
	item, err := s.store.Get(ctx, model.Scope{}, req.GetRegionId())
	if err != nil {
		return nil, err
	}
	return &api.RegionInfo{RegionId: item.RegionID}, nil
}

func benchmarkGet(b *testing.B, address string) time.Duration {
	b.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(b, err)
	defer conn.Close() //nolint:errcheck // the benchmark is over
	client := api.NewRegionClient(conn)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := client.Get(context.Background(), &api.RegionRequest{RegionId: "one"}); err != nil {
				b.Error(err)
				return
			}
		}
	})
	return b.Elapsed() / time.Duration(b.N)
}
