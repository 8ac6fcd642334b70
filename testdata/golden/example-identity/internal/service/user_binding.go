package service

import (
	"github.com/cloudforet-io/spacegen/core/apierror"

	"github.com/cloudforet-io/identity/internal/model"
)

// checkBindings refuses roles in no workspace, workspaces without a role, two
// roles in one, and projects of others than members, whom they would not confine.
func checkBindings(bindings []model.RoleBinding) error {
	seen := map[string]bool{}
	for _, binding := range bindings {
		switch {
		case binding.WorkspaceID == "":
			return apierror.Required("role_bindings.workspace_id")
		case binding.RoleType != model.WorkspaceOwner && binding.RoleType != model.WorkspaceMember:
			return apierror.Required("role_bindings.role_type")
		case binding.RoleType != model.WorkspaceMember && len(binding.Projects) > 0:
			return apierror.Invalid("role_bindings.projects", "only members of a workspace are confined to some")
		case seen[binding.WorkspaceID]:
			return apierror.Invalid("role_bindings", "two roles in one workspace")
		}
		seen[binding.WorkspaceID] = true
	}
	return nil
}
