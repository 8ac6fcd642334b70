package service_test

import (
	"context"
	"errors"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/plugin/internal/service"
)

func TestCensus(t *testing.T) {
	metrics := prometheus.NewRegistry()
	census := service.NewCensus(map[string]service.CensusCounter{
		"Star":   func(context.Context) (int, error) { return 3, nil },
		"Planet": func(context.Context) (int, error) { return 0, nil },
	}, metrics)
	counts, err := census.Take(t.Context(), &structpb.Struct{})
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"Star": 3.0, "Planet": 0.0}, counts.AsMap())
	published, err := testutil.GatherAndCount(metrics, "plugin_resources")
	require.NoError(t, err)
	assert.Equal(t, 2, published)
}

func TestCensusNamesWhatItCouldNotCount(t *testing.T) {
	down := errors.New("down")
	_, err := service.NewCensus(map[string]service.CensusCounter{
		"Star": func(context.Context) (int, error) { return 0, down },
	}, prometheus.NewRegistry()).Take(t.Context(), &structpb.Struct{})
	require.ErrorIs(t, err, down)
	assert.ErrorContains(t, err, "count Star")
}
