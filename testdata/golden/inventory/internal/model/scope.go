package model

import "github.com/cloudforet-io/spacegen/core/query"

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

// Holds reports whether what belongs to this domain and workspace lies within.
func (s Scope) Holds(domainID, workspaceID string) bool {
	return (s.DomainID == "" || s.DomainID == domainID) &&
		(s.WorkspaceID == "" || s.WorkspaceID == workspaceID)
}
