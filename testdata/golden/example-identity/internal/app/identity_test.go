package app_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/emptypb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v1"
	"github.com/cloudforet-io/identity/internal/core/signing"
	"github.com/cloudforet-io/identity/internal/model"
)

const (
	unauthenticated = "ERROR_AUTHENTICATE_FAILURE"
	denied          = "ERROR_PERMISSION_DENIED"
)

func TestSignInAndCall(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		users := new(api.UsersInfo)
		require.ErrorContains(t, p.call(t, "User.list", "", &api.UserQuery{}, users), unauthenticated)

		tokens := new(api.TokenInfo)
		byName := &api.IssueTokenRequest{Domain: "acme", UserId: "admin", Password: passwordOfAdmin}
		require.NoError(t, p.call(t, "Token.issue", "", byName, tokens))
		tokens = p.signIn(t, p.domainID, "admin", passwordOfAdmin)
		require.NoError(t, p.call(t, "User.list", tokens.GetAccessToken(), &api.UserQuery{}, users))
		require.Len(t, users.GetResults(), 1)
		assert.Equal(t, "admin", users.GetResults()[0].GetUserId())
		assert.ErrorContains(t, p.call(t, "User.list", tokens.GetRefreshToken(), &api.UserQuery{}, users), unauthenticated)
	})
}

func TestFailedSignInsAreAlike(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		var said []string
		for name, req := range map[string]*api.IssueTokenRequest{
			"a wrong password": {DomainId: p.domainID, UserId: "admin", Password: "wrong password"},
			"nobody":           {DomainId: p.domainID, UserId: "nobody", Password: passwordOfAdmin},
			"no such domain":   {DomainId: "domain-x", UserId: "admin", Password: passwordOfAdmin},
			"no such name":     {Domain: "nobody's", UserId: "admin", Password: passwordOfAdmin},
		} {
			err := p.call(t, "Token.issue", "", req, new(api.TokenInfo))
			require.ErrorContains(t, err, unauthenticated, name)
			said = append(said, err.Error())
		}
		for _, one := range said {
			assert.Equal(t, said[0], one)
		}
		err := p.call(t, "Token.issue", "", &api.IssueTokenRequest{UserId: "admin", Password: "x"}, new(api.TokenInfo))
		assert.ErrorContains(t, err, "ERROR_REQUIRED_PARAMETER")
	})
}

func TestAnotherDomainSeesNothing(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		domain := new(api.DomainInfo)
		create := &api.CreateDomainRequest{Name: t.Name(), Admin: &api.DomainAdmin{UserId: "admin", Password: "another password"}}
		own := p.signIn(t, p.domainID, "admin", passwordOfAdmin).GetAccessToken()
		require.ErrorContains(t, p.call(t, "Domain.create", own, create, domain), denied, "that is for the platform alone")
		require.NoError(t, p.call(t, "Domain.create", p.system, create, domain))

		other := p.signIn(t, domain.GetDomainId(), "admin", "another password").GetAccessToken()
		ann := &api.CreateUserRequest{UserId: "ann-" + t.Name(), Password: "long enough", DomainId: p.domainID}
		require.NoError(t, p.call(t, "User.create", own, ann, new(api.UserInfo)))
		ask := &api.UserRequest{UserId: ann.GetUserId(), DomainId: p.domainID}
		assert.NoError(t, p.call(t, "User.get", own, ask, new(api.UserInfo)))
		assert.ErrorContains(t, p.call(t, "User.get", other, ask, new(api.UserInfo)), "ERROR_NOT_FOUND")
		users := new(api.UsersInfo)
		require.NoError(t, p.call(t, "User.list", other, &api.UserQuery{DomainId: p.domainID}, users))
		require.Len(t, users.GetResults(), 1)
		assert.Equal(t, domain.GetDomainId(), users.GetResults()[0].GetDomainId())
		domains := new(api.DomainsInfo)
		require.NoError(t, p.call(t, "Domain.list", other, &api.DomainQuery{}, domains))
		assert.Len(t, domains.GetResults(), 1)

		wrongPassword := &api.IssueTokenRequest{DomainId: domain.GetDomainId(), UserId: "admin", Password: passwordOfAdmin}
		assert.ErrorContains(t, p.call(t, "Token.issue", "", wrongPassword, new(api.TokenInfo)), unauthenticated, "a namesake's password")
		ann.UserId += "-2"
		require.NoError(t, p.call(t, "User.create", other, ann, new(api.UserInfo)), "his own domain, whatever he says")
		ask.UserId = ann.GetUserId()
		assert.ErrorContains(t, p.call(t, "User.get", own, ask, new(api.UserInfo)), "ERROR_NOT_FOUND")
	})
}

