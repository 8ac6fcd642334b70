package handler

import (
	"slices"

	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// projectsOf are the projects that a caller is confined to; nil: he is not. A member of a
// workspace always is, so that one without projects sees nothing of any. All others are
// if their token names some.
func projectsOf(caller *pipeline.Identity) []string {
	if caller.TokenType == systemToken || caller.RoleType != workspaceMember && len(caller.Projects) == 0 {
		return nil
	}
	projects := slices.Clone(caller.Projects)
	return append([]string{}, slices.DeleteFunc(projects, func(id string) bool { return id == "" })...)
}
