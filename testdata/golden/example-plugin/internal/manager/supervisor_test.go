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

// supervisorManagers is the contract of managers, for those of supervisors.
func supervisorManagers() resourcetest.Managers[manager.Supervisor, model.Supervisor, model.Scope] {
	return resourcetest.Managers[manager.Supervisor, model.Supervisor, model.Scope]{
		Migrations: database.Migrations,
		New: func(db *core.DB) manager.Supervisor {
			return manager.NewSupervisor(connector.New(connector.Deps{DB: db}))
		},
		Scope: func(domainID, workspaceID string) model.Scope {
			return model.Scope{DomainID: domainID, WorkspaceID: workspaceID}
		},
		Fields: func(item *model.Supervisor) resourcetest.Fields {
			return resourcetest.Fields{
				ID: &item.SupervisorID, DomainID: &item.DomainID, WorkspaceID: &item.WorkspaceID,
				CreatedAt: &item.CreatedAt, UpdatedAt: &item.UpdatedAt,
			}
		},
		Schema:   model.SupervisorSchema(),
		IDPrefix: "supervisor",
	}
}

func TestSupervisorManager(t *testing.T) { supervisorManagers().Test(t) }
