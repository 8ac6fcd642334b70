package service_test

import (
	"fmt"
	"testing"

	"github.com/cloudforet-io/spacegen/core/apirecordtest"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/resourcetest"
	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
	"github.com/cloudforet-io/plugin/internal/connector/database"
	"github.com/cloudforet-io/plugin/internal/service"
)

func TestPluginKeepsRegisteredPlugin(t *testing.T) {
	resourcetest.Records{
		Migrations: database.Migrations,
		New: func(t *testing.T, db *core.DB) resourcetest.Methods {
			t.Helper()
			s := service.NewPlugin(managersOn(t, db))
			return resourcetest.Methods{
				Create: resourcetest.MethodOf(s.Register),
				Get:    resourcetest.MethodOf(s.Get),
				Update: resourcetest.MethodOf(s.Update),
				Delete: resourcetest.MethodOf(s.Deregister),
				List:   resourcetest.MethodOf(s.List),
			}
		},
		ID: "plugin_id",
		Create: resourcetest.Creating{
			Sample: func(n uint8) proto.Message {
				req := apirecordtest.Fill(&api.RegisterPluginRequest{}, n)
				req.RegistryUrl, req.Image, req.Versions = "registry.example", fmt.Sprint("acme/plugin-", n), []string{"1.0"}
				return req
			},
			Required: []string{"name", "image", "versions"},
		},
		Update: resourcetest.Updating{
			Sample: func(n uint8) proto.Message {
				req := apirecordtest.Change(&api.UpdatePluginRequest{}, n)
				req.Versions = []string{"2.0"}
				return req
			},
		},
		List: resourcetest.Listing{
			Results: "results",
			Total:   "total_count",
			Filters: []string{"plugin_id", "name", "resource_type", "provider"},
			Query:   "query", Key: "plugin_id",
		},
	}.Test(t)
}
