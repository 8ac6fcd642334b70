package service

import (
	"cmp"
	"context"

	"github.com/cloudforet-io/spacegen/core/apierror"

	"github.com/cloudforet-io/inventory/internal/model"
)

// scopeFor is scopeOf, confined further to the domain and the workspace that a request
// names. Naming another than one's own is denied.
func scopeFor(ctx context.Context, domainID, workspaceID string) (model.Scope, error) {
	scope := scopeOf(ctx)
	if domainID != "" && scope.DomainID != "" && scope.DomainID != domainID ||
		workspaceID != "" && scope.WorkspaceID != "" && scope.WorkspaceID != workspaceID {
		return model.Scope{}, apierror.PermissionDenied()
	}
	scope.DomainID = cmp.Or(scope.DomainID, domainID)
	scope.WorkspaceID = cmp.Or(scope.WorkspaceID, workspaceID)
	return scope, nil
}
