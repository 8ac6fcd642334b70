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

// roleManagers is the contract of managers, for those of roles.
func roleManagers() resourcetest.Managers[manager.Role, model.Role, model.Scope] {
	return resourcetest.Managers[manager.Role, model.Role, model.Scope]{
		Migrations: database.Migrations,
		New: func(db *core.DB) manager.Role {
			return manager.NewRole(connector.New(connector.Deps{DB: db}))
		},
		Scope: func(domainID, workspaceID string) model.Scope {
			return model.Scope{DomainID: domainID, WorkspaceID: workspaceID}
		},
		Fields: func(item *model.Role) resourcetest.Fields {
			return resourcetest.Fields{
				ID: &item.RoleID, DomainID: &item.DomainID, WorkspaceID: &item.WorkspaceID,
				CreatedAt: &item.CreatedAt, UpdatedAt: &item.UpdatedAt,
			}
		},
		Schema:   model.RoleSchema(),
		IDPrefix: "role",
	}
}

func TestRoleManager(t *testing.T) { roleManagers().Test(t) }
