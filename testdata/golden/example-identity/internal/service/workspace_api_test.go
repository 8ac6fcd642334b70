package service_test

import (
	"testing"

	"github.com/cloudforet-io/spacegen/core/apirecordtest"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/resourcetest"
	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/service"
)

func TestWorkspaceKeepsWorkspace(t *testing.T) {
	resourcetest.Records{
		Migrations: database.Migrations,
		New: func(t *testing.T, db *core.DB) resourcetest.Methods {
			t.Helper()
			managers := managersOn(t, db)
			haveEmpty(t, managers, "domain-1", "domain-2")
			s := service.NewWorkspace(managers)
			return resourcetest.Methods{
				Create:  resourcetest.MethodOf(s.Create),
				Get:     resourcetest.MethodOf(s.Get),
				Update:  resourcetest.MethodOf(s.Update),
				Delete:  resourcetest.MethodOf(s.Delete),
				Enable:  resourcetest.MethodOf(s.Enable),
				Disable: resourcetest.MethodOf(s.Disable),
				List:    resourcetest.MethodOf(s.List),
				Stat:    resourcetest.MethodOf(s.Stat),
			}
		},
		ID: "workspace_id",
		Create: resourcetest.Creating{
			Sample:   func(n uint8) proto.Message { return apirecordtest.Fill(&api.CreateWorkSpaceRequest{}, n) },
			Required: []string{"name"},
		},
		Update: resourcetest.Updating{
			Sample: func(n uint8) proto.Message { return apirecordtest.Change(&api.UpdateWorkSpaceRequest{}, n) },
		},
		Enabled:  "ENABLED",
		Disabled: "DISABLED",
		List: resourcetest.Listing{
			Results: "results",
			Total:   "total_count",
			Filters: []string{"name"},
			Query:   "query", Key: "workspace_id",
		},
		Stat: resourcetest.Counting{
			Query: "query",
		},
	}.Test(t)
}
