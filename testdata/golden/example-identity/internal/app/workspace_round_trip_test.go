package app_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
)

// TestWorkspaceRoundTrip makes one and asks for it, as callers do.
func TestWorkspaceRoundTrip(t *testing.T) {
	p := newPlace(t)
	roundTrip(t, p, "Workspace", func(n int) proto.Message {
		return &api.CreateWorkSpaceRequest{Name: fmt.Sprint("Workspace ", n)}
	}, func(made *api.WorkspaceInfo) proto.Message {
		return &api.WorkspaceRequest{WorkspaceId: made.GetWorkspaceId()}
	}, func() *api.WorkspaceInfo { return new(api.WorkspaceInfo) })
}
