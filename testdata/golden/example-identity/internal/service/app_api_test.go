package service_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apirecordtest"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/resourcetest"
	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/model"
	"github.com/cloudforet-io/identity/internal/service"
)

func TestAppKeepsApp(t *testing.T) {
	resourcetest.Records{
		Migrations: database.Migrations,
		New: func(t *testing.T, db *core.DB) resourcetest.Methods {
			t.Helper()
			managers := managersOn(t, db)
			have(t, managers, "domain-1", "domain-2")
			haveWorkspace(t, db, "domain-1", "workspace-1")
			s := service.NewApp(managers)
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
		ID: "app_id",
		Create: resourcetest.Creating{
			Sample:    func(n uint8) proto.Message { return newApp(n) },
			Required:  []string{"name", "role_id", "resource_group"},
			ShownOnce: []string{"client_secret"},
		},
		Update: resourcetest.Updating{
			Sample: func(n uint8) proto.Message { return apirecordtest.Change(&api.UpdateAppRequest{}, n) },
		},
		Enabled:  "ENABLED",
		Disabled: "DISABLED",
		List: resourcetest.Listing{
			Results: "results",
			Total:   "total_count",
			Filters: []string{"app_id", "name", "role_id"},
			Query:   "query", Key: "app_id",
		},
		Stat: resourcetest.Counting{
			Query: "query",
		},
	}.Test(t)
}

// newApp asks for an app unlike those of other numbers.
func newApp(n uint8) *api.CreateAppRequest {
	return &api.CreateAppRequest{
		Name: fmt.Sprint("App ", n), RoleId: model.ManagedWorkspaceOwner, ResourceGroup: api.CreateAppRequest_WORKSPACE,
		ExpiredAt: time.Now().UTC().Add(time.Duration(n+1) * time.Hour).Format(time.RFC3339),
	}
}
