package app_test

import (
	"context"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/resttest"
	"github.com/cloudforet-io/spacegen/core/spaceconnector"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
)

// TestAPluginIsRunOnceSomebodyAsks follows what a platform does: a supervisor
// joins, a service asks for a plugin and waits, the supervisor learns that it is
// to run it, and tells where it does.
func TestAPluginIsRunOnceSomebodyAsks(t *testing.T) {
	running := start(t, settings)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	conn := dial(t, running.grpc)
	plugins, supervisors := api.NewPluginClient(conn), api.NewSupervisorClient(conn)
	// As other services call it: by name, with JSON-like parameters.
	services := spaceconnector.New(spaceconnector.Options{Endpoints: map[string]string{
		"plugin": "grpc://" + running.grpc, "repository": "grpc://" + running.grpc,
	}})
	t.Cleanup(func() { require.NoError(t, services.Close()) })

	registered := &api.RegisteredPluginInfo{}
	resttest.Call(t, running.rest, resttest.Bindings(t, "spaceone.api.plugin.v1.Plugin.register")[0],
		&api.RegisterPluginRequest{Name: "AWS", Image: "acme/plugin-aws", RegistryUrl: "registry.example.com", Versions: []string{"1.0", "1.1"}}, registered)
	assert.Equal(t, "plugin-aws", registered.GetPluginId())
	described, err := services.Dispatch(ctx, "repository", "Plugin.get", map[string]any{"plugin_id": "plugin-aws"})
	require.NoError(t, err)
	assert.Equal(t, "acme/plugin-aws", described["image"])

	ask := map[string]any{"plugin_id": "plugin-aws", "version": "1.0", "upgrade_mode": "AUTO", "labels": map[string]any{}, "domain_id": "domain-1"}
	_, err = services.Dispatch(hurried(t), "plugin", "Plugin.get_plugin_endpoint", ask)
	assert.ErrorContains(t, err, "ERROR_NO_POSSIBLE_SUPERVISOR")

	publish := func(infos ...any) map[string]any {
		t.Helper()
		answer, err := services.Dispatch(ctx, "plugin", "Supervisor.publish",
			map[string]any{"name": "one", "hostname": "host-1", "plugin_info": infos})
		require.NoError(t, err)
		return answer
	}
	joined := publish()
	assert.Equal(t, "PENDING", joined["state"])
	joined, err = services.Dispatch(ctx, "plugin", "Supervisor.register", map[string]any{"supervisor_id": joined["supervisor_id"]})
	require.NoError(t, err)
	assert.Equal(t, "ENABLED", joined["state"])

	_, err = plugins.GetPluginEndpoint(hurried(t), &api.PluginEndpointRequest{PluginId: "plugin-aws"})
	assert.Equal(t, codes.Unavailable, status.Code(err), "its time is not up before the answer is there")
	assert.ErrorContains(t, err, "ERROR_INSTALL_PLUGIN_TIMEOUT: ")

	answers := make(chan map[string]any, 1)
	go func() {
		answer, err := services.Dispatch(ctx, "plugin", "Plugin.get_plugin_endpoint", ask)
		assert.NoError(t, err)
		answers <- answer
	}()
	wanted, err := supervisors.ListPlugins(ctx, &api.InstalledPluginQuery{Hostname: "host-1"})
	require.NoError(t, err)
	require.Len(t, wanted.GetResults(), 1, "two asked for it")
	publish(map[string]any{
		"plugin_id": wanted.GetResults()[0].GetPluginId(), "version": wanted.GetResults()[0].GetVersion(),
		"state": "ACTIVE", "endpoint": "grpc://127.0.0.1:1", "endpoints": []string{"grpc://127.0.0.1:1"},
	})
	assert.Equal(t, map[string]any{"endpoint": "grpc://127.0.0.1:1", "updated_version": "1.1"}, <-answers)
}

// hurried is the context of a caller who has little time.
func hurried(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}
