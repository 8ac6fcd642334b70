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

func TestRoleKeepsRole(t *testing.T) {
	resourcetest.Records{
		Migrations: database.Migrations,
		New: func(t *testing.T, db *core.DB) resourcetest.Methods {
			t.Helper()
			s := service.NewRole(managersOn(t, db))
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
		ID: "role_id",
		Create: resourcetest.Creating{
			Sample:   func(n uint8) proto.Message { return apirecordtest.Fill(&api.CreateRoleRequest{}, n) },
			Required: []string{"name", "role_type"},
		},
		Update: resourcetest.Updating{
			Sample: func(n uint8) proto.Message {
				return apirecordtest.Change(&api.UpdateRoleRequest{}, n, "permissions", "page_access")
			},
		},
		Enabled:  "ENABLED",
		Disabled: "DISABLED",
		List: resourcetest.Listing{
			Results: "results",
			Total:   "total_count",
			Filters: []string{"role_id", "name", "role_type"},
			Query:   "query", Key: "role_id",
		},
		Stat: resourcetest.Counting{
			Query: "query",
		},
	}.Test(t)
}
