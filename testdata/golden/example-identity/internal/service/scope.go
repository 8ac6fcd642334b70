package service

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"

	"github.com/cloudforet-io/identity/internal/model"
)

// domainScope is the domain that a call is about, without the workspace: what belongs
// to a domain as a whole is seen from all of its workspaces. There has to be one, which
// the platform itself names by x_domain_id.
func domainScope(ctx context.Context) (model.Scope, error) {
	scope := model.Scope{DomainID: scopeOf(ctx).DomainID}
	if scope.DomainID == "" {
		return scope, apierror.Required("domain_id")
	}
	return scope, nil
}

// workspaceScope is the workspace that a call is about. There has to be one.
func workspaceScope(ctx context.Context) (model.Scope, error) {
	scope := scopeOf(ctx)
	switch {
	case scope.DomainID == "":
		return scope, apierror.Required("domain_id")
	case scope.WorkspaceID == "":
		return scope, apierror.Required("workspace_id")
	default:
		return scope, nil
	}
}

// callerOf is who calls, as far as his role goes; nil if nobody asked.
func callerOf(ctx context.Context) *pipeline.Identity { return pipeline.TransactionFrom(ctx).Identity }

// callerID is the user or the app that calls.
func callerID(ctx context.Context) string {
	if caller := callerOf(ctx); caller != nil {
		return caller.Audience
	}
	return ""
}
