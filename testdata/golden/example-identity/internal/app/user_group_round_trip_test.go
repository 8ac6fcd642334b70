package app_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
)

// TestUserGroupRoundTrip makes one and asks for it, as callers do.
func TestUserGroupRoundTrip(t *testing.T) {
	p := newPlace(t)
	roundTrip(t, p, "UserGroup", func(n int) proto.Message {
		return &api.CreateUserGroupRequest{Name: fmt.Sprint("Group ", n), Description: "of friends"}
	}, func(made *api.UserGroupInfo) proto.Message {
		return &api.UserGroupRequest{UserGroupId: made.GetUserGroupId()}
	}, func() *api.UserGroupInfo { return new(api.UserGroupInfo) })
}
