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

// regionManagers is the contract of managers, for those of regions.
func regionManagers() resourcetest.Managers[manager.Region, model.Region, model.Scope] {
	return resourcetest.Managers[manager.Region, model.Region, model.Scope]{
		Migrations: database.Migrations,
		New: func(db *core.DB) manager.Region {
			return manager.NewRegion(connector.New(connector.Deps{DB: db}))
		},
		Scope: func(domainID, workspaceID string) model.Scope {
			return model.Scope{DomainID: domainID, WorkspaceID: workspaceID}
		},
		Fields: func(item *model.Region) resourcetest.Fields {
			return resourcetest.Fields{
				ID: &item.RegionID, DomainID: &item.DomainID, WorkspaceID: &item.WorkspaceID,
				CreatedAt: &item.CreatedAt, UpdatedAt: &item.UpdatedAt,
			}
		},
		Schema:   model.RegionSchema(),
		IDPrefix: "region",
	}
}

func TestRegionManager(t *testing.T) { regionManagers().Test(t) }
