package app_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apirecordtest"
	"github.com/cloudforet-io/spacegen/core/resttest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
)

// TestCollectorRoundTrip makes a collector and asks for it, as callers do.
func TestCollectorRoundTrip(t *testing.T) {
	running := start(t, settings)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	ctx = metadata.AppendToOutgoingContext(ctx, "x_domain_id", "domain-1")
	client := api.NewCollectorClient(dial(t, running.grpc))
	created, err := client.Create(ctx, apirecordtest.Fill(&api.CreateCollectorRequest{}, 1))
	require.NoError(t, err)
	got, err := client.Get(ctx, &api.CollectorRequest{CollectorId: created.GetCollectorId()})
	require.NoError(t, err)
	assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)

	other := metadata.NewOutgoingContext(ctx, metadata.Pairs("x_domain_id", "domain-2"))
	_, err = client.Get(other, &api.CollectorRequest{CollectorId: created.GetCollectorId()})
	assert.Equal(t, codes.NotFound, status.Code(err), "another domain gets it")
	change := apirecordtest.Change(&api.UpdateCollectorRequest{}, 2)
	change.CollectorId = created.GetCollectorId()
	_, err = client.Update(other, change)
	assert.Equal(t, codes.NotFound, status.Code(err), "another domain updates it")
	_, err = client.Delete(other, &api.CollectorRequest{CollectorId: created.GetCollectorId()})
	assert.Equal(t, codes.NotFound, status.Code(err), "another domain deletes it")
	all, err := client.List(ctx, &api.CollectorQuery{})
	require.NoError(t, err)
	assert.Len(t, all.GetResults(), 1)
	all, err = client.List(other, &api.CollectorQuery{})
	require.NoError(t, err)
	assert.Empty(t, all.GetResults(), "another domain lists it")
	got, err = client.Get(ctx, &api.CollectorRequest{CollectorId: created.GetCollectorId()})
	require.NoError(t, err)
	assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)
}

// TestCollectorRoundTripByREST makes a collector by each REST form that does, and does with
// it whatever REST can.
func TestCollectorRoundTripByREST(t *testing.T) {
	running := start(t, settings)
	caller := resttest.Caller{Address: running.rest, Domain: "domain-1"}
	other := resttest.Caller{Address: running.rest, Domain: "domain-2"}
	for n, binding := range resttest.Fitting(t, "spaceone.api.inventory.v1.Collector.create", apirecordtest.Fill(&api.CreateCollectorRequest{}, 0)) {
		created := &api.CollectorInfo{}
		caller.Call(t, binding, apirecordtest.Fill(&api.CreateCollectorRequest{}, uint8(n)), created)
		for _, binding := range resttest.Fitting(t, "spaceone.api.inventory.v1.Collector.get", &api.CollectorRequest{CollectorId: created.GetCollectorId()}) {
			got := &api.CollectorInfo{}
			caller.Call(t, binding, &api.CollectorRequest{CollectorId: created.GetCollectorId()}, got)
			assert.True(t, proto.Equal(created, got), "by %v created %v, got %v", binding, created, got)
			code, answer := other.Do(t, binding, &api.CollectorRequest{CollectorId: created.GetCollectorId()})
			assert.Equal(t, http.StatusNotFound, code, "another domain gets it by %v: %s", binding, answer)
		}
		for _, binding := range resttest.Fitting(t, "spaceone.api.inventory.v1.Collector.list", &api.CollectorQuery{}) {
			all := &api.CollectorsInfo{}
			caller.Call(t, binding, &api.CollectorQuery{}, all)
			apirecordtest.AssertContains(t, all.GetResults(), created)
			all.Reset()
			other.Call(t, binding, &api.CollectorQuery{}, all)
			assert.Empty(t, all.GetResults(), "another domain lists by %v", binding)
		}
		change := apirecordtest.Change(&api.UpdateCollectorRequest{}, uint8(n)+9)
		change.CollectorId = created.GetCollectorId()
		for _, binding := range resttest.Fitting(t, "spaceone.api.inventory.v1.Collector.update", change) {
			code, answer := other.Do(t, binding, change)
			assert.Equal(t, http.StatusNotFound, code, "another domain updates it by %v: %s", binding, answer)
			updated, got := &api.CollectorInfo{}, &api.CollectorInfo{}
			caller.Call(t, binding, change, updated)
			apirecordtest.AssertHolds(t, updated, change, "created_at", "updated_at", "create_time", "update_time")
			caller.Call(t, resttest.Fitting(t, "spaceone.api.inventory.v1.Collector.get", &api.CollectorRequest{CollectorId: created.GetCollectorId()})[0], &api.CollectorRequest{CollectorId: created.GetCollectorId()}, got)
			assert.True(t, proto.Equal(updated, got), "by %v updated %v, got %v", binding, updated, got)
		}
		asked := &api.CollectorRequest{CollectorId: created.GetCollectorId()}
		remove := resttest.Fitting(t, "spaceone.api.inventory.v1.Collector.delete", asked)[0]
		code, answer := other.Do(t, remove, asked)
		assert.Equal(t, http.StatusNotFound, code, "another domain deletes it: %s", answer)
		caller.Call(t, remove, asked, &emptypb.Empty{})
		code, answer = caller.Do(t, resttest.Fitting(t, "spaceone.api.inventory.v1.Collector.get", &api.CollectorRequest{CollectorId: created.GetCollectorId()})[0], &api.CollectorRequest{CollectorId: created.GetCollectorId()})
		assert.Equal(t, http.StatusNotFound, code, "it is there after it was deleted: %s", answer)
	}
}
