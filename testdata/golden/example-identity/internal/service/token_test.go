package service_test

import (
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/model"
	"github.com/cloudforet-io/identity/internal/service"
)

func TestIssue(t *testing.T) {
	withWorld(t, func(t *testing.T, w world) {
		tokens := w.signIn(t, "ann")
		access, refresh := w.read(t, tokens.GetAccessToken()), w.read(t, tokens.GetRefreshToken())
		assert.Equal(t, model.AccessToken, access.TokenType)
		assert.Equal(t, model.RefreshToken, refresh.TokenType)
		for _, claims := range []*model.Claims{access, refresh} {
			assert.Equal(t, model.RoleUser, claims.RoleType)
			assert.Equal(t, model.OwnerUser, claims.OwnerType)
			assert.Equal(t, "ann", claims.Audience)
			assert.Equal(t, domainID, claims.DomainID)
			assert.Equal(t, "2.0", claims.Version)
		}
		assert.Empty(t, access.SessionID, "services need not know")
		assert.InDelta(t, time.Now().Add(30*time.Minute).Unix(), access.ExpiresAt, 2)
		assert.InDelta(t, time.Now().Add(3*time.Hour).Unix(), refresh.ExpiresAt, 2)
		assert.Equal(t, model.RoleUser, w.read(t, w.signIn(t, "admin").GetAccessToken()).RoleType, "for more, a token is granted")

		ann := must(t, w, admin, service.NewUser(w.managers).Get, &api.UserRequest{UserId: "ann"})
		assert.Equal(t, api.UserInfo_ENABLED, ann.GetState())
		assert.NotEmpty(t, ann.GetLastAccessedAt())

		brief := signIn("ann", sesame)
		brief.Timeout = 60
		tokens = must(t, w, admin, service.NewToken(w.managers).Issue, brief)
		assert.InDelta(t, time.Now().Add(time.Minute).Unix(), w.read(t, tokens.GetAccessToken()).ExpiresAt, 2)
	})
}

func TestIssueRefuses(t *testing.T) {
	withWorld(t, func(t *testing.T, w world) {
		for name, c := range map[string]struct {
			change func(*api.IssueTokenRequest)
			code   string
		}{
			"no credentials":         {func(r *api.IssueTokenRequest) { r.Credentials = nil }, required},
			"no user":                {func(r *api.IssueTokenRequest) { delete(r.GetCredentials().GetFields(), "user_id") }, required},
			"no password":            {func(r *api.IssueTokenRequest) { delete(r.GetCredentials().GetFields(), "password") }, required},
			"no type":                {func(r *api.IssueTokenRequest) { r.AuthType = 0 }, required},
			"another type":           {func(r *api.IssueTokenRequest) { r.AuthType = api.IssueTokenRequest_EXTERNAL }, "ERROR_INVALID_AUTHENTICATION_TYPE"},
			"no domain":              {func(r *api.IssueTokenRequest) { r.DomainId = "" }, required},
			"a domain without users": {func(r *api.IssueTokenRequest) { r.DomainId = "domain-x" }, refused},
			"a negative time":        {func(r *api.IssueTokenRequest) { r.Timeout = -1 }, wrong},
		} {
			req := signIn("ann", sesame)
			c.change(req)
			fails(t, c.code, w, admin, service.NewToken(w.managers).Issue, req, name)
		}
	})
}

func refresh(token string, scope api.GrantTokenRequest_Scope, workspace string) *api.GrantTokenRequest {
	return &api.GrantTokenRequest{GrantType: api.GrantTokenRequest_REFRESH_TOKEN, Token: token, Scope: scope, WorkspaceId: workspace}
}

