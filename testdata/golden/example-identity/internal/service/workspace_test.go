package service_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/model"
	"github.com/cloudforet-io/identity/internal/service"
)

func TestWorkspacesOfACaller(t *testing.T) {
	withWorld(t, func(t *testing.T, w world) {
		s := service.NewUserProfile(w.managers)
		names := func(user string) (found []string) {
			for _, workspace := range must(t, w, himself(user), s.GetWorkspaces, &api.UserProfileRequest{}).GetResults() {
				found = append(found, workspace.GetName()+" "+workspace.GetRoleType().String())
			}
			return found
		}
		assert.Equal(t, []string{"first WORKSPACE_OWNER", "second WORKSPACE_MEMBER"}, names("ann"))
		assert.Equal(t, []string{"second WORKSPACE_OWNER"}, names("bob"))
		assert.Equal(t, []string{"first ROLE_TYPE_NONE", "second ROLE_TYPE_NONE"}, names("admin"))
		must(t, w, admin, service.NewWorkspace(w.managers).Disable, &api.WorkspaceRequest{WorkspaceId: w.second})
		assert.Empty(t, names("bob"))
	})
}

func TestProfiles(t *testing.T) {
	withWorld(t, func(t *testing.T, w world) {
		s, ann := service.NewUserProfile(w.managers), himself("ann")
		changed := must(t, w, ann, s.Update, &api.UpdateUserProfileRequest{Email: "ann@acme.com", Timezone: "Asia/Seoul"})
		assert.Equal(t, "ann@acme.com", changed.GetEmail())
		assert.Equal(t, "ann", changed.GetUserId())
		fails(t, "ERROR_INCORRECT_EMAIL_FORMAT", w, ann, s.Update, &api.UpdateUserProfileRequest{Email: "ann"})
		fails(t, wrong, w, ann, s.Update, &api.UpdateUserProfileRequest{Timezone: "Nowhere"})

		change := func(current, next string) *api.UpdatePasswordUserProfileRequest {
			return &api.UpdatePasswordUserProfileRequest{CurrentPassword: current, NewPassword: next}
		}
		fails(t, required, w, ann, s.UpdatePassword, change("", "Another one 1"))
		fails(t, refused, w, ann, s.UpdatePassword, change("wrong", "Another one 1"))
		fails(t, "ERROR_INCORRECT_PASSWORD_FORMAT", w, ann, s.UpdatePassword, change(sesame, "no capitals 1"))
		fails(t, "ERROR_PASSWORD_NOT_CHANGED", w, ann, s.UpdatePassword, change(sesame, sesame))
		must(t, w, ann, s.UpdatePassword, change(sesame, "Another one 1"))
		must(t, w, ann, service.NewToken(w.managers).Issue, signIn("ann", "Another one 1"))
	})
}

func TestWorkspaceDelete(t *testing.T) {
	withWorld(t, func(t *testing.T, w world) {
		s, ann := service.NewWorkspace(w.managers), owner(w.first, "ann")
		projects := service.NewProject(w.managers)
		must(t, w, ann, projects.Create, &api.CreateProjectRequest{Name: "first", ProjectType: api.ProjectType_PRIVATE})
		ask := &api.WorkspaceDeleteRequest{WorkspaceId: w.first}
		fails(t, wrong, w, admin, s.Delete, ask, "it has a project")
		ask.Force = true
		must(t, w, admin, s.Delete, ask)
		fails(t, absent, w, admin, s.Get, &api.WorkspaceRequest{WorkspaceId: w.first})
		assert.Empty(t, must(t, w, admin, projects.List, &api.ProjectSearchQuery{}).GetResults())
		bound := must(t, w, admin, service.NewRoleBinding(w.managers).List, &api.RoleBindingSearchQuery{UserId: "ann"})
		assert.Len(t, bound.GetResults(), 1, "her role in the other one stays")
		must(t, w, admin, s.Check, &api.WorkspaceCheckRequest{WorkspaceId: w.second, DomainId: domainID})
		fails(t, absent, w, admin, s.Check, &api.WorkspaceCheckRequest{WorkspaceId: w.second, DomainId: "domain-2"})
	})
}

