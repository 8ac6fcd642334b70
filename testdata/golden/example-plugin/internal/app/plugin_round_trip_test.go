package app_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apirecordtest"
	"github.com/cloudforet-io/spacegen/core/resttest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
)

// newPlugin asks for a plugin unlike those of other numbers.
func newPlugin(n uint8) *api.RegisterPluginRequest {
	req := apirecordtest.Fill(&api.RegisterPluginRequest{}, n)
	req.RegistryUrl, req.Image, req.Versions = "registry.example", fmt.Sprint("acme/plugin-", n), []string{"1.0"}
	return req
}

// TestPluginRegisteredPluginRoundTrip makes a registered plugin and asks for it, as callers do.
func TestPluginRegisteredPluginRoundTrip(t *testing.T) {
	running := start(t, settings)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	client := api.NewPluginClient(dial(t, running.grpc))
	created, err := client.Register(ctx, newPlugin(1))
	require.NoError(t, err)
	got, err := client.Get(ctx, &api.PluginRequest{PluginId: created.GetPluginId()})
	require.NoError(t, err)
	assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)

	created = &api.RegisteredPluginInfo{}
	resttest.Call(t, running.rest, resttest.Bindings(t, "spaceone.api.plugin.v1.Plugin.register")[0], newPlugin(2), created)
	for _, binding := range resttest.Bindings(t, "spaceone.api.plugin.v1.Plugin.get") {
		got = &api.RegisteredPluginInfo{}
		resttest.Call(t, running.rest, binding, &api.PluginRequest{PluginId: created.GetPluginId()}, got)
		assert.True(t, proto.Equal(created, got), "by %v created %v, got %v", binding, created, got)
	}
	got, err = client.Get(ctx, &api.PluginRequest{PluginId: created.GetPluginId()})
	require.NoError(t, err)
	assert.True(t, proto.Equal(created, got), "created by REST %v, got by gRPC %v", created, got)
}