func TestGrant(t *testing.T) {
	const (
		system    = api.GrantTokenRequest_SYSTEM
		domain    = api.GrantTokenRequest_DOMAIN
		workspace = api.GrantTokenRequest_WORKSPACE
		project   = api.GrantTokenRequest_PROJECT
		user      = api.GrantTokenRequest_USER
	)
	withWorld(t, func(t *testing.T, w world) {
		third := w.workspace(t, "third")
		must(t, w, admin, service.NewWorkspace(w.managers).Disable, &api.WorkspaceRequest{WorkspaceId: third})
		s := service.NewToken(w.managers)
		for name, c := range map[string]struct {
			user      string
			scope     api.GrantTokenRequest_Scope
			workspace string
			role      string // or the code of the error
			roleID    string
		}{
			"an administrator of his domain":    {"admin", domain, "", model.DomainAdmin, model.ManagedDomainAdmin},
			"an administrator of any workspace": {"admin", workspace, w.first, model.WorkspaceOwner, model.ManagedDomainAdmin},
			"an administrator as himself":       {"admin", user, "", model.RoleUser, model.ManagedDomainAdmin},
			"an administrator of the platform":  {"admin", system, "", denied, ""},
			"an owner":                          {"ann", workspace, w.first, model.WorkspaceOwner, model.ManagedWorkspaceOwner},
			"a member":                          {"ann", workspace, w.second, model.WorkspaceMember, model.ManagedWorkspaceMember},
			"a user as himself":                 {"ann", user, "", model.RoleUser, ""},
			"a stranger":                        {"bob", workspace, w.first, denied, ""},
			"a user who wants the domain":       {"ann", domain, "", denied, ""},
			"a workspace that is not there":     {"ann", workspace, "workspace-x", absent, ""},
			"a workspace that is disabled":      {"admin", workspace, third, "ERROR_WORKSPACE_STATE", ""},
			"no workspace":                      {"ann", workspace, "", required, ""},
			"no scope":                          {"ann", api.GrantTokenRequest_SCOPE_NONE, "", required, ""},
			"a scope of no role":                {"ann", project, "", wrong, ""},
			"a scope that nobody knows":         {"ann", 9, "", wrong, ""},
		} {
			token := w.signIn(t, c.user).GetRefreshToken()
			granted, err := s.Grant(t.Context(), refresh(token, c.scope, c.workspace))
			if err != nil {
				assert.Equal(t, c.role, apierror.From(err).Code, "%s: %v", name, err)
				continue
			}
			claims := w.read(t, granted.GetAccessToken())
			assert.Equal(t, c.role, claims.RoleType, name)
			assert.Equal(t, c.role, granted.GetRoleType().String(), name)
			assert.Equal(t, c.roleID, granted.GetRoleId(), name)
			assert.Equal(t, c.workspace, claims.WorkspaceID, name)
			assert.Equal(t, c.workspace, granted.GetWorkspaceId(), name)
			assert.Equal(t, domainID, granted.GetDomainId(), name)
			assert.Equal(t, c.user, claims.Audience, name)
			assert.Equal(t, model.AccessToken, claims.TokenType, name)
			assert.Nil(t, claims.Permissions, name)
		}
	})
}

