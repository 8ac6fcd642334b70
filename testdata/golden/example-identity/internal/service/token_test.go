package service_test

import (
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v1"
	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
	"github.com/cloudforet-io/identity/internal/service"
)

const (
	refused  = "ERROR_AUTHENTICATE_FAILURE"
	denied   = "ERROR_PERMISSION_DENIED"
	sesame   = "open sesame"
	domainID = "domain-1"
)

// tokenFixture is the service Token with the users of a domain: admin, and ann,
// who owns workspace-1 and is a member of workspace-2.
type tokenFixture struct {
	*service.Token
	managers manager.Managers
}

func withToken(t *testing.T, test func(t *testing.T, f tokenFixture)) {
	t.Helper()
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		connectors := connector.New(connector.Deps{DB: db})
		have(t, connectors, domainID)
		m := unlocked(manager.New(connectors))
		admin := &model.User{UserID: "admin", RoleType: model.DomainAdmin}
		ann := &model.User{UserID: "ann", RoleType: model.RoleUser, RoleBindings: []model.RoleBinding{
			{WorkspaceID: "workspace-1", RoleType: model.WorkspaceOwner},
			{WorkspaceID: "workspace-2", RoleType: model.WorkspaceMember, Projects: []string{"project-1"}},
		}}
		for _, user := range []*model.User{admin, ann} {
			user.DomainID, user.State = domainID, model.Enabled
			require.NoError(t, m.User.SetPassword(t.Context(), user, sesame))
			require.NoError(t, m.User.Create(t.Context(), user))
		}
		test(t, tokenFixture{service.NewToken(m), m})
	})
}

func (f tokenFixture) signIn(t *testing.T, userID string) *api.TokenInfo {
	t.Helper()
	tokens, err := f.Issue(t.Context(), &api.IssueTokenRequest{UserId: userID, Password: sesame, DomainId: domainID})
	require.NoError(t, err)
	return tokens
}

func (f tokenFixture) read(t *testing.T, token string) *model.Claims {
	t.Helper()
	claims, _, err := f.managers.Signer.Read(t.Context(), token)
	require.NoError(t, err)
	return claims
}

func TestIssue(t *testing.T) {
	withToken(t, func(t *testing.T, f tokenFixture) {
		tokens := f.signIn(t, "ann")
		access, refresh := f.read(t, tokens.GetAccessToken()), f.read(t, tokens.GetRefreshToken())
		assert.Equal(t, model.AccessToken, access.TokenType)
		assert.Equal(t, model.RefreshToken, refresh.TokenType)
		for _, claims := range []*model.Claims{access, refresh} {
			assert.Equal(t, model.RoleUser, claims.RoleType)
			assert.Equal(t, model.OwnerUser, claims.OwnerType)
			assert.Equal(t, "ann", claims.Audience)
			assert.Equal(t, domainID, claims.DomainID)
		}
		assert.Empty(t, access.SessionID, "services need not know")
		assert.Less(t, access.ExpiresAt, refresh.ExpiresAt)
		assert.Equal(t, model.DomainAdmin, f.read(t, f.signIn(t, "admin").GetAccessToken()).RoleType)
	})
}

func TestRefreshAsksHowTheUserIsNow(t *testing.T) {
	withToken(t, func(t *testing.T, f tokenFixture) {
		ctx, scope := t.Context(), model.Scope{DomainID: domainID}
		tokens := f.signIn(t, "ann")
		ann, err := f.managers.User.Get(ctx, scope, "ann")
		require.NoError(t, err)
		ann.RoleType = model.DomainAdmin
		require.NoError(t, f.managers.User.Update(ctx, scope, ann, "role_type"))
		tokens, err = f.Refresh(ctx, &api.RefreshTokenRequest{RefreshToken: tokens.GetRefreshToken()})
		require.NoError(t, err)
		assert.Equal(t, model.DomainAdmin, f.read(t, tokens.GetAccessToken()).RoleType)

		ann.State = model.Disabled
		require.NoError(t, f.managers.User.Update(ctx, scope, ann, "state"))
		_, err = f.Refresh(ctx, &api.RefreshTokenRequest{RefreshToken: tokens.GetRefreshToken()})
		assert.Equal(t, refused, apierror.From(err).Code)

		tokens = f.signIn(t, "admin")
		require.NoError(t, f.managers.User.Delete(ctx, scope, "admin"))
		_, err = f.Refresh(ctx, &api.RefreshTokenRequest{RefreshToken: tokens.GetRefreshToken()})
		assert.Equal(t, refused, apierror.From(err).Code)
	})
}

