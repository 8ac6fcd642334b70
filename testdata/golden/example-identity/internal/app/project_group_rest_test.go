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

// TestProjectGroupIsServedByREST calls every method of ProjectGroup by each of its REST
// forms: the call reaches the method, whatever that makes of it.
func TestProjectGroupIsServedByREST(t *testing.T) {
	service := start(t, settings)
	for method, req := range map[string]proto.Message{
		"create":              &api.CreateProjectGroupRequest{},
		"update":              &api.UpdateProjectGroupRequest{},
		"change_parent_group": &api.ChangeParentGroupRequest{},
		"delete":              &api.ProjectGroupRequest{},
		"add_users":           &api.UsersProjectGroupRequest{},
		"remove_users":        &api.UsersProjectGroupRequest{},
		"get":                 &api.ProjectGroupRequest{},
		"list":                &api.ProjectGroupSearchQuery{},
		"stat":                &api.ProjectGroupStatQuery{},
	} {
		for _, binding := range resttest.Bindings(t, protoreflect.FullName("spaceone.api.identity.v2.ProjectGroup."+method)) {
			before := resttest.Calls(t, service.admin, "ProjectGroup."+method)
			status, answer := resttest.Caller{Address: service.rest}.Do(t, binding, apirecordtest.Fill(req, 1))
			assert.Eventually(t, func() bool { return resttest.Calls(t, service.admin, "ProjectGroup."+method) == before+1 },
				time.Minute, 20*time.Millisecond, "%v does not reach %s: %d %s", binding, method, status, answer)
		}
	}
}
