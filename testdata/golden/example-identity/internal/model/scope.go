package model

import (
	"cmp"
	"slices"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// A Scope is what a caller is confined to. An empty part confines nothing.
type Scope struct {
	DomainID    string
	WorkspaceID string

	// Projects are those whose resources lie within: nil confines nothing, and an empty
	// list leaves nothing. What belongs to no project lies in nobody's.
	Projects []string
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

// WholeDomain is the workspace of what belongs to a whole domain.
const WholeDomain = "*"

// WorkspaceFor is the workspace that something lies in by its resource group. was is the
// one that it lies in so far.
func (s Scope) WorkspaceFor(group, was string) (string, error) {
	workspace := s.WorkspaceID
	if workspace == "" && was != WholeDomain {
		workspace = was
	}
	switch group {
	case "SYSTEM", "DOMAIN":
		return WholeDomain, nil
	case "WORKSPACE", "PROJECT":
		if workspace == "" && s.DomainID != "" { // a caller of no domain is not confined
			return "", apierror.Required("workspace_id")
		}
	}
	return workspace, nil
}

// Shared are the conditions of a scope for what only reads: a workspace sees what belongs
// to the whole domain, and changes nothing of it.
func Shared(conditions []query.Condition) []query.Condition {
	for i, c := range conditions {
		if c.Key == "workspace_id" {
			conditions[i] = query.Condition{Key: c.Key, Operator: query.In, Value: []any{c.Value, WholeDomain}}
		}
	}
	return conditions
}

// Sees is Holds for what only reads.
func (s Scope) Sees(domainID, workspaceID string) bool {
	return s.Holds(domainID, workspaceID) || workspaceID == WholeDomain && (s.DomainID == "" || s.DomainID == domainID)
}

// ConditionsInProjects are the Conditions of resources that belong to projects.
func (s Scope) ConditionsInProjects() []query.Condition {
	conditions := s.Conditions()
	if s.Projects == nil {
		return conditions
	}
	projects := make([]any, len(s.Projects))
	for i, id := range s.Projects {
		projects[i] = id
	}
	return append(conditions, query.Condition{Key: "project_id", Operator: query.In, Value: projects})
}

// HoldsProject reports whether what belongs to this project lies within.
func (s Scope) HoldsProject(projectID string) bool {
	return s.Projects == nil || projectID != "" && slices.Contains(s.Projects, projectID)
}
