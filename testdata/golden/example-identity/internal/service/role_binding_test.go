package service_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/model"
	"github.com/cloudforet-io/identity/internal/service"
)

func TestRoleBindings(t *testing.T) {
	withWorld(t, func(t *testing.T, w world) {
		s := service.NewRoleBinding(w.managers)
		in := func(user, role, workspace string) *api.CreateRoleBindingRequest {
			group := api.CreateRoleBindingRequest_WORKSPACE
			if workspace == "" {
				group = api.CreateRoleBindingRequest_DOMAIN
			}
			return &api.CreateRoleBindingRequest{UserId: user, RoleId: role, WorkspaceId: workspace, ResourceGroup: group}
		}
		for name, c := range map[string]struct {
			req  *api.CreateRoleBindingRequest
			code string
		}{
			"a second role in a workspace":    {in("ann", model.ManagedWorkspaceMember, w.first), "ERROR_DUPLICATED_WORKSPACE_ROLE_BINDING"},
			"a second role in the domain":     {in("admin", model.ManagedDomainAdmin, ""), "ERROR_DUPLICATED_ROLE_BINDING"},
			"an owner of the domain":          {in("bob", model.ManagedWorkspaceOwner, ""), "ERROR_NOT_ALLOWED_ROLE_TYPE"},
			"an administrator in a workspace": {in("bob", model.ManagedDomainAdmin, w.first), "ERROR_NOT_ALLOWED_ROLE_TYPE"},
			"nobody":                          {in("nobody", model.ManagedWorkspaceOwner, w.first), absent},
			"no such role":                    {in("bob", "role-x", w.first), absent},
			"no such workspace":               {in("bob", model.ManagedWorkspaceOwner, "workspace-x"), absent},
			"no workspace":                    {&api.CreateRoleBindingRequest{UserId: "bob", RoleId: model.ManagedWorkspaceOwner, ResourceGroup: api.CreateRoleBindingRequest_WORKSPACE}, required},
			"no role":                         {in("bob", "", w.first), required},
		} {
			fails(t, c.code, w, admin, s.Create, c.req, name)
		}
		fails(t, denied, w, owner(w.first, "ann"), s.Create, in("bob", model.ManagedWorkspaceOwner, w.second), "another workspace")
		must(t, w, owner(w.first, "ann"), s.Create, in("bob", model.ManagedWorkspaceMember, ""+w.first))

		find := func(user, workspace string) string {
			found := must(t, w, admin, s.List, &api.RoleBindingSearchQuery{UserId: user, WorkspaceId: workspace}).GetResults()
			if assert.Len(t, found, 1) {
				return found[0].GetRoleBindingId()
			}
			return ""
		}
		users := func(workspace string) int32 {
			return must(t, w, admin, service.NewWorkspace(w.managers).Get, &api.WorkspaceRequest{WorkspaceId: workspace}).GetUserCount()
		}
		assert.EqualValues(t, 2, users(w.first))
		bob := find("bob", w.first)
		change := &api.UpdateRoleBindingRequest{RoleBindingId: bob, RoleId: model.ManagedDomainAdmin}
		fails(t, "ERROR_NOT_ALLOWED_ROLE_TYPE", w, admin, s.UpdateRole, change)
		change.RoleId = model.ManagedWorkspaceOwner
		changed := must(t, w, admin, s.UpdateRole, change)
		assert.Equal(t, api.RoleBindingInfo_WORKSPACE_OWNER, changed.GetRoleType())
		const self = "ERROR_NOT_ALLOWED_TO_UPDATE_OR_DELETE_ROLE_BY_SELF"
		fails(t, self, w, owner(w.first, "bob"), s.UpdateRole, change)
		fails(t, self, w, owner(w.first, "bob"), s.Delete, &api.RoleBindingRequest{RoleBindingId: bob})
		fails(t, absent, w, owner(w.second, "ann"), s.Delete, &api.RoleBindingRequest{RoleBindingId: bob}, "another workspace")
		must(t, w, owner(w.first, "ann"), s.Delete, &api.RoleBindingRequest{RoleBindingId: bob})
		assert.EqualValues(t, 1, users(w.first))
	})
}

