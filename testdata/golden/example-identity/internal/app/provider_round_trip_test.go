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
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
)

// TestProviderRoundTrip makes a provider and asks for it, as callers do.
func TestProviderRoundTrip(t *testing.T) {
	running := start(t, settings)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	ctx = metadata.AppendToOutgoingContext(ctx, "x_domain_id", "domain-1")
	client := api.NewProviderClient(dial(t, running.grpc))
	created, err := client.Create(ctx, apirecordtest.Fill(&api.CreateProviderRequest{}, 1))
	require.NoError(t, err)
	got, err := client.Get(ctx, &api.ProviderRequest{Provider: created.GetProvider()})
	require.NoError(t, err)
	assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)

	other := metadata.NewOutgoingContext(ctx, metadata.Pairs("x_domain_id", "domain-2"))
	_, err = client.Get(other, &api.ProviderRequest{Provider: created.GetProvider()})
	assert.Equal(t, codes.NotFound, status.Code(err), "another domain gets it")
	change := apirecordtest.Change(&api.UpdateProviderRequest{}, 2)
	change.Provider = created.GetProvider()
	_, err = client.Update(other, change)
	assert.Equal(t, codes.NotFound, status.Code(err), "another domain updates it")
	_, err = client.Delete(other, &api.ProviderRequest{Provider: created.GetProvider()})
	assert.Equal(t, codes.NotFound, status.Code(err), "another domain deletes it")
	all, err := client.List(ctx, &api.ProviderSearchQuery{})
	require.NoError(t, err)
	assert.Len(t, all.GetResults(), 1)
	all, err = client.List(other, &api.ProviderSearchQuery{})
	require.NoError(t, err)
	assert.Empty(t, all.GetResults(), "another domain lists it")
	count := &api.ProviderStatQuery{}
	require.NoError(t, protojson.Unmarshal([]byte(`{"query": {"aggregate": [{"count": {"name": "total"}}]}}`), count))
	counted, err := client.Stat(ctx, count)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"results": []any{map[string]any{"total": 1.0}}}, counted.AsMap())
	counted, err = client.Stat(other, count)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"results": []any{map[string]any{"total": 0.0}}}, counted.AsMap(), "another domain counts it")
	got, err = client.Get(ctx, &api.ProviderRequest{Provider: created.GetProvider()})
	require.NoError(t, err)
	assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)
}

// TestProviderRoundTripByREST makes a provider by each REST form that does, and does with
// it whatever REST can.
func TestProviderRoundTripByREST(t *testing.T) {
	running := start(t, settings)
	caller := resttest.Caller{Address: running.rest, Domain: "domain-1"}
	other := resttest.Caller{Address: running.rest, Domain: "domain-2"}
	for n, binding := range resttest.Fitting(t, "spaceone.api.identity.v2.Provider.create", apirecordtest.Fill(&api.CreateProviderRequest{}, 0)) {
		created := &api.ProviderInfo{}
		caller.Call(t, binding, apirecordtest.Fill(&api.CreateProviderRequest{}, uint8(n)), created)
		for _, binding := range resttest.Fitting(t, "spaceone.api.identity.v2.Provider.get", &api.ProviderRequest{Provider: created.GetProvider()}) {
			got := &api.ProviderInfo{}
			caller.Call(t, binding, &api.ProviderRequest{Provider: created.GetProvider()}, got)
			assert.True(t, proto.Equal(created, got), "by %v created %v, got %v", binding, created, got)
			code, answer := other.Do(t, binding, &api.ProviderRequest{Provider: created.GetProvider()})
			assert.Equal(t, http.StatusNotFound, code, "another domain gets it by %v: %s", binding, answer)
		}
		for _, binding := range resttest.Fitting(t, "spaceone.api.identity.v2.Provider.list", &api.ProviderSearchQuery{}) {
			all := &api.ProvidersInfo{}
			caller.Call(t, binding, &api.ProviderSearchQuery{}, all)
			apirecordtest.AssertContains(t, all.GetResults(), created)
			all.Reset()
			other.Call(t, binding, &api.ProviderSearchQuery{}, all)
			assert.Empty(t, all.GetResults(), "another domain lists by %v", binding)
		}
		change := apirecordtest.Change(&api.UpdateProviderRequest{}, uint8(n)+9)
		change.Provider = created.GetProvider()
		for _, binding := range resttest.Fitting(t, "spaceone.api.identity.v2.Provider.update", change) {
			code, answer := other.Do(t, binding, change)
			assert.Equal(t, http.StatusNotFound, code, "another domain updates it by %v: %s", binding, answer)
			updated, got := &api.ProviderInfo{}, &api.ProviderInfo{}
			caller.Call(t, binding, change, updated)
			apirecordtest.AssertHolds(t, updated, change, "created_at", "updated_at", "create_time", "update_time")
			caller.Call(t, resttest.Fitting(t, "spaceone.api.identity.v2.Provider.get", &api.ProviderRequest{Provider: created.GetProvider()})[0], &api.ProviderRequest{Provider: created.GetProvider()}, got)
			assert.True(t, proto.Equal(updated, got), "by %v updated %v, got %v", binding, updated, got)
		}
		for _, binding := range resttest.Bindings(t, "spaceone.api.identity.v2.Provider.stat") {
			if binding.GetBody() == "" {
				continue // a URL has no room for a query
			}
			count, seen, hidden := &api.ProviderStatQuery{}, &structpb.Struct{}, &structpb.Struct{}
			require.NoError(t, protojson.Unmarshal([]byte(`{"query": {"aggregate": [{"count": {"name": "total"}}]}}`), count))
			caller.Call(t, binding, count, seen)
			assert.NotEqual(t, map[string]any{"results": []any{map[string]any{"total": 0.0}}}, seen.AsMap())
			other.Call(t, binding, count, hidden)
			assert.Equal(t, map[string]any{"results": []any{map[string]any{"total": 0.0}}}, hidden.AsMap(), "another domain counts by %v", binding)
		}
		asked := &api.ProviderRequest{Provider: created.GetProvider()}
		remove := resttest.Fitting(t, "spaceone.api.identity.v2.Provider.delete", asked)[0]
		code, answer := other.Do(t, remove, asked)
		assert.Equal(t, http.StatusNotFound, code, "another domain deletes it: %s", answer)
		caller.Call(t, remove, asked, &emptypb.Empty{})
		code, answer = caller.Do(t, resttest.Fitting(t, "spaceone.api.identity.v2.Provider.get", &api.ProviderRequest{Provider: created.GetProvider()})[0], &api.ProviderRequest{Provider: created.GetProvider()})
		assert.Equal(t, http.StatusNotFound, code, "it is there after it was deleted: %s", answer)
	}
}
