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

// projectManagers is the contract of managers, for those of projects.
func projectManagers() resourcetest.Managers[manager.Project, model.Project, model.Scope] {
	return resourcetest.Managers[manager.Project, model.Project, model.Scope]{
		Migrations: database.Migrations,
		New: func(db *core.DB) manager.Project {
			return manager.NewProject(connector.New(connector.Deps{DB: db}))
		},
		Scope: func(domainID, workspaceID string) model.Scope {
			return model.Scope{DomainID: domainID, WorkspaceID: workspaceID}
		},
		Fields: func(item *model.Project) resourcetest.Fields {
			return resourcetest.Fields{
				ID: &item.ProjectID, DomainID: &item.DomainID, WorkspaceID: &item.WorkspaceID,
				CreatedAt: &item.CreatedAt, UpdatedAt: &item.UpdatedAt,
			}
		},
		Schema:   model.ProjectSchema(),
		IDPrefix: "project",
	}
}

func TestProjectManager(t *testing.T) { projectManagers().Test(t) }
