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

func TestProviderKeepsProvider(t *testing.T) {
	resourcetest.Records{
		Migrations: database.Migrations,
		New: func(t *testing.T, db *core.DB) resourcetest.Methods {
			t.Helper()
			s := service.NewProvider(managersOn(t, db))
			return resourcetest.Methods{
				Create: resourcetest.MethodOf(s.Create),
				Get:    resourcetest.MethodOf(s.Get),
				Update: resourcetest.MethodOf(s.Update),
				Delete: resourcetest.MethodOf(s.Delete),
				List:   resourcetest.MethodOf(s.List),
				Stat:   resourcetest.MethodOf(s.Stat),
			}
		},
		ID: "provider",
		Create: resourcetest.Creating{
			Sample:   func(n uint8) proto.Message { return apirecordtest.Fill(&api.CreateProviderRequest{}, n) },
			Required: []string{"provider", "name"},
			Measured: "order",
		},
		Update: resourcetest.Updating{
			Sample: func(n uint8) proto.Message { return apirecordtest.Change(&api.UpdateProviderRequest{}, n) },
		},
		List: resourcetest.Listing{
			Results: "results",
			Total:   "total_count",
			Filters: []string{"provider", "name", "alias"},
			Query:   "query", Key: "provider",
		},
		Stat: resourcetest.Counting{
			Query: "query",
		},
	}.Test(t)
}
