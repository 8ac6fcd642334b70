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

// projectGroupManagers is the contract of managers, for those of project groups.
func projectGroupManagers() resourcetest.Managers[manager.ProjectGroup, model.ProjectGroup, model.Scope] {
	return resourcetest.Managers[manager.ProjectGroup, model.ProjectGroup, model.Scope]{
		Migrations: database.Migrations,
		New: func(db *core.DB) manager.ProjectGroup {
			return manager.NewProjectGroup(connector.New(connector.Deps{DB: db}))
		},
		Scope: func(domainID, workspaceID string) model.Scope {
			return model.Scope{DomainID: domainID, WorkspaceID: workspaceID}
		},
		Fields: func(item *model.ProjectGroup) resourcetest.Fields {
			return resourcetest.Fields{
				ID: &item.ProjectGroupID, DomainID: &item.DomainID, WorkspaceID: &item.WorkspaceID,
				CreatedAt: &item.CreatedAt, UpdatedAt: &item.UpdatedAt,
			}
		},
		Schema:   model.ProjectGroupSchema(),
		IDPrefix: "project-group",
	}
}

func TestProjectGroupManager(t *testing.T) { projectGroupManagers().Test(t) }
