package app_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/model"
)

// TestRoleBindingRoundTrip makes one and asks for it, as callers do.
func TestRoleBindingRoundTrip(t *testing.T) {
	p := newPlace(t)
	roundTrip(t, p, "RoleBinding", func(n int) proto.Message {
		return &api.CreateRoleBindingRequest{
			UserId: []string{"ann", "bob"}[n-1], RoleId: model.ManagedWorkspaceMember, ResourceGroup: api.CreateRoleBindingRequest_WORKSPACE,
		}
	}, func(made *api.RoleBindingInfo) proto.Message {
		return &api.RoleBindingRequest{RoleBindingId: made.GetRoleBindingId()}
	}, func() *api.RoleBindingInfo { return new(api.RoleBindingInfo) })
}
