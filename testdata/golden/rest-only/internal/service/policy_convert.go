package service

import (
	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apivalue"

	api "github.com/cloudforet-io/cost-analysis/gen/go/spaceone/api/cost_analysis/v1"
	"github.com/cloudforet-io/cost-analysis/internal/model"
)

// newPolicy makes a policy of a request, once it has all that is required.
func newPolicy(req *api.CreatePolicyRequest) (*model.Policy, error) {
	if req.GetName() == "" {
		return nil, apierror.Required("name")
	}
	return &model.Policy{
		Name:   req.GetName(),
		Limits: req.GetLimits(),
		Rules:  apivalue.Structs(req.GetRules()),
	}, nil
}

// changePolicy puts what the request sets into item and names the columns. What
// is required cannot be emptied.
func changePolicy(item *model.Policy, req *api.UpdatePolicyRequest) (columns []string, err error) {
	if req.Name != nil {
		if req.GetName() == "" {
			return nil, apierror.Required("name")
		}
		item.Name = req.GetName()
		columns = append(columns, "name")
	}
	if len(req.GetLimits()) > 0 {
		item.Limits = req.GetLimits()
		columns = append(columns, "limits")
	}
	if len(req.GetRules()) > 0 {
		item.Rules = apivalue.Structs(req.GetRules())
		columns = append(columns, "rules")
	}
	return columns, nil
}

// policyInfo is a policy as the API shows it.
func policyInfo(item *model.Policy) (*api.PolicyInfo, error) {
	rulesValue, err := apivalue.FromStructs(item.Rules)
	if err != nil {
		return nil, err
	}
	return &api.PolicyInfo{
		PolicyId:    item.PolicyID,
		Name:        item.Name,
		Limits:      item.Limits,
		Rules:       rulesValue,
		DomainId:    item.DomainID,
		WorkspaceId: item.WorkspaceID,
		CreatedAt:   apivalue.FromTime(item.CreatedAt),
		UpdatedAt:   apivalue.FromTime(item.UpdatedAt),
	}, nil
}
