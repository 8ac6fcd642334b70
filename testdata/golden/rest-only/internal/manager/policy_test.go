package manager_test

import (
	"testing"

	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/resourcetest"

	"github.com/cloudforet-io/cost-analysis/internal/connector"
	"github.com/cloudforet-io/cost-analysis/internal/connector/database"
	"github.com/cloudforet-io/cost-analysis/internal/manager"
	"github.com/cloudforet-io/cost-analysis/internal/model"
)

// policyManagers is the contract of managers, for those of policies.
func policyManagers() resourcetest.Managers[manager.Policy, model.Policy, model.Scope] {
	return resourcetest.Managers[manager.Policy, model.Policy, model.Scope]{
		Migrations: database.Migrations,
		New: func(db *core.DB) manager.Policy {
			return manager.NewPolicy(connector.New(connector.Deps{DB: db}))
		},
		Scope: func(domainID, workspaceID string) model.Scope {
			return model.Scope{DomainID: domainID, WorkspaceID: workspaceID}
		},
		Fields: func(item *model.Policy) resourcetest.Fields {
			return resourcetest.Fields{
				ID: &item.PolicyID, DomainID: &item.DomainID, WorkspaceID: &item.WorkspaceID,
				CreatedAt: &item.CreatedAt, UpdatedAt: &item.UpdatedAt,
			}
		},
		Schema:   model.PolicySchema(),
		IDPrefix: "policy",
	}
}

func TestPolicyManager(t *testing.T) { policyManagers().Test(t) }
