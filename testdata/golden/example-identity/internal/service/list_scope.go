package service

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"

	"github.com/cloudforet-io/identity/internal/model"
)

// scopeOf is what the caller is confined to. A caller without a domain, such
// as another service with a system token, is not confined.
func scopeOf(ctx context.Context) model.Scope {
	caller := pipeline.TransactionFrom(ctx).Scope
	return model.Scope{DomainID: caller.DomainID, WorkspaceID: caller.WorkspaceID, Projects: caller.UserProjects}
}

// workspaceFor gives the workspace that something lies in by its resource group. was is
// the one that it lies in so far.
func workspaceFor(scope model.Scope, group, was string) (string, error) {
	workspace := scope.WorkspaceID
	if workspace == "" && was != model.WholeDomain {
		workspace = was
	}
	switch group {
	case "SYSTEM", "DOMAIN":
		return model.WholeDomain, nil
	case "WORKSPACE", "PROJECT":
		if workspace == "" && scope.DomainID != "" { // a caller of no domain is not confined
			return "", apierror.Required("workspace_id")
		}
	}
	return workspace, nil
}

// mayLieIn refuses a new resource that would lie outside of the caller's projects, where he
// could not see it.
func mayLieIn(ctx context.Context, projectID string) error {
	switch {
	case scopeOf(ctx).HoldsProject(projectID):
		return nil
	case projectID == "":
		return apierror.Required("project_id")
	default:
		return apierror.PermissionDenied()
	}
}
