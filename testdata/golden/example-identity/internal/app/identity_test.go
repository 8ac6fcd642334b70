package app_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/emptypb"

	corev2 "github.com/cloudforet-io/identity/gen/go/spaceone/api/core/v2"
	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/core/signing"
	"github.com/cloudforet-io/identity/internal/model"
)

const (
	unauthenticated = "ERROR_AUTHENTICATE_FAILURE"
	denied          = "ERROR_PERMISSION_DENIED"
)

func newAdmin(userID string) *api.Admin { return &api.Admin{UserId: userID, Password: passwordOfAdmin} }

func TestSignInAndCall(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		users := new(api.UsersInfo)
		require.ErrorContains(t, p.call(t, "User.list", "", &api.UserSearchQuery{}, users), unauthenticated)

		info := new(api.DomainAuthInfo)
		require.NoError(t, p.call(t, "Domain.get_auth_info", "", &api.GetDomainAuthRequest{Name: "acme"}, info), "that needs no token")
		assert.Equal(t, p.domainID, info.GetDomainId())
		assert.Equal(t, api.DomainAuthInfo_DISABLED, info.GetExternalAuthState())
		tokens := p.signIn(t, info.GetDomainId(), "admin", passwordOfAdmin)
		require.ErrorContains(t, p.call(t, "User.list", tokens.GetAccessToken(), &api.UserSearchQuery{}, users), denied, "he has to be granted that")
		profile := new(api.UserInfo)
		require.NoError(t, p.call(t, "UserProfile.get", tokens.GetAccessToken(), &api.UserProfileRequest{}, profile))
		assert.Equal(t, "admin", profile.GetUserId())
		token := p.granted(t, tokens, api.GrantTokenRequest_DOMAIN, "")
		require.NoError(t, p.call(t, "User.list", token, &api.UserSearchQuery{}, users))
		require.Len(t, users.GetResults(), 1)
		assert.Equal(t, "admin", users.GetResults()[0].GetUserId())
		assert.ErrorContains(t, p.call(t, "User.list", tokens.GetRefreshToken(), &api.UserSearchQuery{}, users), unauthenticated)
	})
}

func TestFailedSignInsAreAlike(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		var said []string
		for name, req := range map[string]*api.IssueTokenRequest{
			"a wrong password": byPassword(p.domainID, "admin", "wrong password"),
			"nobody":           byPassword(p.domainID, "nobody", passwordOfAdmin),
			"no such domain":   byPassword("domain-x", "admin", passwordOfAdmin),
		} {
			err := p.call(t, "Token.issue", "", req, new(api.TokenInfo))
			require.ErrorContains(t, err, unauthenticated, name)
			said = append(said, err.Error())
		}
		for _, one := range said {
			assert.Equal(t, said[0], one)
		}
		err := p.call(t, "Token.issue", "", byPassword("", "admin", "x"), new(api.TokenInfo))
		assert.ErrorContains(t, err, "ERROR_REQUIRED_PARAMETER")
	})
}

func TestAnotherDomainSeesNothing(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		domain := new(api.DomainInfo)
		create := &api.CreateDomainRequest{Name: t.Name(), Admin: newAdmin("admin")}
		own := p.admin(t, p.domainID, "admin", passwordOfAdmin)
		require.ErrorContains(t, p.call(t, "Domain.create", own, create, domain), denied, "that is for the platform alone")
		require.NoError(t, p.call(t, "Domain.create", p.system, create, domain))

		other := p.admin(t, domain.GetDomainId(), "admin", passwordOfAdmin)
		ann := &api.CreateUserRequest{UserId: "ann-" + t.Name(), Password: "Long enough 1"}
		require.NoError(t, p.call(t, "User.create", own, ann, new(api.UserInfo)))
		ask := &api.UserRequest{UserId: ann.GetUserId()}
		require.NoError(t, p.call(t, "User.get", own, ask, new(api.UserInfo)))
		assert.ErrorContains(t, p.call(t, "User.get", other, ask, new(api.UserInfo)), "ERROR_NOT_FOUND")
		change := &api.UpdateUserRequest{UserId: ann.GetUserId(), Name: "Ann", Password: "Longer still 2"}
		assert.ErrorContains(t, p.call(t, "User.update", other, change, new(api.UserInfo)), "ERROR_NOT_FOUND")
		require.NoError(t, p.call(t, "User.update", own, change, new(api.UserInfo)))
		p.signIn(t, p.domainID, ann.GetUserId(), "Longer still 2")
		users := new(api.UsersInfo)
		require.NoError(t, p.call(t, "User.list", other, &api.UserSearchQuery{}, users))
		require.Len(t, users.GetResults(), 1)
		assert.Equal(t, domain.GetDomainId(), users.GetResults()[0].GetDomainId())
		assert.ErrorContains(t, p.call(t, "Domain.list", other, &api.DomainSearchQuery{}, new(api.DomainsInfo)), denied)
	})
}

