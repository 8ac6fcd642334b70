package service

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/query"

	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// projectPublic is the type of projects that all members of a workspace see.
const projectPublic = "PUBLIC"

// A projectTree is the groups of projects of a workspace, by identifier.
type projectTree map[string]*model.ProjectGroup

// tree reads the groups of a workspace.
func tree(ctx context.Context, groups manager.ProjectGroup, scope model.Scope) (projectTree, error) {
	found := projectTree{}
	err := groups.Each(ctx, scope, query.Query{}, func(group *model.ProjectGroup) error {
		found[group.ProjectGroupID] = new(model.ProjectGroup)
		*found[group.ProjectGroupID] = *group
		return nil
	})
	return found, err
}

// above reports whether a group, or one that it lies in, is so.
func (t projectTree) above(id string, is func(*model.ProjectGroup) bool) bool {
	seen := map[string]bool{} // a tree that bites its tail must not hang a call
	for group := t[id]; group != nil && !seen[group.ProjectGroupID]; group = t[group.ParentGroupID] {
		if is(group) {
			return true
		}
		seen[group.ProjectGroupID] = true
	}
	return false
}

// below are the groups that are so, and all that lie in them.
func (t projectTree) below(is func(*model.ProjectGroup) bool) map[string]bool {
	found := map[string]bool{}
	for id := range t {
		if t.above(id, is) {
			found[id] = true
		}
	}
	return found
}

// under are a group and all that lie in it.
func (t projectTree) under(id string) map[string]bool {
	return t.below(func(group *model.ProjectGroup) bool { return group.ProjectGroupID == id })
}
