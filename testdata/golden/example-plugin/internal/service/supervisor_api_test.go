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

// TestSupervisorKeepsSupervisor: a supervisor makes itself known, and people accept and
// change it.
func TestSupervisorKeepsSupervisor(t *testing.T) {
	supervisors := resourcetest.Records{
		Migrations: database.Migrations,
		ID:         "supervisor_id",
		Create: resourcetest.Creating{
			Sample: func(n uint8) proto.Message {
				return &api.PublishSupervisorRequest{Name: "one", Hostname: fmt.Sprint("host-", n)}
			},
		},
		Update: resourcetest.Updating{
			Sample: func(n uint8) proto.Message {
				req := apirecordtest.Change(&api.RegisterSupervisorRequest{}, n)
				req.Name, req.IsPublic = "", false
				return req
			},
		},
		Enabled:  "ENABLED",
		Disabled: "DISABLED",
		List: resourcetest.Listing{
			Results: "results",
			Total:   "total_count",
			Filters: []string{"supervisor_id"},
			Query:   "query", Key: "supervisor_id",
		},
		Stat: resourcetest.Counting{Query: "query"},
	}
	for name, change := range map[string]func(*service.Supervisor) resourcetest.Method{
		"register": func(s *service.Supervisor) resourcetest.Method { return resourcetest.MethodOf(s.Register) },
		"update":   func(s *service.Supervisor) resourcetest.Method { return resourcetest.MethodOf(s.Update) },
	} {
		supervisors.New = func(t *testing.T, db *core.DB) resourcetest.Methods {
			t.Helper()
			s := service.NewSupervisor(managersOn(t, db))
			return resourcetest.Methods{
				Create:  resourcetest.MethodOf(s.Publish),
				Get:     resourcetest.MethodOf(s.Get),
				Update:  change(s),
				Delete:  resourcetest.MethodOf(s.Deregister),
				Enable:  resourcetest.MethodOf(s.Enable),
				Disable: resourcetest.MethodOf(s.Disable),
				List:    resourcetest.MethodOf(s.List),
				Stat:    resourcetest.MethodOf(s.Stat),
			}
		}
		t.Run(name, supervisors.Test)
	}
}