// TestWhoIsGoneMakesNobody: his token holds on for a while.
func TestWhoIsGoneMakesNobody(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		domain := new(api.DomainInfo)
		create := &api.CreateDomainRequest{Name: t.Name(), Admin: newAdmin("ann")}
		require.NoError(t, p.call(t, "Domain.create", p.system, create, domain))
		user := func(name string) *api.CreateUserRequest {
			return &api.CreateUserRequest{UserId: name, Password: passwordOfAdmin}
		}
		ask := &api.UserRequest{UserId: "ann"}
		ann := p.admin(t, domain.GetDomainId(), "ann", passwordOfAdmin)
		assert.ErrorContains(t, p.call(t, "User.disable", ann, ask, new(api.UserInfo)), "ERROR_LAST_ADMIN_CANNOT_DISABLED_DELETED")
		require.NoError(t, p.call(t, "User.create", ann, user("bob"), new(api.UserInfo)))
		heir := &api.CreateRoleBindingRequest{UserId: "bob", RoleId: model.ManagedDomainAdmin, ResourceGroup: api.CreateRoleBindingRequest_DOMAIN}
		require.NoError(t, p.call(t, "RoleBinding.create", ann, heir, new(api.RoleBindingInfo)))
		bob := p.admin(t, domain.GetDomainId(), "bob", passwordOfAdmin)

		require.NoError(t, p.call(t, "User.disable", bob, ask, new(api.UserInfo)))
		assert.ErrorContains(t, p.call(t, "User.create", ann, user("cid"), new(api.UserInfo)), unauthenticated)
		assert.ErrorContains(t, p.call(t, "User.enable", ann, ask, new(api.UserInfo)), unauthenticated)
		require.NoError(t, p.call(t, "User.delete", bob, ask, new(emptypb.Empty)))
		assert.ErrorContains(t, p.call(t, "User.create", ann, user("cid"), new(api.UserInfo)), unauthenticated)
		assert.ErrorContains(t, p.call(t, "User.delete", ann, &api.UserRequest{UserId: "bob"}, new(emptypb.Empty)), unauthenticated)
		require.NoError(t, p.call(t, "User.create", bob, user("cid"), new(api.UserInfo)))
	})
}

func TestSignOut(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		tokens := p.signIn(t, p.domainID, "admin", passwordOfAdmin)
		p.granted(t, tokens, api.GrantTokenRequest_DOMAIN, "")
		again := grant(tokens, api.GrantTokenRequest_DOMAIN, "")
		again.Token = tokens.GetAccessToken()
		assert.ErrorContains(t, p.call(t, "Token.grant", "", again, new(api.GrantTokenInfo)), unauthenticated, "an access token renews nothing")

		revoke := &api.RevokeTokenRequest{RefreshToken: tokens.GetRefreshToken()}
		require.NoError(t, p.call(t, "Token.revoke", "", revoke, new(emptypb.Empty)))
		again.Token = tokens.GetRefreshToken()
		assert.ErrorContains(t, p.call(t, "Token.grant", "", again, new(api.GrantTokenInfo)), unauthenticated)
	})
}

