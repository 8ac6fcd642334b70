package service

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/cloudforet-io/spacegen/core/rule"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/cost-analysis/gen/go/spaceone/api/cost_analysis/v1"
	"github.com/cloudforet-io/cost-analysis/internal/manager"
	"github.com/cloudforet-io/cost-analysis/internal/model"
)

// Policy is the service of policies.
//
// A method that writes runs in a database transaction, which is committed when it
// returns without an error. Read by GetForUpdate what a decision hangs on, so that no
// other call decides by the same state. Nothing must leave the service because of the
// call before the commit: a task that is put into a queue waits for it by itself, in the
// outbox; register a mail, or a call of another service, by OnSuccess of
// pipeline.TransactionFrom(ctx), or make it a task if it must not get lost.
//
// What holds for policies beyond their fields stands in policy_rules.go.
type Policy struct {
	items manager.Policy
	rules rule.Rules[model.Policy]
	means Means
}

// NewPolicy makes the service of policies, without rules and other services:
// New gives it those.
func NewPolicy(m manager.Managers) *Policy {
	return &Policy{items: m.Policy}
}

func (s *Policy) with(means Means, rules rule.Set[model.Policy]) *Policy {
	s.means, s.rules = means, rule.Of(rules)
	return s
}

// Create stores a new policy in the caller's domain and workspace.
func (s *Policy) Create(ctx context.Context, req *api.CreatePolicyRequest) (*api.PolicyInfo, error) {
	item, err := newPolicy(req)
	if err != nil {
		return nil, err
	}
	scope := pipeline.TransactionFrom(ctx).Scope
	item.DomainID = scope.DomainID
	item.WorkspaceID = scope.WorkspaceID
	if err := s.rules.BeforeCreate(ctx, item); err != nil {
		return nil, err
	}
	if err := s.items.Create(ctx, item); err != nil {
		return nil, err
	}
	if err := s.rules.AfterCreate(ctx, item); err != nil {
		return nil, err
	}
	return policyInfo(item)
}

// Update changes what the request names and leaves the rest as it is.
func (s *Policy) Update(ctx context.Context, req *api.UpdatePolicyRequest) (*api.PolicyInfo, error) {
	if req.GetPolicyId() == "" {
		return nil, apierror.Required("policy_id")
	}
	scope := scopeOf(ctx)
	item, err := s.items.GetForUpdate(ctx, scope, req.GetPolicyId())
	if err != nil {
		return nil, err
	}
	was := apirecord.Copy(item)
	columns, err := changePolicy(item, req)
	if err != nil {
		return nil, err
	}
	if err := s.save(ctx, was, item, columns...); err != nil {
		return nil, err
	}
	return policyInfo(item)
}

// save stores a policy that was read by GetForUpdate and changed since, if its rules
// allow it: the columns named, and all others in which it differs from what it was.
// Methods of your own store by it as Update does.
func (s *Policy) save(ctx context.Context, was, item *model.Policy, columns ...string) error {
	if err := s.rules.BeforeUpdate(ctx, was, item); err != nil {
		return err
	}
	columns = apirecord.Changed(was, item, columns...)
	if err := s.items.Update(ctx, scopeOf(ctx), item, columns...); err != nil {
		return err
	}
	return s.rules.AfterUpdate(ctx, was, item)
}

// Delete removes a policy.
func (s *Policy) Delete(ctx context.Context, req *api.PolicyRequest) (*emptypb.Empty, error) {
	if req.GetPolicyId() == "" {
		return nil, apierror.Required("policy_id")
	}
	item, err := s.items.GetForUpdate(ctx, scopeOf(ctx), req.GetPolicyId())
	if err != nil {
		return nil, err
	}
	if err := s.rules.BeforeDelete(ctx, item); err != nil {
		return nil, err
	}
	if err := s.items.Delete(ctx, scopeOf(ctx), item.PolicyID); err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, s.rules.AfterDelete(ctx, item)
}

// Get gives one policy.
func (s *Policy) Get(ctx context.Context, req *api.PolicyRequest) (*api.PolicyInfo, error) {
	if req.GetPolicyId() == "" {
		return nil, apierror.Required("policy_id")
	}
	item, err := s.items.Get(ctx, scopeOf(ctx), req.GetPolicyId())
	if err != nil {
		return nil, err
	}
	return policyInfo(item)
}

// List gives the policies that the query and the request's own filters select.
func (s *Policy) List(ctx context.Context, req *api.PolicyQuery) (*api.PoliciesInfo, error) {
	q, err := query.FromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	q.Filter = equals(q.Filter, "policy_id", req.GetPolicyId())
	if req.Name != nil {
		q.Filter = append(q.Filter, query.Condition{Key: "name", Operator: query.Eq, Value: req.GetName()})
	}
	q.Filter = equals(q.Filter, "workspace_id", req.GetWorkspaceId())
	items, total, err := s.items.List(ctx, scopeOf(ctx), q)
	if err != nil {
		return nil, err
	}
	info := &api.PoliciesInfo{TotalCount: int32(total)} //nolint:gosec // no table has 2^31 rows
	for i := range items {
		result, err := policyInfo(&items[i])
		if err != nil {
			return nil, err
		}
		info.Results = append(info.Results, result)
	}
	return info, nil
}

// Stat computes a statistic over policies.
func (s *Policy) Stat(ctx context.Context, req *api.PolicyStatQuery) (*structpb.Struct, error) {
	q, err := query.StatFromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	rows, total, err := s.items.Stat(ctx, scopeOf(ctx), q)
	if err != nil {
		return nil, err
	}
	return statInfo(q, rows, total)
}

// Analyze computes an analysis of policies.
func (s *Policy) Analyze(ctx context.Context, req *api.PolicyAnalyzeQuery) (*structpb.Struct, error) {
	q, err := query.AnalyzeFromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	rows, more, err := s.items.Analyze(ctx, scopeOf(ctx), q)
	if err != nil {
		return nil, err
	}
	return analyzeInfo(q, rows, more)
}
