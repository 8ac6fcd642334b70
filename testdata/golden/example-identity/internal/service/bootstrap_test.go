package service_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/internal/core/apierror"
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

		first.UserID, first.Password = "second", "short"
		_, err = bootstrap.Run(ctx, first)
		assert.Equal(t, "ERROR_INVALID_PARAMETER", apierror.From(err).Code)
		first.Password = sesame
		again, err = bootstrap.Run(ctx, first)
		require.NoError(t, err)
		second, err := f.managers.User.Get(ctx, model.Scope{DomainID: again.DomainID}, "second")
		require.NoError(t, err)
		assert.Equal(t, model.DomainAdmin, second.RoleType)

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

func TestBootstrapMakesNobodyAnAdministrator(t *testing.T) {
	withToken(t, func(t *testing.T, f tokenFixture) {
		ctx, bootstrap := t.Context(), service.NewBootstrap(f.managers)
		first := service.First{Domain: "platform", UserID: "root", Password: sesame, SystemToken: time.Hour}
		begun, err := bootstrap.Run(ctx, first)
		require.NoError(t, err)
		ann := &model.User{UserID: "ann", DomainID: begun.DomainID, State: model.Enabled, RoleType: model.RoleUser}
		require.NoError(t, f.managers.User.Create(ctx, ann))
		first.UserID = "ann"
		_, err = bootstrap.Run(ctx, first)
		assert.ErrorContains(t, err, "no administrator")
	})
}