func TestTokensThatDoNotHold(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		key := p.key(t, p.domainID)
		stranger, err := signing.NewKeys(signing.RS256)
		require.NoError(t, err)
		list := func(token string) error {
			return p.call(t, "User.list", token, &api.UserSearchQuery{}, new(api.UsersInfo))
		}
		require.NoError(t, list(sign(t, key, p.domainID, func(*model.Claims) {})))
		for name, token := range map[string]string{
			"an expired one": sign(t, key, p.domainID, func(c *model.Claims) { c.ExpiresAt = time.Now().Add(-time.Minute).Unix() }),
			"a wrong key":    sign(t, stranger, p.domainID, func(*model.Claims) {}),
			"a system token by a wrong key": sign(t, stranger, p.domainID, func(c *model.Claims) {
				c.TokenType, c.RoleType = model.SystemToken, model.SystemToken
			}),
			"a system token of a domain": sign(t, key, p.domainID, func(c *model.Claims) {
				c.TokenType, c.RoleType = model.SystemToken, model.SystemToken
			}),
			"a domain that is not there": sign(t, key, "domain-x", func(*model.Claims) {}),
			"no token at all":            "x.y.z",
		} {
			assert.ErrorContains(t, list(token), unauthenticated, name)
			req := grant(&api.TokenInfo{RefreshToken: token}, api.GrantTokenRequest_DOMAIN, "")
			assert.ErrorContains(t, p.call(t, "Token.grant", "", req, new(api.GrantTokenInfo)), unauthenticated, name)
		}
	})
}

func TestPublicKeyNeedsNoToken(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		if t.Name() != "TestPublicKeyNeedsNoToken/grpc" {
			t.Skip("Domain.get_public_key has no REST form")
		}
		key := new(corev2.AuthenticationResponse)
		require.NoError(t, p.call(t, "Domain.get_public_key", "", &corev2.AuthenticationRequest{DomainId: p.domainID}, key))
		want, err := signing.PublicKey(p.key(t, p.domainID))
		require.NoError(t, err)
		assert.JSONEq(t, want, key.GetPublicKey())
		assert.Equal(t, p.domainID, key.GetDomainId())
		assert.NotContains(t, key.GetPublicKey(), `"d"`)
		err = p.call(t, "Domain.get_public_key", "", &corev2.AuthenticationRequest{DomainId: "domain-x"}, key)
		assert.ErrorContains(t, err, "ERROR_NOT_FOUND")
	})
}

func TestADomainThatIsDisabledIsKeptOut(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		domain := new(api.DomainInfo)
		create := &api.CreateDomainRequest{Name: t.Name(), Admin: newAdmin("ann")}
		require.NoError(t, p.call(t, "Domain.create", p.system, create, domain))
		tokens := p.signIn(t, domain.GetDomainId(), "ann", passwordOfAdmin)
		token := p.granted(t, tokens, api.GrantTokenRequest_DOMAIN, "")
		ask := &api.DomainRequest{DomainId: domain.GetDomainId()}
		require.NoError(t, p.call(t, "Domain.disable", p.system, ask, domain))
		assert.Equal(t, api.DomainInfo_DISABLED, domain.GetState())
		assert.ErrorContains(t, p.call(t, "User.list", token, &api.UserSearchQuery{}, new(api.UsersInfo)), unauthenticated)
		assert.ErrorContains(t, p.call(t, "Token.grant", "", grant(tokens, api.GrantTokenRequest_DOMAIN, ""), new(api.GrantTokenInfo)), unauthenticated)
		issue := byPassword(domain.GetDomainId(), "ann", passwordOfAdmin)
		assert.ErrorContains(t, p.call(t, "Token.issue", "", issue, new(api.TokenInfo)), unauthenticated)

		require.NoError(t, p.call(t, "Domain.enable", p.system, ask, domain))
		p.signIn(t, domain.GetDomainId(), "ann", passwordOfAdmin)
		require.NoError(t, p.call(t, "Domain.delete", p.system, ask, new(emptypb.Empty)))
		assert.ErrorContains(t, p.call(t, "Token.issue", "", issue, new(api.TokenInfo)), unauthenticated)

		own := &api.DomainRequest{DomainId: model.RootDomain}
		assert.ErrorContains(t, p.call(t, "Domain.delete", p.system, own, new(emptypb.Empty)), "ERROR_INVALID_PARAMETER")
		assert.ErrorContains(t, p.call(t, "Domain.disable", p.system, own, new(api.DomainInfo)), "ERROR_INVALID_PARAMETER")
	})
}

