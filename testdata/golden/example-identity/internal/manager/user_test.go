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

// userManagers is the contract of managers, for those of users.
func userManagers() resourcetest.Managers[manager.User, model.User, model.Scope] {
	return resourcetest.Managers[manager.User, model.User, model.Scope]{
		Migrations: database.Migrations,
		New: func(db *core.DB) manager.User {
			return manager.NewUser(connector.New(connector.Deps{DB: db}))
		},
		Scope: func(domainID, workspaceID string) model.Scope {
			return model.Scope{DomainID: domainID, WorkspaceID: workspaceID}
		},
		Fields: func(item *model.User) resourcetest.Fields {
			return resourcetest.Fields{
				ID: &item.UserID, DomainID: &item.DomainID, WorkspaceID: &item.WorkspaceID,
				CreatedAt: &item.CreatedAt, UpdatedAt: &item.UpdatedAt,
			}
		},
		Schema:   model.UserSchema(),
		IDPrefix: "user",
	}
}

func TestUserManager(t *testing.T) { userManagers().Test(t) }
