package app_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
)

// TestProjectRoundTrip makes one and asks for it, as callers do.
func TestProjectRoundTrip(t *testing.T) {
	p := newPlace(t)
	roundTrip(t, p, "Project", func(n int) proto.Message {
		return &api.CreateProjectRequest{Name: fmt.Sprint("Project ", n), ProjectType: api.ProjectType_PRIVATE}
	}, func(made *api.ProjectInfo) proto.Message { return &api.ProjectRequest{ProjectId: made.GetProjectId()} }, func() *api.ProjectInfo { return new(api.ProjectInfo) })
}
