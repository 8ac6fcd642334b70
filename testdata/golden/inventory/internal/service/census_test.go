package service_test

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/inventory/internal/connector"
	"github.com/cloudforet-io/inventory/internal/connector/database"
	"github.com/cloudforet-io/inventory/internal/core/cache"
	"github.com/cloudforet-io/inventory/internal/core/databasetest"
	"github.com/cloudforet-io/inventory/internal/manager"
	"github.com/cloudforet-io/inventory/internal/service"
)

func TestCensus(t *testing.T) {
	metrics := prometheus.NewRegistry()
	migrations, err := database.Migrations()
	require.NoError(t, err)
	connectors := connector.New(connector.Deps{DB: databasetest.Migrated(t, databasetest.SQLite(t), migrations)})
	store, err := cache.New(cache.Options{})
	require.NoError(t, err)
	census := service.NewCensus(manager.New(connectors, store), metrics)
	counts, err := census.Take(t.Context(), &structpb.Struct{})
	require.NoError(t, err)
	require.NotEmpty(t, counts.AsMap())
	for resource, count := range counts.AsMap() {
		assert.Zero(t, count, resource)
	}
	published, err := testutil.GatherAndCount(metrics, "inventory_resources")
	require.NoError(t, err)
	assert.Len(t, counts.AsMap(), published)
}
