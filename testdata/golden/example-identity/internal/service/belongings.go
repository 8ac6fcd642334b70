package service

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"

	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// belongings know where users and workspaces are named: what goes with them, and what
// only forgets them.
type belongings struct {
	workspaces    manager.Workspace
	roleBindings  manager.RoleBinding
	projects      manager.Project
	projectGroups manager.ProjectGroup
	userGroups    manager.UserGroup
	apps          manager.App
}

func newBelongings(m manager.Managers) belongings {
	return belongings{
		workspaces: m.Workspace, roleBindings: m.RoleBinding, projects: m.Project,
		projectGroups: m.ProjectGroup, userGroups: m.UserGroup, apps: m.App,
	}
}

// removeUser removes the role bindings of a user, and takes him out of all lists.
func (b belongings) removeUser(ctx context.Context, user *model.User) error {
	scope, his := model.Scope{DomainID: user.DomainID}, where("user_id", user.UserID)
	bindings, err := all(ctx, scope, his, b.roleBindings.Each)
	if err != nil {
		return err
	}
	for i := range bindings {
		if err := b.roleBindings.Delete(ctx, scope, bindings[i].RoleBindingID); err != nil {
			return err
		}
		if err := b.countUsers(ctx, user.DomainID, bindings[i].WorkspaceID); err != nil {
			return err
		}
	}
	return b.forget(ctx, scope, user.UserID)
}

// forget takes a user out of projects and groups of a scope.
func (b belongings) forget(ctx context.Context, scope model.Scope, userID string) error {
	naming := where("users", userID)
	projects, err := all(ctx, scope, naming, b.projects.Each)
	if err != nil {
		return err
	}
	for i := range projects {
		projects[i].Users = without(projects[i].Users, userID)
		if err := b.projects.Update(ctx, scope, &projects[i], "users"); err != nil {
			return err
		}
	}
	groups, err := all(ctx, scope, naming, b.projectGroups.Each)
	if err != nil {
		return err
	}
	for i := range groups {
		groups[i].Users = without(groups[i].Users, userID)
		if err := b.projectGroups.Update(ctx, scope, &groups[i], "users"); err != nil {
			return err
		}
	}
	userGroups, err := all(ctx, scope, naming, b.userGroups.Each)
	if err != nil {
		return err
	}
	for i := range userGroups {
		userGroups[i].Users = without(userGroups[i].Users, userID)
		if err := b.userGroups.Update(ctx, scope, &userGroups[i], "users"); err != nil {
			return err
		}
	}
	return nil
}

// countUsers counts anew the users that have a role in a workspace.
func (b belongings) countUsers(ctx context.Context, domainID, workspaceID string) error {
	if workspaceID == model.AllWorkspaces {
		return nil
	}
	scope := model.Scope{DomainID: domainID}
	workspace, err := b.workspaces.GetForUpdate(ctx, scope, workspaceID)
	if err != nil {
		return err
	}
	q := where("workspace_id", workspaceID)
	q.CountOnly = true
	_, total, err := b.roleBindings.List(ctx, scope, q)
	if err != nil {
		return err
	}
	workspace.UserCount = int64(total)
	return b.workspaces.Update(ctx, scope, workspace, "user_count")
}

// checkUsers refuses users who have no role in a workspace.
func (b belongings) checkUsers(ctx context.Context, scope model.Scope, users []string) error {
	for _, userID := range users {
		q := where("workspace_id", scope.WorkspaceID, "user_id", userID)
		q.CountOnly = true
		_, total, err := b.roleBindings.List(ctx, model.Scope{DomainID: scope.DomainID}, q)
		if err != nil {
			return err
		}
		if total == 0 {
			return invalid("ERROR_USER_NOT_EXIST_IN_WORKSPACE", "The user %s has no role in the workspace %s.", userID, scope.WorkspaceID)
		}
	}
	return nil
}

// joined gives a list with more elements, each once.
func joined(list []string, more ...string) []string {
	for _, one := range more {
		if !slices.Contains(list, one) {
			list = append(list, one)
		}
	}
	return list
}

// all reads everything that a query selects before something is done with it.
func all[T any](
	ctx context.Context, scope model.Scope, q query.Query,
	each func(context.Context, model.Scope, query.Query, func(*T) error) error,
) (found []T, err error) {
	err = each(ctx, scope, q, func(item *T) error {
		found = append(found, *item)
		return nil
	})
	return found, err
}

// emptyWorkspace removes what belongs to a workspace. If that has projects, force has to
// say so.
func (b belongings) emptyWorkspace(ctx context.Context, workspace *model.Workspace, force bool) error {
	scope := model.Scope{DomainID: workspace.DomainID, WorkspaceID: workspace.WorkspaceID}
	projects, err := all(ctx, scope, query.Query{}, b.projects.Each)
	if err != nil {
		return err
	}
	if len(projects) > 0 && !force {
		return apierror.Invalid("force", fmt.Sprintf("the workspace has projects, %d of them: delete them first, or set force", len(projects)))
	}
	for i := range projects {
		if err := b.projects.Delete(ctx, scope, projects[i].ProjectID); err != nil {
			return err
		}
	}
	return cmp.Or(
		removeAll(ctx, scope, b.projectGroups.Each, b.projectGroups.Delete, func(g *model.ProjectGroup) string { return g.ProjectGroupID }),
		removeAll(ctx, scope, b.userGroups.Each, b.userGroups.Delete, func(g *model.UserGroup) string { return g.UserGroupID }),
		removeAll(ctx, scope, b.apps.Each, b.apps.Delete, func(a *model.App) string { return a.AppID }),
		removeAll(ctx, scope, b.roleBindings.Each, b.roleBindings.Delete, func(r *model.RoleBinding) string { return r.RoleBindingID }),
	)
}

// removeAll removes everything in a scope.
func removeAll[T any](
	ctx context.Context, scope model.Scope,
	each func(context.Context, model.Scope, query.Query, func(*T) error) error,
	remove func(context.Context, model.Scope, string) error, id func(*T) string,
) error {
	found, err := all(ctx, scope, query.Query{}, each)
	for i := range found {
		if err == nil {
			err = remove(ctx, scope, id(&found[i]))
		}
	}
	return err
}
