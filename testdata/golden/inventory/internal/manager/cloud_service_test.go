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

// cloudServiceManagers is the contract of managers, for those of cloud services.
func cloudServiceManagers() resourcetest.Managers[manager.CloudService, model.CloudService, model.Scope] {
	return resourcetest.Managers[manager.CloudService, model.CloudService, model.Scope]{
		Migrations: database.Migrations,
		New: func(db *core.DB) manager.CloudService {
			return manager.NewCloudService(connector.New(connector.Deps{DB: db}))
		},
		Scope: func(domainID, workspaceID string) model.Scope {
			return model.Scope{DomainID: domainID, WorkspaceID: workspaceID}
		},
		Fields: func(item *model.CloudService) resourcetest.Fields {
			return resourcetest.Fields{
				ID: &item.CloudServiceID, DomainID: &item.DomainID, WorkspaceID: &item.WorkspaceID,
				CreatedAt: &item.CreatedAt, UpdatedAt: &item.UpdatedAt,
			}
		},
		Schema:   model.CloudServiceSchema(),
		IDPrefix: "cloud-service",
	}
}

func TestCloudServiceManager(t *testing.T) { cloudServiceManagers().Test(t) }
