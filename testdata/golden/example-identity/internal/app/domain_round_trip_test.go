package app_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v1"
	"github.com/cloudforet-io/identity/internal/core/apirecordtest"
	"github.com/cloudforet-io/identity/internal/core/resttest"
)

// TestDomainRoundTrip makes a domain and asks for it, as callers do.
func TestDomainRoundTrip(t *testing.T) {
	running := start(t, settings)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	client := api.NewDomainClient(dial(t, running.grpc))
	created, err := client.Create(ctx, apirecordtest.Fill(&api.CreateDomainRequest{}, 1))
	require.NoError(t, err)
	got, err := client.Get(ctx, &api.DomainRequest{DomainId: created.GetDomainId()})
	require.NoError(t, err)
	assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)
}

// TestDomainRoundTripByREST makes a domain by each REST form that does, and does with
// it whatever REST can.
func TestDomainRoundTripByREST(t *testing.T) {
	running := start(t, settings)
	caller := resttest.Caller{Address: running.rest}
	for n, binding := range resttest.Bindings(t, "spaceone.api.identity.v1.Domain.create") {
		created := &api.DomainInfo{}
		caller.Call(t, binding, apirecordtest.Fill(&api.CreateDomainRequest{}, uint8(n)), created)
		for _, binding := range resttest.Bindings(t, "spaceone.api.identity.v1.Domain.get") {
			got := &api.DomainInfo{}
			caller.Call(t, binding, &api.DomainRequest{DomainId: created.GetDomainId()}, got)
			assert.True(t, proto.Equal(created, got), "by %v created %v, got %v", binding, created, got)
		}
		for _, binding := range resttest.Bindings(t, "spaceone.api.identity.v1.Domain.list") {
			all := &api.DomainsInfo{}
			caller.Call(t, binding, &api.DomainQuery{}, all)
			apirecordtest.AssertContains(t, all.GetResults(), created)
		}
		for _, binding := range resttest.Bindings(t, "spaceone.api.identity.v1.Domain.update") {
			change := apirecordtest.Change(&api.UpdateDomainRequest{}, uint8(n)+9)
			change.DomainId = created.GetDomainId()
			updated, got := &api.DomainInfo{}, &api.DomainInfo{}
			caller.Call(t, binding, change, updated)
			apirecordtest.AssertHolds(t, updated, change, "created_at", "updated_at", "create_time", "update_time")
			caller.Call(t, resttest.Bindings(t, "spaceone.api.identity.v1.Domain.get")[0], &api.DomainRequest{DomainId: created.GetDomainId()}, got)
			assert.True(t, proto.Equal(updated, got), "by %v updated %v, got %v", binding, updated, got)
		}
		remove, asked := resttest.Bindings(t, "spaceone.api.identity.v1.Domain.delete")[0], &api.DomainRequest{DomainId: created.GetDomainId()}
		caller.Call(t, remove, asked, &emptypb.Empty{})
		code, answer := caller.Do(t, resttest.Bindings(t, "spaceone.api.identity.v1.Domain.get")[0], &api.DomainRequest{DomainId: created.GetDomainId()})
		assert.Equal(t, http.StatusNotFound, code, "it is there after it was deleted: %s", answer)
	}
}
