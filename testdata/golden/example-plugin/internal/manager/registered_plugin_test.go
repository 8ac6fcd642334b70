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

// registeredPluginManagers is the contract of managers, for those of registered plugins.
func registeredPluginManagers() resourcetest.Managers[manager.RegisteredPlugin, model.RegisteredPlugin, model.Scope] {
	return resourcetest.Managers[manager.RegisteredPlugin, model.RegisteredPlugin, model.Scope]{
		Migrations: database.Migrations,
		New: func(db *core.DB) manager.RegisteredPlugin {
			return manager.NewRegisteredPlugin(connector.New(connector.Deps{DB: db}))
		},
		Scope: func(domainID, workspaceID string) model.Scope {
			return model.Scope{DomainID: domainID, WorkspaceID: workspaceID}
		},
		Fields: func(item *model.RegisteredPlugin) resourcetest.Fields {
			return resourcetest.Fields{
				ID: &item.PluginID, DomainID: &item.DomainID, WorkspaceID: &item.WorkspaceID,
				CreatedAt: &item.CreatedAt, UpdatedAt: &item.UpdatedAt,
			}
		},
		Schema:   model.RegisteredPluginSchema(),
		IDPrefix: "registered-plugin",
	}
}

func TestRegisteredPluginManager(t *testing.T) { registeredPluginManagers().Test(t) }