// TestWorkspaces is how people work: the administrator makes a workspace and a user with a
// role in it, who signs in, finds it and is granted a token for it.
func TestWorkspaces(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		admin, name := p.admin(t, p.domainID, "admin", passwordOfAdmin), "ann-"+t.Name()
		workspace := new(api.WorkspaceInfo)
		require.NoError(t, p.call(t, "Workspace.create", admin, &api.CreateWorkSpaceRequest{Name: t.Name()}, workspace))
		assert.Equal(t, "admin", workspace.GetCreatedBy())
		require.NoError(t, p.call(t, "User.create", admin, &api.CreateUserRequest{UserId: name, Password: passwordOfAdmin}, new(api.UserInfo)))
		bind := &api.CreateRoleBindingRequest{
			UserId: name, RoleId: model.ManagedWorkspaceOwner, ResourceGroup: api.CreateRoleBindingRequest_WORKSPACE, WorkspaceId: workspace.GetWorkspaceId(),
		}
		require.NoError(t, p.call(t, "RoleBinding.create", admin, bind, new(api.RoleBindingInfo)))

		tokens := p.signIn(t, p.domainID, name, passwordOfAdmin)
		mine := new(api.MyWorkspacesInfo)
		require.NoError(t, p.call(t, "UserProfile.get_workspaces", tokens.GetAccessToken(), &api.UserProfileRequest{}, mine))
		require.Len(t, mine.GetResults(), 1)
		assert.Equal(t, workspace.GetWorkspaceId(), mine.GetResults()[0].GetWorkspaceId())
		assert.Equal(t, api.MyWorkspaceInfo_WORKSPACE_OWNER, mine.GetResults()[0].GetRoleType())
		assert.Equal(t, "Workspace Owner", mine.GetResults()[0].GetRoleName())
		token := p.granted(t, tokens, api.GrantTokenRequest_WORKSPACE, workspace.GetWorkspaceId())

		project := new(api.ProjectInfo)
		create := &api.CreateProjectRequest{Name: "first", ProjectType: api.ProjectType_PUBLIC}
		require.NoError(t, p.call(t, "Project.create", token, create, project))
		assert.Equal(t, workspace.GetWorkspaceId(), project.GetWorkspaceId())
		assert.Equal(t, name, project.GetCreatedBy())
		assert.ErrorContains(t, p.call(t, "Workspace.list", token, &api.WorkspaceSearchQuery{}, new(api.WorkspacesInfo)), denied)
		bind.UserId, bind.ResourceGroup, bind.RoleId = name, api.CreateRoleBindingRequest_DOMAIN, model.ManagedDomainAdmin
		assert.ErrorContains(t, p.call(t, "RoleBinding.create", token, bind, new(api.RoleBindingInfo)), denied, "he makes himself no administrator")

		ask := &api.WorkspaceRequest{WorkspaceId: workspace.GetWorkspaceId()}
		require.NoError(t, p.call(t, "Workspace.disable", admin, ask, workspace))
		assert.ErrorContains(t, p.call(t, "Project.create", token, create, project), unauthenticated)
		again := grant(tokens, api.GrantTokenRequest_WORKSPACE, workspace.GetWorkspaceId())
		assert.ErrorContains(t, p.call(t, "Token.grant", "", again, new(api.GrantTokenInfo)), "ERROR_WORKSPACE_STATE")
	})
}