// A token says what its owner may do: by the permissions of his role, the projects that he
// sees, and the groups that he is in.
func TestGrantSaysWhatOneMayDo(t *testing.T) {
	withWorld(t, func(t *testing.T, w world) {
		s, bob := service.NewToken(w.managers), owner(w.second, "bob")
		projects, groups := service.NewProject(w.managers), service.NewProjectGroup(w.managers)
		group := func(name, parent string) string {
			return must(t, w, bob, groups.Create, &api.CreateProjectGroupRequest{Name: name, ParentGroupId: parent}).GetProjectGroupId()
		}
		project := func(name, group string, kind api.ProjectType) string {
			req := &api.CreateProjectRequest{Name: name, ProjectGroupId: group, ProjectType: kind}
			return must(t, w, bob, projects.Create, req).GetProjectId()
		}
		top := group("top", "")
		below := group("below", top)
		public := project("public", "", api.ProjectType_PUBLIC)
		own := project("own", "", api.ProjectType_PRIVATE)
		project("of others", "", api.ProjectType_PRIVATE)
		inTree := project("in the tree", below, api.ProjectType_PRIVATE)
		must(t, w, bob, projects.AddUsers, &api.UsersProjectRequest{ProjectId: own, Users: []string{"ann"}})
		must(t, w, bob, groups.AddUsers, &api.UsersProjectGroupRequest{ProjectGroupId: top, Users: []string{"ann"}})
		userGroups := service.NewUserGroup(w.managers)
		friends := must(t, w, bob, userGroups.Create, &api.CreateUserGroupRequest{Name: "friends"}).GetUserGroupId()
		must(t, w, bob, userGroups.AddUsers, &api.UsersUserGroupRequest{UserGroupId: friends, Users: []string{"ann"}})

		token := w.signIn(t, "ann").GetRefreshToken()
		claims := func(workspace string) *model.Claims {
			granted, err := s.Grant(t.Context(), refresh(token, api.GrantTokenRequest_WORKSPACE, workspace))
			require.NoError(t, err)
			return w.read(t, granted.GetAccessToken())
		}
		member := claims(w.second)
		assert.ElementsMatch(t, []string{public, own, inTree}, member.Projects)
		assert.Equal(t, []string{friends}, member.UserGroups)
		assert.Empty(t, claims(w.first).Projects, "an owner is not confined")
		assert.Empty(t, claims(w.first).UserGroups)

		reader := must(t, w, admin, service.NewRole(w.managers).Create, &api.CreateRoleRequest{
			Name: "reader", RoleType: api.RoleType_WORKSPACE_OWNER, Permissions: []string{"inventory:Region.read"},
		})
		bindings := must(t, w, admin, service.NewRoleBinding(w.managers).List, &api.RoleBindingSearchQuery{UserId: "ann", WorkspaceId: w.first})
		must(t, w, admin, service.NewRoleBinding(w.managers).UpdateRole, &api.UpdateRoleBindingRequest{
			RoleBindingId: bindings.GetResults()[0].GetRoleBindingId(), RoleId: reader.GetRoleId(),
		})
		assert.Equal(t, []string{"inventory:Region.read"}, claims(w.first).Permissions)
	})
}

func TestGrantAsksHowTheUserIsNow(t *testing.T) {
	withWorld(t, func(t *testing.T, w world) {
		s, users := service.NewToken(w.managers), service.NewUser(w.managers)
		ask := &api.UserRequest{UserId: "ann"}
		grant := func(token string) error {
			_, err := s.Grant(t.Context(), refresh(token, api.GrantTokenRequest_USER, ""))
			return err
		}
		token := w.signIn(t, "ann").GetRefreshToken()
		require.NoError(t, grant(token))
		require.NoError(t, grant(token), "as often as one likes")

		must(t, w, admin, users.SetRequiredActions, &api.SetRequiredActionsUserRequest{
			UserId: "ann", RequiredActions: []api.UserRequiredAction{api.UserRequiredAction_UPDATE_PASSWORD},
		})
		assert.Equal(t, "ERROR_UPDATE_PASSWORD_REQUIRED", apierror.From(grant(token)).Code)
		access := w.read(t, w.signIn(t, "ann").GetAccessToken())
		assert.Equal(t, []string{"identity:UserProfile"}, access.Permissions)
		must(t, w, himself("ann"), service.NewUserProfile(w.managers).UpdatePassword,
			&api.UpdatePasswordUserProfileRequest{NewPassword: "Another one 1"})
		assert.Equal(t, refused, apierror.From(grant(token)).Code, "her sessions have ended")

		tokens, err := s.Issue(t.Context(), signIn("ann", "Another one 1"))
		require.NoError(t, err)
		require.NoError(t, grant(tokens.GetRefreshToken()))
		must(t, w, admin, users.Disable, ask)
		assert.Equal(t, refused, apierror.From(grant(tokens.GetRefreshToken())).Code)
		must(t, w, admin, users.Enable, ask)
		assert.Equal(t, refused, apierror.From(grant(tokens.GetRefreshToken())).Code, "the session does not come back")

		tokens = w.signIn(t, "bob")
		_, err = s.Revoke(t.Context(), &api.RevokeTokenRequest{RefreshToken: tokens.GetRefreshToken()})
		require.NoError(t, err)
		assert.Equal(t, refused, apierror.From(grant(tokens.GetRefreshToken())).Code)
	})
}

