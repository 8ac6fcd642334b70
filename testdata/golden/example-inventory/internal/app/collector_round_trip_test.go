package app_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/core/apirecordtest"
	"github.com/cloudforet-io/inventory/internal/core/resttest"
)

// TestCollectorRoundTrip makes a collector and asks for it, as callers do.
func TestCollectorRoundTrip(t *testing.T) {
	running := start(t, settings)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	client := api.NewCollectorClient(dial(t, running.grpc))
	created, err := client.Create(ctx, apirecordtest.Fill(&api.CreateCollectorRequest{}, 1))
	require.NoError(t, err)
	got, err := client.Get(ctx, &api.CollectorRequest{CollectorId: created.GetCollectorId()})
	require.NoError(t, err)
	assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)

	created = &api.CollectorInfo{}
	resttest.Call(t, running.rest, resttest.Bindings(t, "spaceone.api.inventory.v1.Collector.create")[0], apirecordtest.Fill(&api.CreateCollectorRequest{}, 2), created)
	for _, binding := range resttest.Bindings(t, "spaceone.api.inventory.v1.Collector.get") {
		got = &api.CollectorInfo{}
		resttest.Call(t, running.rest, binding, &api.CollectorRequest{CollectorId: created.GetCollectorId()}, got)
		assert.True(t, proto.Equal(created, got), "by %v created %v, got %v", binding, created, got)
	}
	got, err = client.Get(ctx, &api.CollectorRequest{CollectorId: created.GetCollectorId()})
	require.NoError(t, err)
	assert.True(t, proto.Equal(created, got), "created by REST %v, got by gRPC %v", created, got)
}
