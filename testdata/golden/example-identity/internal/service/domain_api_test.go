package service_test

import (
	"testing"

	"github.com/cloudforet-io/spacegen/core/apirecordtest"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/resourcetest"
	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/service"
)

func TestDomainKeepsDomain(t *testing.T) {
	resourcetest.Records{
		Migrations: database.Migrations,
		New: func(t *testing.T, db *core.DB) resourcetest.Methods {
			t.Helper()
			s := service.NewDomain(manager.New(connector.New(connector.Deps{DB: db})))
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
		ID:    "domain_id",
		Place: true,
		Create: resourcetest.Creating{
			Sample:   func(n uint8) proto.Message { return newDomain(n) },
			Required: []string{"name", "admin"},
		},
		Update: resourcetest.Updating{
			Sample: func(n uint8) proto.Message { return apirecordtest.Change(&api.UpdateDomainRequest{}, n) },
		},
		Enabled:  "ENABLED",
		Disabled: "DISABLED",
		List:     resourcetest.Listing{Results: "results", Total: "total_count", Query: "query", Key: "domain_id"},
		Stat:     resourcetest.Counting{Query: "query"},
	}.Test(t)
}

// newDomain asks for a domain unlike those of other numbers.
func newDomain(n uint8) *api.CreateDomainRequest {
	req := apirecordtest.Fill(&api.CreateDomainRequest{}, n)
	req.Admin = &api.Admin{UserId: "admin", Password: sesame}
	return req
}