// TestTheLastAdministrator stays, whoever wants to do without him.
func TestTheLastAdministrator(t *testing.T) {
	withWorld(t, func(t *testing.T, w world) {
		users, s := service.NewUser(w.managers), service.NewRoleBinding(w.managers)
		const last = "ERROR_LAST_ADMIN_CANNOT_DISABLED_DELETED"
		ask := &api.UserRequest{UserId: "admin"}
		system := admin
		system.OwnerType, system.Audience = model.OwnerSystem, "SYSTEM"
		own := must(t, w, admin, s.List, &api.RoleBindingSearchQuery{UserId: "admin"}).GetResults()[0].GetRoleBindingId()
		fails(t, last, w, admin, users.Disable, ask)
		fails(t, last, w, admin, users.Delete, ask)
		fails(t, "ERROR_LAST_DOMAIN_ADMIN_CANNOT_DELETE", w, system, s.Delete, &api.RoleBindingRequest{RoleBindingId: own})

		w.bind(t, "bob", model.ManagedDomainAdmin, "")
		fails(t, last, w, admin, users.Disable, ask, "who has never signed in is not counted on")
		w.signIn(t, "bob")
		bob := must(t, w, admin, users.Get, &api.UserRequest{UserId: "bob"})
		assert.Equal(t, api.UserInfo_DOMAIN_ADMIN, bob.GetRoleType())
		must(t, w, system, s.Delete, &api.RoleBindingRequest{RoleBindingId: own})
		assert.Equal(t, api.UserInfo_USER, must(t, w, system, users.Get, ask).GetRoleType())
		fails(t, last, w, system, users.Delete, &api.UserRequest{UserId: "bob"})
		must(t, w, system, users.Delete, ask)
		assert.Empty(t, must(t, w, system, s.List, &api.RoleBindingSearchQuery{UserId: "admin"}).GetResults())
	})
}

// Whoever is confined to permissions makes nobody who may do more.
func TestNobodyGivesMoreThanHeHas(t *testing.T) {
	withWorld(t, func(t *testing.T, w world) {
		confined := admin
		confined.Permissions = []string{"identity:", "inventory:Region.read"}
		roles, bindings := service.NewRole(w.managers), service.NewRoleBinding(w.managers)
		role := func(permissions ...string) *api.CreateRoleRequest {
			return &api.CreateRoleRequest{Name: "role", RoleType: api.RoleType_WORKSPACE_OWNER, Permissions: permissions}
		}
		fails(t, denied, w, confined, roles.Create, role(), "all")
		fails(t, denied, w, confined, roles.Create, role("inventory:Region.write"))
		fails(t, wrong, w, confined, roles.Create, role("inventory:Reg*"))
		reader := must(t, w, confined, roles.Create, role("inventory:Region.read"))
		bind := &api.CreateRoleBindingRequest{UserId: "bob", RoleId: model.ManagedWorkspaceOwner, WorkspaceId: w.first, ResourceGroup: api.CreateRoleBindingRequest_WORKSPACE}
		fails(t, denied, w, confined, bindings.Create, bind)
		bind.RoleId = reader.GetRoleId()
		must(t, w, confined, bindings.Create, bind)
		app := &api.CreateAppRequest{Name: "app", RoleId: model.ManagedDomainAdmin, ResourceGroup: api.CreateAppRequest_DOMAIN}
		fails(t, denied, w, confined, service.NewApp(w.managers).Create, app)
		fails(t, denied, w, confined, service.NewUser(w.managers).Update, &api.UpdateUserRequest{UserId: "ann", Password: "Another one 1"}, "he would sign in as her")
		must(t, w, admin, service.NewUser(w.managers).Update, &api.UpdateUserRequest{UserId: "ann", Password: "Another one 1"})
	})
}

func TestRolesInUse(t *testing.T) {
	withWorld(t, func(t *testing.T, w world) {
		s := service.NewRole(w.managers)
		const used = "ERROR_ROLE_IN_USED_AT_ROLE_BINDING"
		role := must(t, w, admin, s.Create, &api.CreateRoleRequest{Name: "reader", RoleType: api.RoleType_WORKSPACE_MEMBER, Permissions: []string{"a.read"}})
		ask := &api.RoleRequest{RoleId: role.GetRoleId()}
		w.bind(t, "bob", role.GetRoleId(), w.first)
		fails(t, used, w, admin, s.Disable, ask)
		fails(t, used, w, admin, s.Delete, ask)
		managed := &api.RoleRequest{RoleId: model.ManagedDomainAdmin}
		fails(t, denied, w, admin, s.Delete, managed)
		fails(t, denied, w, admin, s.Update, &api.UpdateRoleRequest{RoleId: model.ManagedDomainAdmin, Name: "x"})
		assert.Len(t, must(t, w, himself("ann"), s.ListBasicRole, &api.RoleSearchQuery{}).GetResults(), 4)
		assert.Len(t, must(t, w, owner(w.first, "ann"), s.List, &api.RoleSearchQuery{RoleType: api.RoleType_DOMAIN_ADMIN}).GetResults(), 1)
	})
}
