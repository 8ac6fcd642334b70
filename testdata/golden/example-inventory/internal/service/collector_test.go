package service_test

import (
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/model"
	"github.com/cloudforet-io/inventory/internal/service"
)

func TestCollectorRefusesWhatCannotCollect(t *testing.T) {
	plugin := &api.PluginInfo{PluginId: "plugin-1"}
	withCollecting(t, func(t *testing.T, f *collecting) {
		collectors := service.NewCollector(f.Managers)
		ctx := pipeline.WithMetadata(t.Context(), pipeline.Metadata{DomainID: "domain-1", WorkspaceID: "workspace-1"})
		create := func(req *api.CreateCollectorRequest) (*api.CollectorInfo, error) {
			return pipeline.Call(ctx, f.pipeline, pipeline.Method{Resource: "Collector", Verb: "create"}, req, collectors.Create)
		}
		for want, req := range map[string]*api.CreateCollectorRequest{
			"name":                  {PluginInfo: plugin},
			"plugin_info":           {Name: "c"},
			"plugin_info.plugin_id": {Name: "c", PluginInfo: &api.PluginInfo{Version: "1.2"}},
			"24 is no hour":         {Name: "c", PluginInfo: plugin, Schedule: &api.Schedule{Hours: []int32{3, 24}}},
		} {
			_, err := create(req)
			assert.ErrorContains(t, err, want)
		}
		made, err := create(&api.CreateCollectorRequest{Name: "c", PluginInfo: plugin, Schedule: &api.Schedule{Hours: []int32{0, 23}}})
		require.NoError(t, err)
		for want, req := range map[string]*api.UpdateCollectorRequest{
			"plugin_info.plugin_id": {PluginInfo: &api.PluginInfo{Version: "1.2"}},
			"-1 is no hour":         {Schedule: &api.Schedule{Hours: []int32{-1}}},
		} {
			req.CollectorId = made.GetCollectorId()
			_, err := pipeline.Call(ctx, f.pipeline, pipeline.Method{Resource: "Collector", Verb: "update"}, req, collectors.Update)
			assert.ErrorContains(t, err, want)
		}
	})
}

// Not all that is stored came by the types of the API.
func TestCollectorThatIsOfAnotherFormIsTheCallersMistake(t *testing.T) {
	info := map[string]any{"plugin_id": "plugin-1"}
	for want, c := range map[string]*model.Collector{
		"schedule.hours": {PluginInfo: info, Schedule: map[string]any{"hours": "9"}},
		"plugin_info":    {PluginInfo: map[string]any{"plugin_id": 1}},
	} {
		err := c.Check()
		assert.Equal(t, "ERROR_INVALID_PARAMETER", apierror.From(err).Code)
		assert.ErrorContains(t, err, "key = "+want+",")
	}
}
