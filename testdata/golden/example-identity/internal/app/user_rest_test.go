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

// TestUserIsServedByREST calls every method of User by each of its REST
// forms: the call reaches the method, whatever that makes of it.
func TestUserIsServedByREST(t *testing.T) {
	service := start(t, settings)
	for method, req := range map[string]proto.Message{
		"create":               &api.CreateUserRequest{},
		"update":               &api.UpdateUserRequest{},
		"verify_email":         &api.VerifyEmailUserRequest{},
		"disable_mfa":          &api.DisableMFAUserRequest{},
		"set_required_actions": &api.SetRequiredActionsUserRequest{},
		"set_refresh_timeout":  &api.SetRefreshTimeout{},
		"enable":               &api.UserRequest{},
		"disable":              &api.UserRequest{},
		"delete":               &api.UserRequest{},
		"get":                  &api.UserRequest{},
		"list":                 &api.UserSearchQuery{},
		"stat":                 &api.UserStatQuery{},
	} {
		for _, binding := range resttest.Bindings(t, protoreflect.FullName("spaceone.api.identity.v2.User."+method)) {
			before := resttest.Calls(t, service.admin, "User."+method)
			status, answer := resttest.Caller{Address: service.rest}.Do(t, binding, apirecordtest.Fill(req, 1))
			assert.Eventually(t, func() bool { return resttest.Calls(t, service.admin, "User."+method) == before+1 },
				time.Minute, 20*time.Millisecond, "%v does not reach %s: %d %s", binding, method, status, answer)
		}
	}
}
