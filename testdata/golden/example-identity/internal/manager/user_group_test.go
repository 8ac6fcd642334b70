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

// userGroupManagers is the contract of managers, for those of user groups.
func userGroupManagers() resourcetest.Managers[manager.UserGroup, model.UserGroup, model.Scope] {
	return resourcetest.Managers[manager.UserGroup, model.UserGroup, model.Scope]{
		Migrations: database.Migrations,
		New: func(db *core.DB) manager.UserGroup {
			return manager.NewUserGroup(connector.New(connector.Deps{DB: db}))
		},
		Scope: func(domainID, workspaceID string) model.Scope {
			return model.Scope{DomainID: domainID, WorkspaceID: workspaceID}
		},
		Fields: func(item *model.UserGroup) resourcetest.Fields {
			return resourcetest.Fields{
				ID: &item.UserGroupID, DomainID: &item.DomainID, WorkspaceID: &item.WorkspaceID,
				CreatedAt: &item.CreatedAt, UpdatedAt: &item.UpdatedAt,
			}
		},
		Schema:   model.UserGroupSchema(),
		IDPrefix: "user-group",
	}
}

func TestUserGroupManager(t *testing.T) { userGroupManagers().Test(t) }
