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

// TestProjectIsServedByREST calls every method of Project by each of its REST
// forms: the call reaches the method, whatever that makes of it.
func TestProjectIsServedByREST(t *testing.T) {
	service := start(t, settings)
	for method, req := range map[string]proto.Message{
		"create":               &api.CreateProjectRequest{},
		"update":               &api.UpdateProjectRequest{},
		"update_project_type":  &api.UpdateProjectTypeRequest{},
		"change_project_group": &api.ChangeProjectGroupRequest{},
		"delete":               &api.ProjectRequest{},
		"add_users":            &api.UsersProjectRequest{},
		"remove_users":         &api.UsersProjectRequest{},
		"get":                  &api.ProjectRequest{},
		"list":                 &api.ProjectSearchQuery{},
		"stat":                 &api.ProjectStatQuery{},
	} {
		for _, binding := range resttest.Bindings(t, protoreflect.FullName("spaceone.api.identity.v2.Project."+method)) {
			before := resttest.Calls(t, service.admin, "Project."+method)
			status, answer := resttest.Caller{Address: service.rest}.Do(t, binding, apirecordtest.Fill(req, 1))
			assert.Eventually(t, func() bool { return resttest.Calls(t, service.admin, "Project."+method) == before+1 },
				time.Minute, 20*time.Millisecond, "%v does not reach %s: %d %s", binding, method, status, answer)
		}
	}
}