func TestGrant(t *testing.T) {
	workspace := api.GrantTokenRequest_WORKSPACE
	withToken(t, func(t *testing.T, f tokenFixture) {
		for name, c := range map[string]struct {
			user      string
			scope     api.GrantTokenRequest_Scope
			workspace string
			role      string // or the code of the error
			projects  []string
		}{
			"an administrator of his domain":    {"admin", api.GrantTokenRequest_DOMAIN, "", model.DomainAdmin, nil},
			"an administrator of any workspace": {"admin", workspace, "workspace-9", model.WorkspaceOwner, nil},
			"an administrator as himself":       {"admin", api.GrantTokenRequest_USER, "", model.RoleUser, nil},
			"an owner":                          {"ann", workspace, "workspace-1", model.WorkspaceOwner, nil},
			"a member":                          {"ann", workspace, "workspace-2", model.WorkspaceMember, []string{"project-1"}},
			"a stranger":                        {"ann", workspace, "workspace-3", denied, nil},
			"a user who wants the domain":       {"ann", api.GrantTokenRequest_DOMAIN, "", denied, nil},
			"no workspace":                      {"ann", workspace, "", "ERROR_REQUIRED_PARAMETER", nil},
			"no scope":                          {"ann", api.GrantTokenRequest_SCOPE_NONE, "", "ERROR_REQUIRED_PARAMETER", nil},
			"a scope that nobody knows":         {"ann", 4, "", "ERROR_INVALID_PARAMETER", nil},
		} {
			tokens := f.signIn(t, c.user)
			for _, token := range []string{tokens.GetAccessToken(), tokens.GetRefreshToken()} {
				granted, err := f.Grant(t.Context(), &api.GrantTokenRequest{Token: token, Scope: c.scope, WorkspaceId: c.workspace})
				if err != nil {
					assert.Equal(t, c.role, apierror.From(err).Code, name)
					continue
				}
				claims := f.read(t, granted.GetAccessToken())
				assert.Equal(t, c.role, claims.RoleType, name)
				assert.Equal(t, c.role, granted.GetRoleType().String(), name)
				assert.Equal(t, c.workspace, claims.WorkspaceID, name)
				assert.Equal(t, c.projects, claims.Projects, name)
				assert.Equal(t, c.user, claims.Audience, name)
				assert.Equal(t, model.AccessToken, claims.TokenType, name)
			}
		}
	})
}

// grant gives an administrator's token after several grants, or the last error.
func (f tokenFixture) grant(t *testing.T, token string, steps ...*api.GrantTokenRequest) (string, error) {
	t.Helper()
	for i, step := range steps {
		step.Token = token
		granted, err := f.Grant(t.Context(), step)
		if i == len(steps)-1 || err != nil {
			return granted.GetAccessToken(), err
		}
		token = granted.GetAccessToken()
	}
	return token, nil
}

func TestGrantsNeverWiden(t *testing.T) {
	withToken(t, func(t *testing.T, f tokenFixture) {
		token := f.signIn(t, "admin").GetAccessToken()
		domain := func(permissions ...string) *api.GrantTokenRequest {
			return &api.GrantTokenRequest{Scope: api.GrantTokenRequest_DOMAIN, Permissions: permissions}
		}
		asUser := &api.GrantTokenRequest{Scope: api.GrantTokenRequest_USER}
		workspace := func(id string) *api.GrantTokenRequest {
			return &api.GrantTokenRequest{Scope: api.GrantTokenRequest_WORKSPACE, WorkspaceId: id}
		}
		for name, steps := range map[string][]*api.GrantTokenRequest{
			"a user is no administrator again": {asUser, domain()},
			"nor an owner":                     {asUser, workspace("workspace-1")},
			"out of a workspace":               {workspace("workspace-1"), domain()},
			"into another workspace":           {workspace("workspace-1"), workspace("workspace-2")},
			"more permissions":                 {domain("inventory:Region.read"), domain("inventory:Region.write")},
			"wider permissions":                {domain("inventory:Region.read"), domain("inventory:")},
			"every permission":                 {domain("inventory:Region.read"), domain("*")},
			"a part of a word":                 {domain("inventory:Region"), domain("inventory:Reg")},
			"a word that begins like it":       {domain("inventory:Region"), domain("inventory:Regions")},
		} {
			_, err := f.grant(t, token, steps...)
			assert.Equal(t, denied, apierror.From(err).Code, name)
		}
		for _, senseless := range []string{"", "inventory:Reg*", "*:Region.read", "**"} {
			_, err := f.grant(t, token, domain(senseless))
			assert.Equal(t, "ERROR_INVALID_PARAMETER", apierror.From(err).Code, senseless)
		}
		_, err := f.grant(t, f.signIn(t, "ann").GetAccessToken(), asUser, workspace("workspace-1"))
		require.Error(t, err)
		assert.Equal(t, denied, apierror.From(err).Code, "his own workspace is no part of himself")
		_, err = f.grant(t, f.signIn(t, "ann").GetAccessToken(), asUser, asUser)
		require.NoError(t, err)
		narrow, err := f.grant(t, token, domain("inventory:"), domain("inventory:Region.read", "inventory:Job"))
		require.NoError(t, err)
		assert.Equal(t, []string{"inventory:Region.read", "inventory:Job"}, f.read(t, narrow).Permissions)
		kept, err := f.grant(t, narrow, domain())
		require.NoError(t, err)
		assert.Equal(t, []string{"inventory:Region.read", "inventory:Job"}, f.read(t, kept).Permissions, "not none, which would be all")
	})
}