func TestApps(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		admin := p.admin(t, p.domainID, "admin", passwordOfAdmin)
		role := new(api.RoleInfo)
		reading := &api.CreateRoleRequest{Name: "reader of " + t.Name(), RoleType: api.RoleType_DOMAIN_ADMIN, Permissions: []string{"identity:User.read"}}
		require.NoError(t, p.call(t, "Role.create", admin, reading, role))
		app := new(api.AppInfo)
		create := &api.CreateAppRequest{Name: "reader", RoleId: role.GetRoleId(), ResourceGroup: api.CreateAppRequest_DOMAIN}
		require.NoError(t, p.call(t, "App.create", admin, create, app))
		secret := app.GetClientSecret()
		require.NotEmpty(t, secret)
		ask := &api.AppRequest{AppId: app.GetAppId()}
		require.NoError(t, p.call(t, "App.get", admin, ask, app))
		assert.Empty(t, app.GetClientSecret(), "it was shown")

		list := func(secret string) error {
			return p.call(t, "User.list", secret, &api.UserSearchQuery{}, new(api.UsersInfo))
		}
		require.NoError(t, list(secret))
		user := &api.CreateUserRequest{UserId: "x-" + t.Name(), Password: "Long enough 1"}
		assert.ErrorContains(t, p.call(t, "User.create", secret, user, new(api.UserInfo)), denied)

		renewed := new(api.AppInfo)
		require.NoError(t, p.call(t, "App.generate_client_secret", admin, &api.GenerateAPIKeyAppRequest{AppId: app.GetAppId()}, renewed))
		require.NoError(t, list(renewed.GetClientSecret()))
		again := new(api.AppInfo)
		require.NoError(t, p.call(t, "App.generate_client_secret", admin, &api.GenerateAPIKeyAppRequest{AppId: app.GetAppId()}, again))
		require.NoError(t, p.call(t, "App.disable", admin, ask, app))
		assert.ErrorContains(t, list(again.GetClientSecret()), unauthenticated)
	})
}

func TestAppsAreCheckedByServicesAlone(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		if t.Name() != "TestAppsAreCheckedByServicesAlone/grpc" {
			t.Skip("App.check has no REST form")
		}
		admin := p.admin(t, p.domainID, "admin", passwordOfAdmin)
		app := new(api.AppInfo)
		create := &api.CreateAppRequest{Name: "all", RoleId: model.ManagedDomainAdmin, ResourceGroup: api.CreateAppRequest_DOMAIN}
		require.NoError(t, p.call(t, "App.create", admin, create, app))
		ask := &api.AppCheckRequest{ClientId: app.GetClientId(), DomainId: p.domainID}
		assert.ErrorContains(t, p.call(t, "App.check", "", ask, new(api.CheckAppInfo)), unauthenticated)
		assert.ErrorContains(t, p.call(t, "App.check", admin, ask, new(api.CheckAppInfo)), denied)
		checked := new(api.CheckAppInfo)
		require.NoError(t, p.call(t, "App.check", p.system, ask, checked))
		assert.Empty(t, checked.GetPermissions(), "its role alone confines it")
		ask.DomainId = "domain-x"
		assert.ErrorContains(t, p.call(t, "App.check", p.system, ask, checked), "ERROR_NOT_FOUND")
	})
}

// TestEndpoints needs no token: where services are is asked before one signs in.
func TestEndpoints(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		found := new(api.EndpointsInfo)
		require.NoError(t, p.call(t, "Endpoint.list", "", &api.EndpointSearchQuery{Service: "inventory"}, found))
		require.Len(t, found.GetResults(), 1)
		assert.Equal(t, "grpc://inventory:50051", found.GetResults()[0].GetEndpoint())
		require.NoError(t, p.call(t, "Endpoint.list", "", &api.EndpointSearchQuery{EndpointType: api.EndpointSearchQuery_INTERNAL}, found))
		assert.Empty(t, found.GetResults()[0].GetEndpoint())
		assert.NotEmpty(t, found.GetResults()[0].GetInternalEndpoint())
	})
}
