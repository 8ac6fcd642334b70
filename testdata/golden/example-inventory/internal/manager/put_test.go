package manager_test

import (
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/inventory/internal/connector"
	"github.com/cloudforet-io/inventory/internal/connector/database"
	"github.com/cloudforet-io/inventory/internal/manager"
	"github.com/cloudforet-io/inventory/internal/model"
)

func onEveryEngine(t *testing.T, test func(t *testing.T, c connector.Connectors)) {
	t.Helper()
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		test(t, connector.Connectors{
			CloudService: database.NewCloudService(db), Region: database.NewRegion(db), Job: database.NewJob(db),
		})
	})
}

func TestPutCloudService(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, c connector.Connectors) {
		m := manager.NewCloudService(c)
		put := func(domain, workspace, id, name string) (*model.CloudService, bool) {
			item := &model.CloudService{Name: name, ResourceID: id, DomainID: domain, WorkspaceID: workspace}
			created, err := m.Put(t.Context(), item)
			require.NoError(t, err)
			return item, created
		}
		first, created := put("domain-1", "", "vm-1", "old")
		assert.True(t, created)
		again, created := put("domain-1", "", "vm-1", "new")
		assert.False(t, created)
		assert.Equal(t, first.CloudServiceID, again.CloudServiceID)
		stored, err := m.Get(t.Context(), model.Scope{}, first.CloudServiceID)
		require.NoError(t, err)
		assert.Equal(t, "new", stored.Name)
		assert.Equal(t, first.CreatedAt, stored.CreatedAt.UTC())
		for _, other := range [][2]string{{"domain-1", "workspace-1"}, {"domain-2", ""}} {
			_, created = put(other[0], other[1], "vm-1", "another")
			assert.True(t, created, other)
		}
	})
}

func TestPutRegion(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, c connector.Connectors) {
		m := manager.NewRegion(c)
		region := &model.Region{RegionCode: "north", Name: "North", Tags: map[string]any{"ours": true}, DomainID: "domain-1"}
		created, err := m.Put(t.Context(), region)
		require.NoError(t, err)
		assert.True(t, created)
		created, err = m.Put(t.Context(), &model.Region{RegionCode: "north", Name: "The North", DomainID: "domain-1"})
		require.NoError(t, err)
		assert.False(t, created)
		stored, err := m.Get(t.Context(), model.Scope{}, region.RegionID)
		require.NoError(t, err)
		assert.Equal(t, "The North", stored.Name)
		assert.Equal(t, map[string]any{"ours": true}, stored.Tags, "people's tags stay")
	})
}

func TestJobInProgress(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, c connector.Connectors) {
		m := manager.NewJob(c)
		job := &model.Job{CollectorID: "collector-1", Status: model.JobInProgress}
		require.NoError(t, m.Create(t.Context(), job))
		running, err := m.Running(t.Context(), "collector-1")
		require.NoError(t, err)
		assert.Equal(t, job.JobID, running.JobID)
		running, err = m.Running(t.Context(), "collector-2")
		require.NoError(t, err)
		assert.Nil(t, running)
		for since, want := range map[time.Duration]int{time.Hour: 1, -time.Hour: 0} {
			silent, err := m.Silent(t.Context(), time.Now().Add(since))
			require.NoError(t, err)
			assert.Len(t, silent, want, since)
		}

		job.Status = model.JobSuccess
		require.NoError(t, m.Record(t.Context(), job))
		job.Status = model.JobFailure
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(m.Record(t.Context(), job)).Code, "it has ended")
		running, err = m.Running(t.Context(), "collector-1")
		require.NoError(t, err)
		assert.Nil(t, running)
	})
}
