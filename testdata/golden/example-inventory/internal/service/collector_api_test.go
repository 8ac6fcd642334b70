package service_test

import (
	"testing"

	"github.com/cloudforet-io/spacegen/core/apirecordtest"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/resourcetest"
	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/connector/database"
	"github.com/cloudforet-io/inventory/internal/service"
)

func TestCollectorKeepsCollector(t *testing.T) {
	resourcetest.Records{
		Migrations: database.Migrations,
		New: func(t *testing.T, db *core.DB) resourcetest.Methods {
			t.Helper()
			s := service.NewCollector(managersOn(t, db))
			return resourcetest.Methods{
				Create: resourcetest.MethodOf(s.Create),
				Get:    resourcetest.MethodOf(s.Get),
				Update: resourcetest.MethodOf(s.Update),
				Delete: resourcetest.MethodOf(s.Delete),
				List:   resourcetest.MethodOf(s.List),
			}
		},
		ID: "collector_id",
		Create: resourcetest.Creating{
			Sample:   func(n uint8) proto.Message { return apirecordtest.Fill(&api.CreateCollectorRequest{}, n) },
			Required: []string{"name", "plugin_info"},
		},
		Update: resourcetest.Updating{
			Sample: func(n uint8) proto.Message { return apirecordtest.Change(&api.UpdateCollectorRequest{}, n) },
		},
		List: resourcetest.Listing{
			Results: "results",
			Total:   "total_count",
			Filters: []string{"collector_id", "name", "provider"},
			Query:   "query", Key: "collector_id",
		},
	}.Test(t)
}
