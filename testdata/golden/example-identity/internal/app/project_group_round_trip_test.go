package app_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
)

// TestProjectGroupRoundTrip makes one and asks for it, as callers do.
func TestProjectGroupRoundTrip(t *testing.T) {
	p := newPlace(t)
	roundTrip(t, p, "ProjectGroup", func(n int) proto.Message {
		return &api.CreateProjectGroupRequest{Name: fmt.Sprint("Group ", n)}
	}, func(made *api.ProjectGroupInfo) proto.Message {
		return &api.ProjectGroupRequest{ProjectGroupId: made.GetProjectGroupId()}
	}, func() *api.ProjectGroupInfo { return new(api.ProjectGroupInfo) })
}
