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
	"github.com/cloudforet-io/inventory/internal/connector/database"
	core "github.com/cloudforet-io/inventory/internal/core/config"
	"github.com/cloudforet-io/inventory/internal/model"
)

// BenchmarkGet compares a get through every layer of the service with one by
// a handler that does nothing but ask the same store.
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
	store := database.NewRegion(a.db)
	now := time.Now().UTC()
	require.NoError(b, store.Create(b.Context(), &model.Region{RegionID: "one", CreatedAt: now, UpdatedAt: now}))

	b.Run("service", func(b *testing.B) {
		g, err := a.newGRPC("127.0.0.1:0")
		require.NoError(b, err)
		m := g.Module()
		require.NoError(b, m.Start(b.Context()))
		defer m.Stop(context.Background()) //nolint:errcheck // the benchmark is over
		benchmarkGet(b, g.Address())
	})
	b.Run("bare grpc", func(b *testing.B) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(b, err)
		server := grpc.NewServer()
		api.RegisterRegionServer(server, bare{store: store})
		go func() { _ = server.Serve(listener) }()
		defer server.Stop()
		benchmarkGet(b, listener.Addr().String())
	})
}

// bare answers get by itself.
type bare struct {
	api.UnimplementedRegionServer
	store *database.Region
}

func (s bare) Get(ctx context.Context, req *api.RegionRequest) (*api.RegionInfo, error) {
	item, err := s.store.Get(ctx, nil, req.GetRegionId())
	if err != nil {
		return nil, err
	}
	return &api.RegionInfo{RegionId: item.RegionID}, nil
}

func benchmarkGet(b *testing.B, address string) {
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
}
