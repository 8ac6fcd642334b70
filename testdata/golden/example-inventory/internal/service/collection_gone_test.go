package service_test

import (
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/inventory/internal/connector/assettest"
	"github.com/cloudforet-io/inventory/internal/model"
)

// TestCollectionOfWhatIsGone: what a collector does not find any more is marked, and
// deleted when it has not been found for long.
func TestCollectionOfWhatIsGone(t *testing.T) {
	withCollecting(t, func(t *testing.T, f *collecting) {
		ctx, scope := t.Context(), model.Scope{DomainID: "domain-1", WorkspaceID: "workspace-1"}
		first := assettest.Options("", assettest.Service("vm-1"), assettest.Service("vm-2"))
		c := f.collector(t, first)
		other := f.collector(t, assettest.Options("", assettest.Service("vm-3")))
		collect := func(options map[string]any) *model.Job {
			t.Helper()
			fresh, err := f.Collector.Get(ctx, scope, c.CollectorID)
			require.NoError(t, err)
			fresh.PluginInfo["options"] = options
			require.NoError(t, f.Collector.Update(ctx, scope, fresh, "plugin_info"))
			time.Sleep(2 * time.Millisecond) // times are kept to the millisecond
			return f.carryOut(t, f.start(t, fresh).GetJobId())
		}
		stored := func() map[string]*model.CloudService {
			all := map[string]*model.CloudService{}
			items, _, err := f.CloudService.List(ctx, scope, query.Query{})
			require.NoError(t, err)
			for i := range items {
				all[items[i].ResourceID] = &items[i]
			}
			return all
		}
		states := func() map[string]string {
			all := map[string]string{}
			for id, item := range stored() {
				all[id] = item.State
			}
			return all
		}
		f.carryOut(t, f.start(t, other).GetJobId())
		collect(first)
		assert.Equal(t, map[string]string{"vm-1": "ACTIVE", "vm-2": "ACTIVE", "vm-3": "ACTIVE"}, states())

		// A plugin that does not tell, a failure, an error: nothing is known to be gone.
		one := assettest.Service("vm-1")
		keeps := assettest.Options("", one)
		keeps["keeps"] = true
		for _, options := range []map[string]any{
			keeps, assettest.Options("", one, map[string]any{"state": "FAILURE", "message": "no access to eu-1"}), assettest.Options("error", one),
		} {
			assert.Zero(t, collect(options).DisconnectedCount)
			assert.Equal(t, "ACTIVE", states()["vm-2"])
		}

		job := collect(assettest.Options("", one))
		assert.Equal(t, []int64{1, 0}, []int64{job.DisconnectedCount, job.DeletedCount})
		assert.Equal(t, map[string]string{"vm-1": "ACTIVE", "vm-2": "DISCONNECTED", "vm-3": "ACTIVE"}, states(), "another collector's is its own")
		assert.Zero(t, collect(assettest.Options("", one)).DisconnectedCount, "it is told once")

		collect(first)
		assert.Equal(t, "ACTIVE", states()["vm-2"], "it is back")
		collect(assettest.Options("", one))
		gone := stored()["vm-2"]
		gone.CollectedAt = time.Now().Add(-73 * time.Hour).UTC().Truncate(time.Millisecond)
		require.NoError(t, f.CloudService.Update(ctx, scope, gone, "collected_at"))
		job = collect(assettest.Options("", one))
		assert.Equal(t, []int64{0, 1}, []int64{job.DisconnectedCount, job.DeletedCount})
		assert.Equal(t, map[string]string{"vm-1": "ACTIVE", "vm-3": "ACTIVE"}, states())
	})
}
