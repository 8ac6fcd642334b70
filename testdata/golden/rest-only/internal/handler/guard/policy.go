package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/cost-analysis/gen/go/spaceone/api/cost_analysis/v1"
	"github.com/cloudforet-io/cost-analysis/internal/service"
)

// Policy guards the service of policies: every call passes through the
// pipeline, with the permission and the roles that stand here.
type Policy struct {
	pipeline *pipeline.Pipeline
	service  *service.Policy
}

// NewPolicy guards s by p.
func NewPolicy(p *pipeline.Pipeline, s *service.Policy) *Policy {
	return &Policy{pipeline: p, service: s}
}

func policyWrite(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Policy",
		Verb:       verb,
		Permission: "cost-analysis:Policy.write",
		RoleTypes:  []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER"},
	}
}

func policyRead(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Policy",
		Verb:       verb,
		Permission: "cost-analysis:Policy.read",
		RoleTypes:  []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER", "WORKSPACE_MEMBER"},
		ReadOnly:   true,
	}
}

// Create answers Policy.create.
func (g *Policy) Create(ctx context.Context, req *api.CreatePolicyRequest) (*api.PolicyInfo, error) {
	return pipeline.Call(ctx, g.pipeline, policyWrite("create"), req, g.service.Create)
}

// Update answers Policy.update.
func (g *Policy) Update(ctx context.Context, req *api.UpdatePolicyRequest) (*api.PolicyInfo, error) {
	return pipeline.Call(ctx, g.pipeline, policyWrite("update"), req, g.service.Update)
}

// Delete answers Policy.delete.
func (g *Policy) Delete(ctx context.Context, req *api.PolicyRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, policyWrite("delete"), req, g.service.Delete)
}

// Get answers Policy.get.
func (g *Policy) Get(ctx context.Context, req *api.PolicyRequest) (*api.PolicyInfo, error) {
	return pipeline.Call(ctx, g.pipeline, policyRead("get"), req, g.service.Get)
}

// List answers Policy.list.
func (g *Policy) List(ctx context.Context, req *api.PolicyQuery) (*api.PoliciesInfo, error) {
	return pipeline.Call(ctx, g.pipeline, policyRead("list"), req, g.service.List)
}

// Stat answers Policy.stat.
func (g *Policy) Stat(ctx context.Context, req *api.PolicyStatQuery) (*structpb.Struct, error) {
	return pipeline.Call(ctx, g.pipeline, policyRead("stat"), req, g.service.Stat)
}

// Analyze answers Policy.analyze.
func (g *Policy) Analyze(ctx context.Context, req *api.PolicyAnalyzeQuery) (*structpb.Struct, error) {
	return pipeline.Call(ctx, g.pipeline, policyRead("analyze"), req, g.service.Analyze)
}
