package app_test

import (
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apirecordtest"
	"github.com/cloudforet-io/spacegen/core/resttest"
	"github.com/stretchr/testify/assert"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
)

// TestRoleIsServedByREST calls every method of Role by each of its REST
// forms: the call reaches the method, whatever that makes of it.
func TestRoleIsServedByREST(t *testing.T) {
	service := start(t, settings)
	for method, req := range map[string]proto.Message{
		"create":          &api.CreateRoleRequest{},
		"update":          &api.UpdateRoleRequest{},
		"enable":          &api.RoleRequest{},
		"disable":         &api.RoleRequest{},
		"delete":          &api.RoleRequest{},
		"get":             &api.RoleRequest{},
		"list":            &api.RoleSearchQuery{},
		"list_basic_role": &api.RoleSearchQuery{},
		"stat":            &api.RoleStatQuery{},
	} {
		for _, binding := range resttest.Bindings(t, protoreflect.FullName("spaceone.api.identity.v2.Role."+method)) {
			before := resttest.Calls(t, service.admin, "Role."+method)
			status, answer := resttest.Caller{Address: service.rest}.Do(t, binding, apirecordtest.Fill(req, 1))
			assert.Eventually(t, func() bool { return resttest.Calls(t, service.admin, "Role."+method) == before+1 },
				time.Minute, 20*time.Millisecond, "%v does not reach %s: %d %s", binding, method, status, answer)
		}
	}
}
