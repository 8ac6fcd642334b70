package service_test

import (
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apirecordtest"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/resourcetest"
	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v1"
	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/service"
)

func TestAppKeepsApp(t *testing.T) {
	resourcetest.Records{
		Migrations: database.Migrations,
		New: func(t *testing.T, db *core.DB) resourcetest.Methods {
			t.Helper()
			connectors := connector.New(connector.Deps{DB: db})
			have(t, connectors, "domain-1", "domain-2")
			s := service.NewApp(manager.New(connectors))
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
			Sample: func(n uint8) proto.Message {
				req := apirecordtest.Fill(&api.CreateAppRequest{}, n)
				req.ExpiredAt = time.Now().UTC().Add(time.Hour).Format(time.RFC3339)
				return req
			},
			Required:  []string{"name", "role_type"},
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
			Filters: []string{"app_id", "name", "role_type", "client_id"},
			Query:   "query", Key: "app_id",
		},
		Stat: resourcetest.Counting{Query: "query"},
	}.Test(t)
}
