package manager_test

import (
	"context"
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/plugin"
	"github.com/cloudforet-io/spacegen/core/plugintest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/inventory/internal/connector"
	"github.com/cloudforet-io/inventory/internal/connector/assettest"
	"github.com/cloudforet-io/inventory/internal/manager"
	"github.com/cloudforet-io/inventory/internal/model"
)

// secrets is the service secret.
type secrets map[string]any

func (s secrets) Dispatch(_ context.Context, _, method string, params map[string]any) (map[string]any, error) {
	id, _ := params["secret_id"].(string)
	data, ok := s[id]
	if !ok || method != "Secret.get_data" {
		return nil, apierror.NotFound("secret_id", id)
	}
	return map[string]any{"data": data}, nil
}

func assets(t *testing.T) (manager.Asset, *plugintest.Plugins) {
	t.Helper()
	plugins := plugintest.Dial(t, new(assettest.Plugin).NewServer())
	deps := connector.Deps{Plugins: plugins, Services: secrets{"secret-1": map[string]any{"key": "x"}}}
	return manager.NewAsset(connector.Connectors{Asset: connector.NewAsset(deps), Secret: connector.NewSecret(deps)}), plugins
}

func collectorWith(options map[string]any) *model.Collector {
	return &model.Collector{
		CollectorID: "collector-1", Provider: "acme", DomainID: "domain-1", WorkspaceID: "workspace-1",
		PluginInfo: map[string]any{"plugin_id": "plugin-1", "version": "1.2", "options": options},
	}
}

// collect gives all that is found, and why it ended.
func collect(t *testing.T, a manager.Asset, c *model.Collector) (all []manager.Found, failed error) {
	t.Helper()
	for found, err := range a.Collect(t.Context(), c) {
		if err != nil {
			return all, err
		}
		all = append(all, found)
	}
	return all, nil
}

func TestAssetDescribes(t *testing.T) {
	a, plugins := assets(t)
	c := collectorWith(nil)
	metadata, version, err := a.Describe(t.Context(), c)
	require.NoError(t, err)
	assert.Contains(t, metadata, "supported_resource_type")
	assert.Equal(t, "1.2", version)
	c.PluginInfo["upgrade_mode"] = "AUTO"
	plugins.Running = "1.3"
	_, version, err = a.Describe(t.Context(), c)
	require.NoError(t, err)
	assert.Equal(t, "1.3", version)
	ref := plugin.Ref{ID: "plugin-1", Version: "1.2", DomainID: "domain-1"}
	upgrading := ref
	upgrading.Upgrade = true
	assert.Equal(t, []plugin.Ref{ref, upgrading}, plugins.Asked)
}

func TestAssetCollects(t *testing.T) {
	a, _ := assets(t)
	found, err := collect(t, a, collectorWith(assettest.Options("", assettest.Service("vm-1"), assettest.Region("north"))))
	require.NoError(t, err)
	assert.Equal(t, []manager.Found{
		{CloudService: &model.CloudService{
			Name: "the vm-1", ResourceID: "vm-1", Provider: "acme", CloudServiceType: "Server", IPAddresses: []string{"10.0.0.1"},
			Data: map[string]any{"size": 3.0}, CollectorID: "collector-1", DomainID: "domain-1", WorkspaceID: "workspace-1",
		}},
		{Region: &model.Region{Name: "north", RegionCode: "north", Provider: "acme", DomainID: "domain-1", WorkspaceID: "workspace-1"}},
	}, found)
}

func TestAssetTellsWhatCannotBeKept(t *testing.T) {
	a, _ := assets(t)
	for name, c := range map[string]struct {
		answer map[string]any
		want   string
	}{
		"failure":          {map[string]any{"state": "FAILURE", "message": "no access to eu-1"}, "no access to eu-1"},
		"timeout":          {map[string]any{"state": "TIMEOUT"}, "the plugin says TIMEOUT"},
		"no type":          {map[string]any{"resource": map[string]any{}}, "no resource_type"},
		"no reference":     {map[string]any{"resource_type": "inventory.CloudService"}, "no reference.resource_id"},
		"no region":        {map[string]any{"resource_type": "inventory.Region"}, "no region_code"},
		"another type":     {map[string]any{"resource_type": "inventory.CloudService", "resource": map[string]any{"data": "text"}}, "data"},
		"a type not kept":  {map[string]any{"resource_type": "inventory.CloudServiceType"}, ""},
		"name as a number": {map[string]any{"resource_type": "inventory.Region", "resource": map[string]any{"name": 3.0}}, "name"},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := collect(t, a, collectorWith(assettest.Options("", c.answer)))
			require.NoError(t, err)
			require.Len(t, found, 1)
			assert.Nil(t, found[0].CloudService)
			assert.Nil(t, found[0].Region)
			assert.Contains(t, found[0].Failure, c.want)
			assert.Equal(t, c.want == "", found[0].Failure == "")
		})
	}
}

func TestAssetTellsHowAPluginFailed(t *testing.T) {
	a, plugins := assets(t)
	found, err := collect(t, a, collectorWith(assettest.Options("error", assettest.Service("vm-1"))))
	require.ErrorContains(t, err, "the key is locked")
	assert.Len(t, found, 1)
	_, err = collect(t, a, collectorWith(map[string]any{"refuse": "wrong key"}))
	require.ErrorContains(t, err, "verify")
	require.ErrorContains(t, err, "wrong key")
	c := collectorWith(nil)
	c.PluginInfo["secret_id"] = "secret-2"
	_, err = collect(t, a, c)
	assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
	plugins.Err = apierror.NotFound("plugin_id", "plugin-1")
	_, _, err = a.Describe(t.Context(), collectorWith(nil))
	assert.ErrorIs(t, err, plugins.Err)
}

func TestAssetEndsWithItsConsumer(t *testing.T) {
	a, _ := assets(t)
	for _, err := range a.Collect(t.Context(), collectorWith(assettest.Options("never", assettest.Service("vm-1")))) {
		require.NoError(t, err)
		break
	}
}
