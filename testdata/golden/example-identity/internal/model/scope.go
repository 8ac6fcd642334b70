package model

import (
	"cmp"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// A Scope is what a caller is confined to. An empty part confines nothing.
type Scope struct {
	DomainID    string
	WorkspaceID string
}

// Conditions are the scope as a query understands it.
func (s Scope) Conditions() []query.Condition {
	var conditions []query.Condition
	if s.DomainID != "" {
		conditions = append(conditions, query.Condition{Key: "domain_id", Operator: query.Eq, Value: s.DomainID})
	}
	if s.WorkspaceID != "" {
		conditions = append(conditions, query.Condition{Key: "workspace_id", Operator: query.Eq, Value: s.WorkspaceID})
	}
	return conditions
}

// Within confines a scope further, to the domain and the workspace that a request names; an
// empty name confines nothing. To name another than one's own is denied.
func (s Scope) Within(domainID, workspaceID string) (Scope, error) {
	if domainID != "" && s.DomainID != "" && s.DomainID != domainID ||
		workspaceID != "" && s.WorkspaceID != "" && s.WorkspaceID != workspaceID {
		return Scope{}, apierror.PermissionDenied()
	}
	s.DomainID, s.WorkspaceID = cmp.Or(s.DomainID, domainID), cmp.Or(s.WorkspaceID, workspaceID)
	return s, nil
}

// Holds reports whether what belongs to this domain and workspace lies within.
func (s Scope) Holds(domainID, workspaceID string) bool {
	return (s.DomainID == "" || s.DomainID == domainID) &&
		(s.WorkspaceID == "" || s.WorkspaceID == workspaceID)
}
