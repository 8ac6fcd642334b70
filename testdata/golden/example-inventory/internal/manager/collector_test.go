package manager_test

import (
	"testing"

	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/resourcetest"

	"github.com/cloudforet-io/inventory/internal/connector"
	"github.com/cloudforet-io/inventory/internal/connector/database"
	"github.com/cloudforet-io/inventory/internal/manager"
	"github.com/cloudforet-io/inventory/internal/model"
)

// collectorManagers is the contract of managers, for those of collectors.
func collectorManagers() resourcetest.Managers[manager.Collector, model.Collector, model.Scope] {
	return resourcetest.Managers[manager.Collector, model.Collector, model.Scope]{
		Migrations: database.Migrations,
		New: func(db *core.DB) manager.Collector {
			return manager.NewCollector(connector.New(connector.Deps{DB: db}))
		},
		Scope: func(domainID, workspaceID string) model.Scope {
			return model.Scope{DomainID: domainID, WorkspaceID: workspaceID}
		},
		Fields: func(item *model.Collector) resourcetest.Fields {
			return resourcetest.Fields{
				ID: &item.CollectorID, DomainID: &item.DomainID, WorkspaceID: &item.WorkspaceID,
				CreatedAt: &item.CreatedAt, UpdatedAt: &item.UpdatedAt,
			}
		},
		Schema:   model.CollectorSchema(),
		IDPrefix: "collector",
	}
}

func TestCollectorManager(t *testing.T) { collectorManagers().Test(t) }
