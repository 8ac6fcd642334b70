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

// TestUserProfileIsServedByREST calls every method of UserProfile by each of its REST
// forms: the call reaches the method, whatever that makes of it.
func TestUserProfileIsServedByREST(t *testing.T) {
	service := start(t, settings)
	for method, req := range map[string]proto.Message{
		"update":               &api.UpdateUserProfileRequest{},
		"update_password":      &api.UpdatePasswordUserProfileRequest{},
		"verify_email":         &api.VerifyEmailRequest{},
		"confirm_email":        &api.ConfirmEmailRequest{},
		"reset_password":       &api.UserPasswordResetRequest{},
		"enable_mfa":           &api.EnableMFARequest{},
		"disable_mfa":          &api.DisableMFARequest{},
		"confirm_mfa":          &api.ConfirmMFARequest{},
		"get":                  &api.UserProfileRequest{},
		"get_workspaces":       &api.UserProfileRequest{},
		"get_workspace_groups": &api.WorkspaceGroupUserProfileRequest{},
	} {
		for _, binding := range resttest.Bindings(t, protoreflect.FullName("spaceone.api.identity.v2.UserProfile."+method)) {
			before := resttest.Calls(t, service.admin, "UserProfile."+method)
			status, answer := resttest.Caller{Address: service.rest}.Do(t, binding, apirecordtest.Fill(req, 1))
			assert.Eventually(t, func() bool { return resttest.Calls(t, service.admin, "UserProfile."+method) == before+1 },
				time.Minute, 20*time.Millisecond, "%v does not reach %s: %d %s", binding, method, status, answer)
		}
	}
}
