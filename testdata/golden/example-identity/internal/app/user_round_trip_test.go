package app_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
)

// TestUserRoundTrip makes one and asks for it, as callers do.
func TestUserRoundTrip(t *testing.T) {
	p := newPlace(t)
	roundTrip(t, p, "User", func(n int) proto.Message {
		return &api.CreateUserRequest{UserId: fmt.Sprint("user-", n), Name: "Eve", Password: passwordOfAdmin, Timezone: "Asia/Seoul"}
	}, func(made *api.UserInfo) proto.Message { return &api.UserRequest{UserId: made.GetUserId()} }, func() *api.UserInfo { return new(api.UserInfo) })
}
