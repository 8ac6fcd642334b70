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

// roleBindingManagers is the contract of managers, for those of role bindings.
func roleBindingManagers() resourcetest.Managers[manager.RoleBinding, model.RoleBinding, model.Scope] {
	return resourcetest.Managers[manager.RoleBinding, model.RoleBinding, model.Scope]{
		Migrations: database.Migrations,
		New: func(db *core.DB) manager.RoleBinding {
			return manager.NewRoleBinding(connector.New(connector.Deps{DB: db}))
		},
		Scope: func(domainID, workspaceID string) model.Scope {
			return model.Scope{DomainID: domainID, WorkspaceID: workspaceID}
		},
		Fields: func(item *model.RoleBinding) resourcetest.Fields {
			return resourcetest.Fields{
				ID: &item.RoleBindingID, DomainID: &item.DomainID, WorkspaceID: &item.WorkspaceID,
				CreatedAt: &item.CreatedAt, UpdatedAt: &item.UpdatedAt,
			}
		},
		Schema:   model.RoleBindingSchema(),
		IDPrefix: "role-binding",
	}
}

func TestRoleBindingManager(t *testing.T) { roleBindingManagers().Test(t) }
