package manager_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/inventory/internal/connector"
	"github.com/cloudforet-io/inventory/internal/connector/database"
	"github.com/cloudforet-io/inventory/internal/manager"
	"github.com/cloudforet-io/inventory/internal/model"
)

// eachCloudServiceStore runs a test with the manager of cloud services on every engine.
func eachCloudServiceStore(t *testing.T, test func(t *testing.T, m manager.CloudService)) {
	t.Helper()
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		test(t, manager.NewCloudService(connector.New(connector.Deps{DB: db})))
	})
}

func TestCloudServiceManager(t *testing.T) { eachCloudServiceStore(t, behavesAsCloudServiceManager) }

// behavesAsCloudServiceManager is what every manager of cloud services does, whatever stands before it.
func behavesAsCloudServiceManager(t *testing.T, m manager.CloudService) {
	t.Helper()
	ctx := t.Context()
	mine := model.Scope{DomainID: "domain-1", WorkspaceID: "workspace-1"}
	theirs := model.Scope{DomainID: "domain-2"}
	item := &model.CloudService{DomainID: "domain-1", WorkspaceID: "workspace-1"}
	require.NoError(t, m.Create(ctx, item))
	assert.Regexp(t, `^cloud-service-[0-9a-f]{12}$`, item.CloudServiceID)
	assert.False(t, item.CreatedAt.IsZero())

	for range 2 { // the second time may come from a cache
		got, err := m.Get(ctx, mine, item.CloudServiceID)
		require.NoError(t, err)
		assert.Equal(t, item.CloudServiceID, got.CloudServiceID)
		assert.True(t, item.CreatedAt.Equal(got.CreatedAt))
		_, err = m.Get(ctx, theirs, item.CloudServiceID)
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
	}

	mineToo, err := m.Get(ctx, mine, item.CloudServiceID)
	require.NoError(t, err)
	slower, err := m.Get(ctx, mine, item.CloudServiceID)
	require.NoError(t, err)
	require.NoError(t, m.Update(ctx, mine, mineToo, "workspace_id"))
	require.NoError(t, m.Update(ctx, mine, mineToo, "workspace_id"), "it is of the version that was stored")
	assert.Equal(t, "ERROR_CONFLICT", apierror.From(m.Update(ctx, mine, slower, "workspace_id")).Code)
	assert.Equal(t, "ERROR_CONFLICT", apierror.From(m.DeleteRead(ctx, mine, slower)).Code)

	change := &model.CloudService{CloudServiceID: item.CloudServiceID, WorkspaceID: "workspace-2"}
	assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(m.Update(ctx, theirs, change, "workspace_id")).Code)
	_, err = m.Get(ctx, mine, item.CloudServiceID)
	require.NoError(t, err, "nobody else has changed it")
	require.NoError(t, m.Update(ctx, mine, change, "workspace_id"))
	_, err = m.Get(ctx, mine, item.CloudServiceID)
	assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code, "it is in another workspace now")

	_, total, err := m.List(ctx, theirs, query.Query{CountOnly: true})
	require.NoError(t, err)
	assert.Zero(t, total)
	for domain, want := range map[string]int{"domain-1": 1, "domain-2": 0, "": 1} {
		found := 0
		require.NoError(t, m.Each(ctx, model.Scope{DomainID: domain}, query.Query{}, func(*model.CloudService) error { found++; return nil }))
		assert.Equal(t, want, found, domain)
	}
	assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(m.Delete(ctx, theirs, item.CloudServiceID)).Code)

	require.NoError(t, m.Delete(ctx, model.Scope{DomainID: "domain-1"}, item.CloudServiceID))
	_, err = m.Get(ctx, model.Scope{}, item.CloudServiceID)
	assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
}

// TestCloudServiceIsDecidedOnByOneCallAtATime: calls that look at a cloud service before they change it
// do so one after another.
func TestCloudServiceIsDecidedOnByOneCallAtATime(t *testing.T) {
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		m := manager.NewCloudService(connector.New(connector.Deps{DB: db}))
		item := &model.CloudService{DomainID: "domain-1", WorkspaceID: "before"}
		require.NoError(t, m.Create(t.Context(), item))
		_, err := m.GetForUpdate(t.Context(), model.Scope{DomainID: "domain-1"}, item.CloudServiceID)
		require.Error(t, err, "no transaction would hold the lock")
		var group sync.WaitGroup
		var moved atomic.Int32
		for range 5 {
			group.Go(func() {
				assert.NoError(t, db.InTx(t.Context(), func(ctx context.Context) error {
					got, err := m.GetForUpdate(ctx, model.Scope{DomainID: "domain-1"}, item.CloudServiceID)
					if err != nil || got.WorkspaceID != "before" {
						return err
					}
					moved.Add(1)
					got.WorkspaceID = "after"
					return m.Update(ctx, model.Scope{DomainID: "domain-1"}, got, "workspace_id")
				}))
			})
		}
		group.Wait()
		assert.EqualValues(t, 1, moved.Load())
	})
}
