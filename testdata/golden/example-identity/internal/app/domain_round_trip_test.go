package app_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

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

	created = &api.DomainInfo{}
	resttest.Call(t, running.rest, resttest.Bindings(t, "spaceone.api.identity.v1.Domain.create")[0], apirecordtest.Fill(&api.CreateDomainRequest{}, 2), created)
	for _, binding := range resttest.Bindings(t, "spaceone.api.identity.v1.Domain.get") {
		got = &api.DomainInfo{}
		resttest.Call(t, running.rest, binding, &api.DomainRequest{DomainId: created.GetDomainId()}, got)
		assert.True(t, proto.Equal(created, got), "by %v created %v, got %v", binding, created, got)
	}
	got, err = client.Get(ctx, &api.DomainRequest{DomainId: created.GetDomainId()})
	require.NoError(t, err)
	assert.True(t, proto.Equal(created, got), "created by REST %v, got by gRPC %v", created, got)
}
