package service_test

import (
	"fmt"
	"testing"

	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/resourcetest"
	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/service"
)

func TestUserKeepsUser(t *testing.T) {
	resourcetest.Records{
		Migrations: database.Migrations,
		New: func(t *testing.T, db *core.DB) resourcetest.Methods {
			t.Helper()
			managers := managersOn(t, db)
			haveEmpty(t, managers, "domain-1", "domain-2")
			s := service.NewUser(managers)
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
		ID: "user_id",
		Create: resourcetest.Creating{
			Sample:   func(n uint8) proto.Message { return newUser(n) },
			Required: []string{"user_id"},
		},
		Update: resourcetest.Updating{
			Sample: func(n uint8) proto.Message { return changedUser(n) },
		},
		Enabled:  "ENABLED",
		Disabled: "DISABLED",
		List: resourcetest.Listing{
			Results: "results",
			Total:   "total_count",
			Filters: []string{"user_id", "name", "email", "auth_type"},
			Query:   "query", Key: "user_id",
		},
		Stat: resourcetest.Counting{
			Query: "query",
		},
	}.Test(t)
}

// newUser asks for a user unlike those of other numbers.
func newUser(n uint8) *api.CreateUserRequest {
	return &api.CreateUserRequest{
		UserId: fmt.Sprint("user-", n), Name: fmt.Sprint("User ", n), Email: fmt.Sprint("user-", n, "@acme.com"), Password: sesame,
		AuthType: api.AuthType_LOCAL, Language: "ko", Timezone: "Asia/Seoul",
	}
}

// changedUser asks for other values.
func changedUser(n uint8) *api.UpdateUserRequest {
	return &api.UpdateUserRequest{
		Name: fmt.Sprint("Changed ", n), Email: fmt.Sprint("changed-", n, "@acme.com"), Language: "ja", Timezone: "Asia/Tokyo",
	}
}
