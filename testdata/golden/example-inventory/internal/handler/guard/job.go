package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/service"
)

// Job guards the service of the same name: every call passes through the
// pipeline, with the permission and the roles that stand here.
type Job struct {
	pipeline *pipeline.Pipeline
	service  *service.Job
}

// NewJob guards s by p.
func NewJob(p *pipeline.Pipeline, s *service.Job) *Job {
	return &Job{pipeline: p, service: s}
}

func jobWrite(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Job",
		Verb:       verb,
		Permission: "inventory:Job.write",
		RoleTypes:  []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER"},
	}
}

func jobRead(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Job",
		Verb:       verb,
		Permission: "inventory:Job.read",
		RoleTypes:  []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER", "WORKSPACE_MEMBER"},
		ReadOnly:   true,
	}
}

// Delete answers Job.delete.
func (g *Job) Delete(ctx context.Context, req *api.JobRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, jobWrite("delete"), req, g.service.Delete)
}

// Get answers Job.get.
func (g *Job) Get(ctx context.Context, req *api.JobRequest) (*api.JobInfo, error) {
	return pipeline.Call(ctx, g.pipeline, jobRead("get"), req, g.service.Get)
}

// List answers Job.list.
func (g *Job) List(ctx context.Context, req *api.JobQuery) (*api.JobsInfo, error) {
	return pipeline.Call(ctx, g.pipeline, jobRead("list"), req, g.service.List)
}
