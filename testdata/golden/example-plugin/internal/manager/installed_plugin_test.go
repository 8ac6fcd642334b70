package manager_test

import (
	"testing"

	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/resourcetest"

	"github.com/cloudforet-io/plugin/internal/connector"
	"github.com/cloudforet-io/plugin/internal/connector/database"
	"github.com/cloudforet-io/plugin/internal/manager"
	"github.com/cloudforet-io/plugin/internal/model"
)

// installedPluginManagers is the contract of managers, for those of installed plugins.
func installedPluginManagers() resourcetest.Managers[manager.InstalledPlugin, model.InstalledPlugin, model.Scope] {
	return resourcetest.Managers[manager.InstalledPlugin, model.InstalledPlugin, model.Scope]{
		Migrations: database.Migrations,
		New: func(db *core.DB) manager.InstalledPlugin {
			return manager.NewInstalledPlugin(connector.New(connector.Deps{DB: db}))
		},
		Scope: func(domainID, workspaceID string) model.Scope {
			return model.Scope{DomainID: domainID, WorkspaceID: workspaceID}
		},
		Fields: func(item *model.InstalledPlugin) resourcetest.Fields {
			return resourcetest.Fields{
				ID: &item.InstalledPluginID, DomainID: &item.DomainID, WorkspaceID: &item.WorkspaceID,
				CreatedAt: &item.CreatedAt, UpdatedAt: &item.UpdatedAt,
			}
		},
		Schema:   model.InstalledPluginSchema(),
		IDPrefix: "installed-plugin",
	}
}

func TestInstalledPluginManager(t *testing.T) { installedPluginManagers().Test(t) }