func TestGrantsLastNoLonger(t *testing.T) {
	withToken(t, func(t *testing.T, f tokenFixture) {
		tokens := f.signIn(t, "admin")
		domain := func(timeout int32) *api.GrantTokenRequest {
			return &api.GrantTokenRequest{Scope: api.GrantTokenRequest_DOMAIN, Timeout: timeout}
		}
		brief, err := f.grant(t, tokens.GetAccessToken(), domain(60))
		require.NoError(t, err)
		assert.InDelta(t, time.Now().Add(time.Minute).Unix(), f.read(t, brief).ExpiresAt, 2)
		again, err := f.grant(t, brief, domain(600))
		require.NoError(t, err)
		assert.LessOrEqual(t, f.read(t, again).ExpiresAt, f.read(t, brief).ExpiresAt)
		long, err := f.grant(t, tokens.GetRefreshToken(), domain(1<<31-1))
		require.NoError(t, err)
		assert.InDelta(t, time.Now().Add(20*time.Minute).Unix(), f.read(t, long).ExpiresAt, 2)
		_, err = f.grant(t, tokens.GetAccessToken(), domain(-1))
		assert.Equal(t, "ERROR_INVALID_PARAMETER", apierror.From(err).Code)
	})
}

func TestGrantRefusesTokensOfOthers(t *testing.T) {
	withToken(t, func(t *testing.T, f tokenFixture) {
		domain, err := f.managers.Domain.Get(t.Context(), model.Scope{}, domainID)
		require.NoError(t, err)
		claims := model.Claims{RoleType: model.DomainAdmin, Audience: "admin", ExpiresAt: time.Now().Add(time.Hour).Unix()}
		sign := func(typ, owner string) string {
			c := claims
			c.TokenType, c.OwnerType = typ, owner
			token, err := f.managers.Signer.Sign(domain, c)
			require.NoError(t, err)
			return token
		}
		signedOut := f.signIn(t, "admin").GetRefreshToken()
		_, err = f.Revoke(t.Context(), &api.RevokeTokenRequest{RefreshToken: signedOut})
		require.NoError(t, err)
		for name, token := range map[string]string{
			"an app's":         sign(model.ClientSecret, model.OwnerApp),
			"an app's access":  sign(model.AccessToken, model.OwnerApp),
			"the platform's":   sign(model.SystemToken, model.OwnerSystem),
			"an ended session": signedOut,
			"no session":       sign(model.RefreshToken, model.OwnerUser),
		} {
			_, err := f.grant(t, token, &api.GrantTokenRequest{Scope: api.GrantTokenRequest_DOMAIN})
			assert.Equal(t, refused, apierror.From(err).Code, name)
		}
	})
}

func TestTokensAreRequired(t *testing.T) {
	withToken(t, func(t *testing.T, f tokenFixture) {
		_, err := f.Refresh(t.Context(), &api.RefreshTokenRequest{})
		assert.Equal(t, "ERROR_REQUIRED_PARAMETER", apierror.From(err).Code)
		_, err = f.Revoke(t.Context(), &api.RevokeTokenRequest{})
		assert.Equal(t, "ERROR_REQUIRED_PARAMETER", apierror.From(err).Code)
		_, err = f.Grant(t.Context(), &api.GrantTokenRequest{})
		assert.Equal(t, "ERROR_REQUIRED_PARAMETER", apierror.From(err).Code)
	})
}