// TestWhoIsGoneMakesNobody: his token holds on for a while.
func TestWhoIsGoneMakesNobody(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		domain := new(api.DomainInfo)
		create := &api.CreateDomainRequest{Name: t.Name(), Admin: &api.DomainAdmin{UserId: "ann", Password: "open sesame"}}
		require.NoError(t, p.call(t, "Domain.create", p.system, create, domain))
		heir := func(name string) *api.CreateUserRequest {
			return &api.CreateUserRequest{UserId: name, Password: "open sesame", RoleType: api.UserInfo_DOMAIN_ADMIN}
		}
		ask := &api.UserRequest{UserId: "ann"}
		ann := p.signIn(t, domain.GetDomainId(), "ann", "open sesame").GetAccessToken()
		require.NoError(t, p.call(t, "User.create", ann, heir("bob"), new(api.UserInfo)))
		bob := p.signIn(t, domain.GetDomainId(), "bob", "open sesame").GetAccessToken()

		require.NoError(t, p.call(t, "User.disable", bob, ask, new(api.UserInfo)))
		assert.ErrorContains(t, p.call(t, "User.create", ann, heir("cid"), new(api.UserInfo)), unauthenticated)
		assert.ErrorContains(t, p.call(t, "User.enable", ann, ask, new(api.UserInfo)), unauthenticated)
		require.NoError(t, p.call(t, "User.delete", bob, ask, new(emptypb.Empty)))
		assert.ErrorContains(t, p.call(t, "User.create", ann, heir("cid"), new(api.UserInfo)), unauthenticated)
		assert.ErrorContains(t, p.call(t, "User.delete", ann, &api.UserRequest{UserId: "bob"}, new(emptypb.Empty)), unauthenticated)
		require.NoError(t, p.call(t, "User.create", bob, heir("cid"), new(api.UserInfo)))
	})
}

func TestRefresh(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		refresh := func(token string) (*api.TokenInfo, error) {
			tokens := new(api.TokenInfo)
			return tokens, p.call(t, "Token.refresh", "", &api.RefreshTokenRequest{RefreshToken: token}, tokens)
		}
		first := p.signIn(t, p.domainID, "admin", passwordOfAdmin)
		_, err := refresh(first.GetAccessToken())
		require.ErrorContains(t, err, unauthenticated, "an access token refreshes nothing")
		second, err := refresh(first.GetRefreshToken())
		require.NoError(t, err)
		require.NoError(t, p.call(t, "User.list", second.GetAccessToken(), &api.UserQuery{}, new(api.UsersInfo)))
		third, err := refresh(second.GetRefreshToken())
		require.NoError(t, err)

		_, err = refresh(first.GetRefreshToken())
		require.ErrorContains(t, err, unauthenticated, "it was used")
		_, err = refresh(third.GetRefreshToken())
		assert.ErrorContains(t, err, unauthenticated, "the session has ended, although the call that ended it failed")

		signedOut := p.signIn(t, p.domainID, "admin", passwordOfAdmin)
		revoke := &api.RevokeTokenRequest{RefreshToken: signedOut.GetRefreshToken()}
		require.NoError(t, p.call(t, "Token.revoke", "", revoke, new(emptypb.Empty)))
		_, err = refresh(signedOut.GetRefreshToken())
		assert.ErrorContains(t, err, unauthenticated)
	})
}

