package service_test

import (
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/internal/model"
	"github.com/cloudforet-io/identity/internal/service"
)

func TestBootstrap(t *testing.T) {
	withToken(t, func(t *testing.T, f tokenFixture) {
		ctx, bootstrap := t.Context(), service.NewBootstrap(f.managers)
		first := service.First{Domain: "platform", UserID: "root", Password: sesame, SystemToken: time.Hour}
		begun, err := bootstrap.Run(ctx, first)
		require.NoError(t, err)
		claims := f.read(t, begun.SystemToken)
		assert.Equal(t, model.SystemToken, claims.TokenType)
		assert.Equal(t, model.SystemToken, claims.RoleType)
		assert.Equal(t, model.OwnerSystem, claims.OwnerType)
		assert.Equal(t, begun.DomainID, claims.DomainID)
		assert.InDelta(t, time.Now().Add(time.Hour).Unix(), claims.ExpiresAt, 2)

		first.Password = "another password"
		again, err := bootstrap.Run(ctx, first)
		require.NoError(t, err)
		assert.Equal(t, begun.DomainID, again.DomainID)
		assert.Equal(t, "root", again.UserID)
		_, err = f.managers.User.Authenticate(ctx, begun.DomainID, "root", sesame)
		require.NoError(t, err, "he keeps the password that he has")

		first.Domain = "another"
		_, err = bootstrap.Run(ctx, first)
		assert.ErrorContains(t, err, "the platform's first domain is called platform, not another")
	})
}

// A system token is kept until half of its time is over.
func TestBootstrapKeepsTheToken(t *testing.T) {
	withToken(t, func(t *testing.T, f tokenFixture) {
		bootstrap := service.NewBootstrap(f.managers)
		run := func(token string, holds time.Duration) string {
			begun, err := bootstrap.Run(t.Context(), service.First{
				Domain: "platform", UserID: "root", Password: sesame, SystemToken: holds, Token: token,
			})
			require.NoError(t, err)
			f.read(t, begun.SystemToken)
			return begun.SystemToken
		}
		first := run("", time.Hour)
		assert.Equal(t, first, run(first, time.Hour))
		assert.NotEqual(t, first, run(first, 3*time.Hour), "less than half of its time is left")
		assert.NotEqual(t, "nonsense", run("nonsense", time.Hour))
		assert.NotEqual(t, first, run(first[:len(first)-8]+"AAAAAAAA", time.Hour), "signed by another key")
	})
}

// TestBootstrapMakesNobodyOfADomainThatIsThere: who was deleted does not come back
// with the password that he had, nor does who was disabled or made somebody else.
func TestBootstrapMakesNobodyOfADomainThatIsThere(t *testing.T) {
	withToken(t, func(t *testing.T, f tokenFixture) {
		ctx, bootstrap := t.Context(), service.NewBootstrap(f.managers)
		first := service.First{Domain: "platform", UserID: "root", Password: sesame, SystemToken: time.Hour}
		begun, err := bootstrap.Run(ctx, first)
		require.NoError(t, err)
		scope := model.Scope{DomainID: begun.DomainID}
		root, err := f.managers.User.Get(ctx, scope, "root")
		require.NoError(t, err)
		again := func() string {
			again, err := bootstrap.Run(ctx, first)
			require.NoError(t, err)
			assert.Equal(t, begun.DomainID, again.DomainID)
			f.read(t, again.SystemToken)
			return again.UserID
		}
		assert.Equal(t, "root", again())
		for name, change := range map[string]func(*model.User){
			"disabled": func(u *model.User) { u.State = model.Disabled },
			"a user":   func(u *model.User) { u.RoleType = model.RoleUser },
		} {
			changed := *root
			changed.RowVersion = 0 // of the first change, too
			change(&changed)
			require.NoError(t, f.managers.User.Update(ctx, scope, &changed, "state", "role_type"))
			assert.Empty(t, again(), name)
			kept, err := f.managers.User.Get(ctx, scope, "root")
			require.NoError(t, err)
			assert.Equal(t, [2]string{changed.State, changed.RoleType}, [2]string{kept.State, kept.RoleType}, name)
		}
		require.NoError(t, f.managers.User.Delete(ctx, scope, "root"))
		assert.Empty(t, again())
		_, err = f.managers.User.Get(ctx, scope, "root")
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)

		first.UserID = "second"
		assert.Empty(t, again())
		_, err = f.managers.User.Get(ctx, scope, "second")
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
	})
}
