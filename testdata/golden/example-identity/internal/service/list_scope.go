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