func TestTokensThatDoNotHold(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		key := p.key(t, p.domainID)
		stranger, err := signing.NewKeys(signing.RS256)
		require.NoError(t, err)
		list := func(token string) error { return p.call(t, "User.list", token, &api.UserQuery{}, new(api.UsersInfo)) }
		require.NoError(t, list(sign(t, key, p.domainID, func(*model.Claims) {})))
		for name, token := range map[string]string{
			"an expired one": sign(t, key, p.domainID, func(c *model.Claims) { c.ExpiresAt = time.Now().Add(-time.Minute).Unix() }),
			"a wrong key":    sign(t, stranger, p.domainID, func(*model.Claims) {}),
			"a system token by a wrong key": sign(t, stranger, p.domainID, func(c *model.Claims) {
				c.TokenType, c.RoleType = model.SystemToken, model.SystemToken
			}),
			"a domain that is not there": sign(t, key, "domain-x", func(*model.Claims) {}),
			"no token at all":            "x.y.z",
		} {
			assert.ErrorContains(t, list(token), unauthenticated, name)
			grant := &api.GrantTokenRequest{Token: token, Scope: api.GrantTokenRequest_DOMAIN}
			assert.ErrorContains(t, p.call(t, "Token.grant", "", grant, new(api.GrantTokenInfo)), unauthenticated, name)
		}
	})
}

func TestPublicKeyNeedsNoToken(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		key := new(api.DomainPublicKeyInfo)
		require.NoError(t, p.call(t, "Domain.get_public_key", "", &api.DomainPublicKeyRequest{DomainId: p.domainID}, key))
		want, err := signing.PublicKey(p.key(t, p.domainID))
		require.NoError(t, err)
		assert.JSONEq(t, want, key.GetPublicKey())
		assert.Equal(t, p.domainID, key.GetDomainId())
		assert.NotContains(t, key.GetPublicKey(), `"d"`)
		err = p.call(t, "Domain.get_public_key", "", &api.DomainPublicKeyRequest{DomainId: "domain-x"}, key)
		assert.ErrorContains(t, err, "ERROR_NOT_FOUND")
	})
}

func TestADomainThatIsDisabledIsKeptOut(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		domain := new(api.DomainInfo)
		create := &api.CreateDomainRequest{Name: t.Name(), Admin: &api.DomainAdmin{UserId: "ann", Password: "open sesame"}}
		require.NoError(t, p.call(t, "Domain.create", p.system, create, domain))
		tokens := p.signIn(t, domain.GetDomainId(), "ann", "open sesame")
		ask := &api.DomainRequest{DomainId: domain.GetDomainId()}
		require.NoError(t, p.call(t, "Domain.disable", p.system, ask, domain))
		assert.Equal(t, api.DomainInfo_DISABLED, domain.GetState())
		assert.ErrorContains(t, p.call(t, "User.list", tokens.GetAccessToken(), &api.UserQuery{}, new(api.UsersInfo)), unauthenticated)
		refresh := &api.RefreshTokenRequest{RefreshToken: tokens.GetRefreshToken()}
		assert.ErrorContains(t, p.call(t, "Token.refresh", "", refresh, new(api.TokenInfo)), unauthenticated)
		issue := &api.IssueTokenRequest{DomainId: domain.GetDomainId(), UserId: "ann", Password: "open sesame"}
		assert.ErrorContains(t, p.call(t, "Token.issue", "", issue, new(api.TokenInfo)), unauthenticated)

		require.NoError(t, p.call(t, "Domain.enable", p.system, ask, domain))
		p.signIn(t, domain.GetDomainId(), "ann", "open sesame")
		require.NoError(t, p.call(t, "Domain.delete", p.system, ask, new(emptypb.Empty)))
		assert.ErrorContains(t, p.call(t, "Token.issue", "", issue, new(api.TokenInfo)), unauthenticated)

		first := &api.DomainRequest{DomainId: p.domainID}
		assert.ErrorContains(t, p.call(t, "Domain.delete", p.system, first, new(emptypb.Empty)), "ERROR_INVALID_PARAMETER")
		assert.ErrorContains(t, p.call(t, "Domain.disable", p.system, first, new(api.DomainInfo)), "ERROR_INVALID_PARAMETER")
	})
}

