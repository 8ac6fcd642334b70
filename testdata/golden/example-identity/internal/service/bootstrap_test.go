package service_test

import (
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/model"
	"github.com/cloudforet-io/identity/internal/service"
)

// withNothing runs a test before anything was made.
func withNothing(t *testing.T, test func(t *testing.T, w world)) {
	t.Helper()
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		test(t, world{managers: managersOn(t, db), db: db})
	})
}

func first() service.First {
	return service.First{Domain: "acme", UserID: "admin", Password: sesame, SystemToken: time.Hour}
}

func TestBootstrap(t *testing.T) {
	withNothing(t, func(t *testing.T, w world) {
		ctx, bootstrap := t.Context(), service.NewBootstrap(w.managers)
		begun, err := bootstrap.Run(ctx, first())
		require.NoError(t, err)
		claims := w.read(t, begun.SystemToken)
		assert.Equal(t, model.SystemToken, claims.TokenType)
		assert.Equal(t, model.SystemToken, claims.RoleType)
		assert.Equal(t, model.OwnerSystem, claims.OwnerType)
		assert.Equal(t, model.RootDomain, claims.DomainID)
		assert.NotEqual(t, model.RootDomain, begun.DomainID)
		assert.InDelta(t, time.Now().Add(time.Hour).Unix(), claims.ExpiresAt, 2)

		another := first()
		another.Password = "Another one 1"
		again, err := bootstrap.Run(ctx, another)
		require.NoError(t, err)
		assert.Equal(t, begun.DomainID, again.DomainID)
		assert.Equal(t, "admin", again.UserID)
		_, err = w.managers.User.Authenticate(ctx, begun.DomainID, "admin", sesame)
		require.NoError(t, err, "he keeps the password that he has")
		another.Domain = "another"
		_, err = bootstrap.Run(ctx, another)
		assert.ErrorContains(t, err, "the platform's first domain is called acme, not another")
	})
}

// A system token is kept until half of its time is over.
func TestBootstrapKeepsTheToken(t *testing.T) {
	withNothing(t, func(t *testing.T, w world) {
		run := func(token string, holds time.Duration) string {
			with := first()
			with.Token, with.SystemToken = token, holds
			begun, err := service.NewBootstrap(w.managers).Run(t.Context(), with)
			require.NoError(t, err)
			w.read(t, begun.SystemToken)
			return begun.SystemToken
		}
		token := run("", time.Hour)
		assert.Equal(t, token, run(token, time.Hour))
		assert.NotEqual(t, token, run(token, 3*time.Hour), "less than half of its time is left")
		assert.NotEqual(t, "nonsense", run("nonsense", time.Hour))
		assert.NotEqual(t, token, run(token[:len(token)-8]+"AAAAAAAA", time.Hour), "signed by another key")
	})
}

// TestBootstrapMakesNobodyOfADomainThatIsThere: who was deleted does not come back
// with the password that he had, nor does who was disabled.
func TestBootstrapMakesNobodyOfADomainThatIsThere(t *testing.T) {
	withNothing(t, func(t *testing.T, w world) {
		ctx, bootstrap := t.Context(), service.NewBootstrap(w.managers)
		begun, err := bootstrap.Run(ctx, first())
		require.NoError(t, err)
		scope := model.Scope{DomainID: begun.DomainID}
		again := func() string {
			again, err := bootstrap.Run(ctx, first())
			require.NoError(t, err)
			return again.UserID
		}
		assert.Equal(t, "admin", again())
		user, err := w.managers.User.Get(ctx, scope, "admin")
		require.NoError(t, err)
		user.State = model.Disabled
		require.NoError(t, w.managers.User.Update(ctx, scope, user, "state"))
		assert.Empty(t, again())
		require.NoError(t, w.managers.User.Delete(ctx, scope, "admin"))
		assert.Empty(t, again())
		_, err = w.managers.User.Get(ctx, scope, "admin")
		assert.Equal(t, absent, apierror.From(err).Code)
	})
}

func TestSystemInit(t *testing.T) {
	withNothing(t, func(t *testing.T, w world) {
		s := service.NewSystem(w.managers)
		req := &api.SystemInitRequest{Admin: &api.Admin{UserId: "root", Password: sesame}}
		fails(t, required, w, admin, s.Init, &api.SystemInitRequest{})
		begun := must(t, w, admin, s.Init, req)
		assert.Equal(t, model.RootDomain, begun.GetDomainId())
		assert.Equal(t, "root", begun.GetName())
		assert.Equal(t, model.SystemToken, w.read(t, begun.GetSystemToken()).TokenType)

		issue := signIn("root", sesame)
		issue.DomainId = model.RootDomain
		tokens := must(t, w, admin, service.NewToken(w.managers).Issue, issue)
		granted := must(t, w, admin, service.NewToken(w.managers).Grant, refresh(tokens.GetRefreshToken(), api.GrantTokenRequest_SYSTEM, ""))
		assert.Equal(t, model.SystemAdmin, w.read(t, granted.GetAccessToken()).RoleType)
		fails(t, denied, w, admin, service.NewToken(w.managers).Grant, refresh(tokens.GetRefreshToken(), api.GrantTokenRequest_DOMAIN, ""), "it is the platform's")

		fails(t, "ERROR_SYSTEM_ALREADY_INITIALIZED", w, admin, s.Init, req)
		req.Force, req.Admin.UserId = true, "second"
		fails(t, refused, w, admin, s.Init, req, "without the system token")
		ctx := pipeline.WithMetadata(t.Context(), pipeline.Metadata{Token: begun.GetSystemToken()})
		again, err := s.Init(ctx, req)
		require.NoError(t, err)
		_, _, err = w.managers.Signer.Read(ctx, begun.GetSystemToken())
		assert.Equal(t, refused, apierror.From(err).Code, "it was signed by the key that is gone")
		w.read(t, again.GetSystemToken())
		fails(t, refused, w, admin, service.NewToken(w.managers).Issue, issue, "he is gone")
	})
}

