package manager_test

import (
	"testing"

	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/resourcetest"

	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// providerManagers is the contract of managers, for those of providers.
func providerManagers() resourcetest.Managers[manager.Provider, model.Provider, model.Scope] {
	return resourcetest.Managers[manager.Provider, model.Provider, model.Scope]{
		Migrations: database.Migrations,
		New: func(db *core.DB) manager.Provider {
			return manager.NewProvider(connector.New(connector.Deps{DB: db}))
		},
		Scope: func(domainID, workspaceID string) model.Scope {
			return model.Scope{DomainID: domainID, WorkspaceID: workspaceID}
		},
		Fields: func(item *model.Provider) resourcetest.Fields {
			return resourcetest.Fields{
				ID: &item.Provider, DomainID: &item.DomainID, WorkspaceID: &item.WorkspaceID,
				CreatedAt: &item.CreatedAt, UpdatedAt: &item.UpdatedAt,
			}
		},
		Schema:   model.ProviderSchema(),
		IDPrefix: "provider",
	}
}

func TestProviderManager(t *testing.T) { providerManagers().Test(t) }
