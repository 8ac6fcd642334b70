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

// appManagers is the contract of managers, for those of apps.
func appManagers() resourcetest.Managers[manager.App, model.App, model.Scope] {
	return resourcetest.Managers[manager.App, model.App, model.Scope]{
		Migrations: database.Migrations,
		New: func(db *core.DB) manager.App {
			return manager.NewApp(connector.New(connector.Deps{DB: db}))
		},
		Scope: func(domainID, workspaceID string) model.Scope {
			return model.Scope{DomainID: domainID, WorkspaceID: workspaceID}
		},
		Fields: func(item *model.App) resourcetest.Fields {
			return resourcetest.Fields{
				ID: &item.AppID, DomainID: &item.DomainID, WorkspaceID: &item.WorkspaceID,
				CreatedAt: &item.CreatedAt, UpdatedAt: &item.UpdatedAt,
			}
		},
		Schema:   model.AppSchema(),
		IDPrefix: "app",
	}
}

func TestAppManager(t *testing.T) { appManagers().Test(t) }
