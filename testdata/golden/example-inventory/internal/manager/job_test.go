package manager_test

import (
	"testing"

	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/resourcetest"

	"github.com/cloudforet-io/inventory/internal/connector"
	"github.com/cloudforet-io/inventory/internal/connector/database"
	"github.com/cloudforet-io/inventory/internal/manager"
	"github.com/cloudforet-io/inventory/internal/model"
)

// jobManagers is the contract of managers, for those of jobs.
func jobManagers() resourcetest.Managers[manager.Job, model.Job, model.Scope] {
	return resourcetest.Managers[manager.Job, model.Job, model.Scope]{
		Migrations: database.Migrations,
		New: func(db *core.DB) manager.Job {
			return manager.NewJob(connector.New(connector.Deps{DB: db}))
		},
		Scope: func(domainID, workspaceID string) model.Scope {
			return model.Scope{DomainID: domainID, WorkspaceID: workspaceID}
		},
		Fields: func(item *model.Job) resourcetest.Fields {
			return resourcetest.Fields{
				ID: &item.JobID, DomainID: &item.DomainID, WorkspaceID: &item.WorkspaceID,
				CreatedAt: &item.CreatedAt, UpdatedAt: &item.UpdatedAt,
			}
		},
		Schema:   model.JobSchema(),
		IDPrefix: "job",
	}
}

func TestJobManager(t *testing.T) { jobManagers().Test(t) }