// TestCallersAsTheyAreNow: a token holds on for a while.
func TestCallersAsTheyAreNow(t *testing.T) {
	withWorld(t, func(t *testing.T, w world) {
		caller := service.NewCaller(w.managers)
		says := func(who pipeline.Identity) string {
			if err := caller.Check(t.Context(), &who); err != nil {
				return apierror.From(err).Code
			}
			return ""
		}
		member := owner(w.second, "ann")
		member.RoleType = model.WorkspaceMember
		claiming := himself("ann")
		claiming.RoleType = model.DomainAdmin
		assert.Empty(t, says(admin))
		assert.Empty(t, says(owner(w.first, "admin")))
		assert.Empty(t, says(himself("ann")))
		assert.Empty(t, says(owner(w.first, "ann")))
		assert.Empty(t, says(member))
		assert.Equal(t, denied, says(claiming), "she is no administrator any more")
		assert.Equal(t, denied, says(owner(w.second, "ann")), "she owns it no longer")
		assert.Equal(t, denied, says(owner(w.first, "bob")))
		assert.Equal(t, refused, says(owner("workspace-x", "ann")))
		assert.Equal(t, refused, says(himself("nobody")))
		must(t, w, admin, service.NewWorkspace(w.managers).Disable, &api.WorkspaceRequest{WorkspaceId: w.first})
		assert.Equal(t, refused, says(owner(w.first, "ann")))
		must(t, w, admin, service.NewUser(w.managers).Disable, &api.UserRequest{UserId: "ann"})
		assert.Equal(t, refused, says(himself("ann")))
		assert.Empty(t, says(pipeline.Identity{TokenType: model.SystemToken}))
	})
}

// A database of v1 goes on: its first domain is one like the others, its administrator
// has his role and his password, and its apps are disabled.
func TestADatabaseOfV1(t *testing.T) {
	all, err := database.Migrations()
	require.NoError(t, err)
	v1 := fstest.MapFS{}
	for _, name := range []string{"app", "domain", "session", "sign_in", "user"} {
		file := name + "/0001_create.sql"
		text, err := fs.ReadFile(all, file)
		require.NoError(t, err)
		v1[file] = &fstest.MapFile{Data: text}
	}
	databasetest.OnEveryEngine(t, v1, func(t *testing.T, db *core.DB) {
		ctx, w := t.Context(), world{managers: managersOn(t, db), db: db}
		user := new(model.User)
		require.NoError(t, w.managers.User.SetPassword(ctx, user, sesame))
		for _, statement := range []string{
			`INSERT INTO "domain" ("domain_id", "name", "state", "private_key", "is_root", "created_at", "updated_at") VALUES ('domain-1', 'acme', 'ENABLED', ?, TRUE, '2026-01-01', '2026-01-01')`,
			`INSERT INTO "user" ("user_id", "domain_id", "state", "role_type", "password_hash", "created_at", "updated_at") VALUES ('admin', 'domain-1', 'ENABLED', 'DOMAIN_ADMIN', ?, '2026-01-01', '2026-01-01')`,
			`INSERT INTO "app" ("app_id", "domain_id", "state", "role_type", "created_at", "updated_at", "name") VALUES ('app-1', 'domain-1', 'ENABLED', 'DOMAIN_ADMIN', '2026-01-01', '2026-01-01', ?)`,
		} {
			_, err := db.Conn(ctx).NewRaw(statement, user.PasswordHash.Reveal()).Exec(ctx)
			require.NoError(t, err)
		}
		_, err := db.Migrate(ctx, all)
		require.NoError(t, err)
		begun, err := service.NewBootstrap(w.managers).Run(ctx, service.First{Domain: "acme", UserID: "admin", SystemToken: time.Hour})
		require.NoError(t, err)
		assert.Equal(t, domainID, begun.DomainID)
		assert.Equal(t, "admin", begun.UserID)
		assert.Equal(t, model.RootDomain, w.read(t, begun.SystemToken).DomainID)
		_, err = w.managers.User.Authenticate(ctx, domainID, "admin", sesame)
		require.NoError(t, err)
		bound := must(t, w, admin, service.NewRoleBinding(w.managers).List, &api.RoleBindingSearchQuery{UserId: "admin"}).GetResults()
		require.Len(t, bound, 1)
		assert.Equal(t, model.ManagedDomainAdmin, bound[0].GetRoleId())
		app := must(t, w, admin, service.NewApp(w.managers).Get, &api.AppRequest{AppId: "app-1"})
		assert.Equal(t, api.AppInfo_DISABLED, app.GetState())
		assert.Equal(t, model.ManagedDomainAdmin, app.GetRoleId())
	})
}