func TestApps(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		admin := p.signIn(t, p.domainID, "admin", passwordOfAdmin).GetAccessToken()
		app := new(api.AppInfo)
		create := &api.CreateAppRequest{Name: "reader", RoleType: api.AppInfo_DOMAIN_ADMIN, Permissions: []string{"identity:User.read"}}
		require.NoError(t, p.call(t, "App.create", admin, create, app))
		secret := app.GetClientSecret()
		require.NotEmpty(t, secret)
		ask := &api.AppRequest{AppId: app.GetAppId()}
		require.NoError(t, p.call(t, "App.get", admin, ask, app))
		assert.Empty(t, app.GetClientSecret(), "it was shown")

		list := func(secret string) error { return p.call(t, "User.list", secret, &api.UserQuery{}, new(api.UsersInfo)) }
		require.NoError(t, list(secret))
		user := &api.CreateUserRequest{UserId: "x-" + t.Name(), Password: "long enough"}
		assert.ErrorContains(t, p.call(t, "User.create", secret, user, new(api.UserInfo)), denied)

		renewed := new(api.AppInfo)
		require.NoError(t, p.call(t, "App.generate_client_secret", admin, &api.GenerateClientSecretRequest{AppId: app.GetAppId()}, renewed))
		require.NoError(t, list(renewed.GetClientSecret()))
		again := new(api.AppInfo)
		require.NoError(t, p.call(t, "App.generate_client_secret", admin, &api.GenerateClientSecretRequest{AppId: app.GetAppId()}, again))
		require.NoError(t, p.call(t, "App.disable", admin, ask, app))
		assert.ErrorContains(t, list(again.GetClientSecret()), unauthenticated)
	})
}

func TestAppsAreCheckedByServicesAlone(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		if t.Name() != "TestAppsAreCheckedByServicesAlone/grpc" {
			t.Skip("App.check has no REST form")
		}
		admin := p.signIn(t, p.domainID, "admin", passwordOfAdmin).GetAccessToken()
		app := new(api.AppInfo)
		create := &api.CreateAppRequest{
			Name: "reader", RoleType: api.AppInfo_WORKSPACE_MEMBER, WorkspaceId: "workspace-1",
			Permissions: []string{"inventory:Region.read"}, Projects: []string{"project-1"},
		}
		require.NoError(t, p.call(t, "App.create", admin, create, app))
		ask := &api.CheckAppRequest{ClientId: app.GetClientId(), DomainId: p.domainID}
		assert.ErrorContains(t, p.call(t, "App.check", "", ask, new(api.CheckAppInfo)), unauthenticated)
		assert.ErrorContains(t, p.call(t, "App.check", admin, ask, new(api.CheckAppInfo)), denied)
		checked := new(api.CheckAppInfo)
		require.NoError(t, p.call(t, "App.check", p.system, ask, checked))
		assert.Equal(t, []string{"inventory:Region.read"}, checked.GetPermissions())
		assert.Equal(t, []string{"project-1"}, checked.GetProjects())
		ask.DomainId = "domain-x"
		assert.ErrorContains(t, p.call(t, "App.check", p.system, ask, checked), "ERROR_NOT_FOUND")
	})
}