func TestGrantRefusesTokensOfOthers(t *testing.T) {
	withWorld(t, func(t *testing.T, w world) {
		domain, err := w.managers.Domain.Get(t.Context(), model.Scope{}, domainID)
		require.NoError(t, err)
		sign := func(typ, owner string) string {
			token, err := w.managers.Signer.Sign(domain, model.Claims{
				RoleType: model.DomainAdmin, Audience: "admin", ExpiresAt: time.Now().Add(time.Hour).Unix(), TokenType: typ, OwnerType: owner,
			})
			require.NoError(t, err)
			return token
		}
		s := service.NewToken(w.managers)
		for name, token := range map[string]string{
			"an access token": w.signIn(t, "admin").GetAccessToken(),
			"an app's":        sign(model.ClientSecret, model.OwnerApp),
			"an app's access": sign(model.RefreshToken, model.OwnerApp),
			"the platform's":  sign(model.SystemToken, model.OwnerSystem),
			"no session":      sign(model.RefreshToken, model.OwnerUser),
			"nonsense":        "x.y.z",
		} {
			_, err := s.Grant(t.Context(), refresh(token, api.GrantTokenRequest_DOMAIN, ""))
			assert.Equal(t, refused, apierror.From(err).Code, name)
		}
		for name, req := range map[string]*api.GrantTokenRequest{
			"no token": {GrantType: api.GrantTokenRequest_REFRESH_TOKEN, Scope: api.GrantTokenRequest_USER},
			"no type":  {Token: "x", Scope: api.GrantTokenRequest_USER},
		} {
			_, err := s.Grant(t.Context(), req)
			assert.Equal(t, required, apierror.From(err).Code, name)
		}
		_, err = s.Revoke(t.Context(), new(api.RevokeTokenRequest))
		assert.Equal(t, required, apierror.From(err).Code)
	})
}

// TestGrantToThePlatform has the system token act in a workspace.
func TestGrantToThePlatform(t *testing.T) {
	withWorld(t, func(t *testing.T, w world) {
		begun, err := service.NewBootstrap(w.managers).Run(t.Context(), service.First{Domain: domainID, UserID: "admin", SystemToken: time.Hour})
		require.NoError(t, err)
		s := service.NewToken(w.managers)
		req := &api.GrantTokenRequest{
			GrantType: api.GrantTokenRequest_SYSTEM_TOKEN, Token: begun.SystemToken, Scope: api.GrantTokenRequest_WORKSPACE,
			DomainId: domainID, WorkspaceId: w.first, Permissions: []string{"inventory:Region.read"}, Timeout: 60,
		}
		granted, err := s.Grant(t.Context(), req)
		require.NoError(t, err)
		claims := w.read(t, granted.GetAccessToken())
		assert.Equal(t, model.WorkspaceOwner, claims.RoleType)
		assert.Equal(t, model.OwnerSystem, claims.OwnerType)
		assert.Equal(t, w.first, claims.WorkspaceID)
		assert.Equal(t, domainID, claims.DomainID)
		assert.Equal(t, []string{"inventory:Region.read"}, claims.Permissions)

		req.Scope = api.GrantTokenRequest_DOMAIN
		_, err = s.Grant(t.Context(), req)
		assert.Equal(t, denied, apierror.From(err).Code)
		req.Scope, req.DomainId = api.GrantTokenRequest_WORKSPACE, "domain-x"
		_, err = s.Grant(t.Context(), req)
		assert.Equal(t, absent, apierror.From(err).Code)
	})
}
