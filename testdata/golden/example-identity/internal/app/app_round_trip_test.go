package app_test

import (
	"context"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apirecordtest"
	"github.com/cloudforet-io/spacegen/core/resttest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v1"
)

// newApp asks for an app unlike those of other numbers.
func newApp(domain string, n uint8) *api.CreateAppRequest {
	req := apirecordtest.Fill(&api.CreateAppRequest{}, n)
	req.DomainId, req.WorkspaceId = domain, "workspace-1"
	req.ExpiredAt = time.Now().UTC().Add(time.Hour).Format(time.RFC3339)
	return req
}

// TestAppRoundTrip makes an app and asks for it, as callers do.
func TestAppRoundTrip(t *testing.T) {
	running := start(t, settings)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	domain := newDomain(t, running)
	client := api.NewAppClient(dial(t, running.grpc))
	created, err := client.Create(ctx, newApp(domain, 1))
	require.NoError(t, err)
	created.ClientSecret = "" // it is shown just once
	got, err := client.Get(ctx, &api.AppRequest{AppId: created.GetAppId(), DomainId: domain})
	require.NoError(t, err)
	assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)

	created = &api.AppInfo{}
	resttest.Call(t, running.rest, resttest.Bindings(t, "spaceone.api.identity.v1.App.create")[0], newApp(domain, 2), created)
	created.ClientSecret = ""
	for _, binding := range resttest.Bindings(t, "spaceone.api.identity.v1.App.get") {
		got = &api.AppInfo{}
		resttest.Call(t, running.rest, binding, &api.AppRequest{AppId: created.GetAppId(), DomainId: domain}, got)
		assert.True(t, proto.Equal(created, got), "by %v created %v, got %v", binding, created, got)
	}
	got, err = client.Get(ctx, &api.AppRequest{AppId: created.GetAppId(), DomainId: domain})
	require.NoError(t, err)
	assert.True(t, proto.Equal(created, got), "created by REST %v, got by gRPC %v", created, got)
}