func TestProjectTree(t *testing.T) {
	withWorld(t, func(t *testing.T, w world) {
		bob, groups, projects := owner(w.second, "bob"), service.NewProjectGroup(w.managers), service.NewProject(w.managers)
		group := func(name, parent string) string {
			return must(t, w, bob, groups.Create, &api.CreateProjectGroupRequest{Name: name, ParentGroupId: parent}).GetProjectGroupId()
		}
		top := group("top", "")
		middle := group("middle", top)
		bottom := group("bottom", middle)
		project := must(t, w, bob, projects.Create, &api.CreateProjectRequest{Name: "p", ProjectGroupId: bottom, ProjectType: api.ProjectType_PRIVATE})
		move := &api.ChangeParentGroupRequest{ProjectGroupId: top, ParentGroupId: bottom}
		const below = "ERROR_NOT_ALLOWED_TO_CHANGE_PARENT_GROUP_TO_SUB_PROJECT_GROUP"
		fails(t, below, w, bob, groups.ChangeParentGroup, move)
		move.ParentGroupId = top
		fails(t, below, w, bob, groups.ChangeParentGroup, move)
		move.ParentGroupId = "project-group-x"
		fails(t, absent, w, bob, groups.ChangeParentGroup, move)
		fails(t, "ERROR_RELATED_PROJECT_GROUP_EXIST", w, bob, groups.Delete, &api.ProjectGroupRequest{ProjectGroupId: middle})
		fails(t, "ERROR_RELATED_PROJECT_EXIST", w, bob, groups.Delete, &api.ProjectGroupRequest{ProjectGroupId: bottom})

		in := func(req *api.ProjectSearchQuery) int { return len(must(t, w, bob, projects.List, req).GetResults()) }
		assert.Zero(t, in(&api.ProjectSearchQuery{ProjectGroupId: top}))
		assert.Equal(t, 1, in(&api.ProjectSearchQuery{ProjectGroupId: top, IncludeChildren: true}))
		assert.Equal(t, 1, in(&api.ProjectSearchQuery{ProjectGroupId: bottom}))

		users := &api.UsersProjectRequest{ProjectId: project.GetProjectId(), Users: []string{"ann", "ann"}}
		assert.Equal(t, []string{"ann"}, must(t, w, bob, projects.AddUsers, users).GetUsers())
		assert.Equal(t, 1, in(&api.ProjectSearchQuery{UserId: "ann"}))
		users.Users = []string{"admin"}
		fails(t, "ERROR_USER_NOT_EXIST_IN_WORKSPACE", w, bob, projects.AddUsers, users)
		member := bob
		member.RoleType, member.Audience, member.Projects = model.WorkspaceMember, "ann", []string{}
		fails(t, absent, w, member, projects.Get, &api.ProjectRequest{ProjectId: project.GetProjectId()}, "his token says none")
		member.Projects = []string{project.GetProjectId()}
		must(t, w, member, projects.Get, &api.ProjectRequest{ProjectId: project.GetProjectId()})

		kind := &api.UpdateProjectTypeRequest{ProjectId: project.GetProjectId(), ProjectType: api.ProjectType_PUBLIC}
		assert.Empty(t, must(t, w, bob, projects.UpdateProjectType, kind).GetUsers())
		users.Users = []string{"ann"}
		fails(t, "ERROR_NOT_ALLOWED_ADD_USER_TO_PUBLIC_PROJECT", w, bob, projects.AddUsers, users)
		must(t, w, bob, projects.ChangeProjectGroup, &api.ChangeProjectGroupRequest{ProjectId: project.GetProjectId()})
		must(t, w, bob, groups.Delete, &api.ProjectGroupRequest{ProjectGroupId: bottom})
	})
}
