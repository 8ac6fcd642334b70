package app_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/model"
)

// TestAppRoundTrip makes one and asks for it, as callers do.
func TestAppRoundTrip(t *testing.T) {
	p := newPlace(t)
	roundTrip(t, p, "App", func(n int) proto.Message {
		return &api.CreateAppRequest{
			Name: fmt.Sprint("App ", n), RoleId: model.ManagedWorkspaceOwner, ResourceGroup: api.CreateAppRequest_WORKSPACE,
		}
	}, func(made *api.AppInfo) proto.Message { return &api.AppRequest{AppId: made.GetAppId()} }, func() *api.AppInfo { return new(api.AppInfo) })
}
