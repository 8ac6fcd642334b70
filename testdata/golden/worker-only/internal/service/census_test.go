package service_test

import (
	"testing"

	"github.com/cloudforet-io/collector/internal/service"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"
)

func TestCensus(t *testing.T) {
	metrics := prometheus.NewRegistry()
	_, err := service.NewCensus(metrics).Take(t.Context(), &structpb.Struct{})
	require.NoError(t, err)
	published, err := testutil.GatherAndCount(metrics, "collector_census_total")
	require.NoError(t, err)
	assert.Equal(t, 1, published)
}
