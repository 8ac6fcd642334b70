package service_test

import (
	"fmt"
	"testing"

	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/resourcetest"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/model"
	"github.com/cloudforet-io/identity/internal/service"
)

func TestRoleBindingKeepsRoleBinding(t *testing.T) {
	resourcetest.Records{
		Migrations: database.Migrations,
		New: func(t *testing.T, db *core.DB) resourcetest.Methods {
			t.Helper()
			managers := managersOn(t, db)
			have(t, managers, "domain-1", "domain-2")
			haveWorkspace(t, db, "domain-1", "workspace-1")
			for n := range uint8(20) {
				user := &model.User{UserID: fmt.Sprint("user-", n), DomainID: "domain-1", State: model.Enabled}
				require.NoError(t, managers.User.Create(t.Context(), user))
			}
			s := service.NewRoleBinding(managers)
			return resourcetest.Methods{
				Create: resourcetest.MethodOf(s.Create),
				Get:    resourcetest.MethodOf(s.Get),
				Delete: resourcetest.MethodOf(s.Delete),
				List:   resourcetest.MethodOf(s.List),
				Stat:   resourcetest.MethodOf(s.Stat),
			}
		},
		ID: "role_binding_id",
		Create: resourcetest.Creating{
			Sample: func(n uint8) proto.Message {
				return &api.CreateRoleBindingRequest{
					UserId: fmt.Sprint("user-", n), RoleId: model.ManagedWorkspaceMember, ResourceGroup: api.CreateRoleBindingRequest_WORKSPACE,
				}
			},
			Required: []string{"user_id", "role_id", "resource_group"},
		},
		List: resourcetest.Listing{
			Results: "results",
			Total:   "total_count",
			Filters: []string{"role_binding_id", "user_id"},
			Query:   "query", Key: "role_binding_id",
		},
		Stat: resourcetest.Counting{
			Query: "query",
		},
	}.Test(t)
}
