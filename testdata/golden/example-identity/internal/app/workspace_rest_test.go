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

// TestWorkspaceIsServedByREST calls every method of Workspace by each of its REST
// forms: the call reaches the method, whatever that makes of it.
func TestWorkspaceIsServedByREST(t *testing.T) {
	service := start(t, settings)
	for method, req := range map[string]proto.Message{
		"create":                 &api.CreateWorkSpaceRequest{},
		"update":                 &api.UpdateWorkSpaceRequest{},
		"change_workspace_group": &api.ChangeWorkspaceGroupRequest{},
		"delete":                 &api.WorkspaceDeleteRequest{},
		"enable":                 &api.WorkspaceRequest{},
		"disable":                &api.WorkspaceRequest{},
		"add_package":            &api.WorkspacePackageRequest{},
		"remove_package":         &api.WorkspacePackageRequest{},
		"get":                    &api.WorkspaceRequest{},
		"list":                   &api.WorkspaceSearchQuery{},
		"analyze":                &api.WorkspaceAnalyzeQuery{},
		"stat":                   &api.WorkspaceStatQuery{},
	} {
		for _, binding := range resttest.Bindings(t, protoreflect.FullName("spaceone.api.identity.v2.Workspace."+method)) {
			before := resttest.Calls(t, service.admin, "Workspace."+method)
			status, answer := resttest.Caller{Address: service.rest}.Do(t, binding, apirecordtest.Fill(req, 1))
			assert.Eventually(t, func() bool { return resttest.Calls(t, service.admin, "Workspace."+method) == before+1 },
				time.Minute, 20*time.Millisecond, "%v does not reach %s: %d %s", binding, method, status, answer)
		}
	}
}
