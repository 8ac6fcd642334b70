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
	"github.com/cloudforet-io/inventory/internal/core/databasetest"
	"github.com/cloudforet-io/inventory/internal/manager"
	"github.com/cloudforet-io/inventory/internal/service"
)

func TestCensus(t *testing.T) {
	metrics := prometheus.NewRegistry()
	migrations, err := database.Migrations()
	require.NoError(t, err)
	connectors := connector.New(databasetest.Migrated(t, databasetest.SQLite(t), migrations))
	census := service.NewCensus(manager.Managers{
		Region:       manager.NewRegion(connectors),
		CloudService: manager.NewCloudService(connectors),
	}, metrics)
	counts, err := census.Take(t.Context(), &structpb.Struct{})
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"Region": 0.0, "CloudService": 0.0}, counts.AsMap())
	published, err := testutil.GatherAndCount(metrics, "inventory_resources")
	require.NoError(t, err)
	assert.Equal(t, 2, published)
}
