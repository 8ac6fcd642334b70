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

	"github.com/cloudforet-io/cost-analysis/config"
	api "github.com/cloudforet-io/cost-analysis/gen/go/spaceone/api/cost_analysis/v1"
	"github.com/cloudforet-io/cost-analysis/internal/connector"
	"github.com/cloudforet-io/cost-analysis/internal/connector/database"
	core "github.com/cloudforet-io/cost-analysis/internal/core/config"
	"github.com/cloudforet-io/cost-analysis/internal/manager"
	"github.com/cloudforet-io/cost-analysis/internal/model"
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
	managers := manager.New(connector.New(connector.Deps{DB: a.db}))
	now := time.Now().UTC()
	require.NoError(b, database.NewPolicy(a.db).Create(b.Context(), &model.Policy{PolicyID: "one", CreatedAt: now, UpdatedAt: now}))

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
		api.RegisterPolicyServer(server, bare{store: managers.Policy})
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
	api.UnimplementedPolicyServer
	store manager.Policy
}

func (s bare) Get(ctx context.Context, req *api.PolicyRequest) (*api.PolicyInfo, error) {
	item, err := s.store.Get(ctx, model.Scope{}, req.GetPolicyId())
	if err != nil {
		return nil, err
	}
	return &api.PolicyInfo{PolicyId: item.PolicyID}, nil
}

func benchmarkGet(b *testing.B, address string) time.Duration {
	b.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(b, err)
	defer conn.Close() //nolint:errcheck // the benchmark is over
	client := api.NewPolicyClient(conn)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := client.Get(context.Background(), &api.PolicyRequest{PolicyId: "one"}); err != nil {
				b.Error(err)
				return
			}
		}
	})
	return b.Elapsed() / time.Duration(b.N)
}
