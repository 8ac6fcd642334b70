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

func TestProjectKeepsProject(t *testing.T) {
	resourcetest.Records{
		Migrations: database.Migrations,
		New: func(t *testing.T, db *core.DB) resourcetest.Methods {
			t.Helper()
			s := service.NewProject(managersOn(t, db))
			return resourcetest.Methods{
				Create: resourcetest.MethodOf(s.Create),
				Get:    resourcetest.MethodOf(s.Get),
				Update: resourcetest.MethodOf(s.Update),
				Delete: resourcetest.MethodOf(s.Delete),
				List:   resourcetest.MethodOf(s.List),
				Stat:   resourcetest.MethodOf(s.Stat),
			}
		},
		ID: "project_id",
		Create: resourcetest.Creating{
			Sample: func(n uint8) proto.Message {
				return apirecordtest.Fill(&api.CreateProjectRequest{}, n, "project_group_id")
			},
			Required: []string{"name", "project_type"},
		},
		Update: resourcetest.Updating{
			Sample: func(n uint8) proto.Message { return apirecordtest.Change(&api.UpdateProjectRequest{}, n) },
		},
		List: resourcetest.Listing{
			Results: "results",
			Total:   "total_count",
			Filters: []string{"project_id", "name", "project_type", "project_group_id"},
			Query:   "query", Key: "project_id",
		},
		Stat: resourcetest.Counting{
			Query: "query",
		},
	}.Test(t)
}
