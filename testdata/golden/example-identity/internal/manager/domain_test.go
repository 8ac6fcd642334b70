package manager_test

import (
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

func TestDomainsHaveKeysOfTheirOwn(t *testing.T) {
	eachStore(t, func(t *testing.T, m manager.Managers, _ connector.Connectors) {
		acme, other := newDomain(t, m, "acme"), newDomain(t, m, "other")
		assert.NotEmpty(t, acme.PrivateKey)
		assert.NotEqual(t, acme.PrivateKey, other.PrivateKey)
		named, err := m.Domain.Named(t.Context(), "acme")
		require.NoError(t, err)
		assert.Equal(t, acme.DomainID, named.DomainID)
		assert.Equal(t, acme.PrivateKey, named.PrivateKey, "it is stored as it is")
		_, err = m.Domain.Named(t.Context(), "nobody")
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
		err = m.Domain.Create(t.Context(), &model.Domain{Name: "acme"})
		assert.Equal(t, "ERROR_SAVE_UNIQUE_VALUES", apierror.From(err).Code)
	})
}

func TestADomainWithItsFirstUser(t *testing.T) {
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		c := connector.New(connector.Deps{DB: db})
		domains, admin := manager.NewDomain(c), &model.User{UserID: "admin"}
		domain := &model.Domain{Name: "acme", State: model.Enabled}
		require.NoError(t, domains.CreateWith(t.Context(), domain, admin))
		stored, err := c.User.Get(t.Context(), model.Scope{DomainID: domain.DomainID}.Conditions(), "admin")
		require.NoError(t, err)
		assert.Equal(t, domain.CreatedAt, stored.CreatedAt.UTC())
		assert.Equal(t, model.DomainAdmin, stored.RoleType)
		inDomain := model.Scope{DomainID: domain.DomainID}.Conditions()
		roles, _, err := c.Role.List(t.Context(), inDomain, everything())
		require.NoError(t, err)
		assert.Len(t, roles, 3)
		require.NoError(t, domains.Complete(t.Context(), domain.DomainID))
		bindings, _, err := c.RoleBinding.List(t.Context(), inDomain, everything())
		require.NoError(t, err)
		require.Len(t, bindings, 1, "once, however often it is completed")
		assert.Equal(t, [4]string{"admin", model.ManagedDomainAdmin, model.InDomain, "*"},
			[4]string{bindings[0].UserID, bindings[0].RoleID, bindings[0].ResourceGroup, bindings[0].WorkspaceID})

		err = domains.CreateWith(t.Context(), &model.Domain{Name: "acme"}, &model.User{UserID: "admin"})
		assert.Equal(t, "ERROR_SAVE_UNIQUE_VALUES", apierror.From(err).Code)
		users, _, err := c.User.List(t.Context(), nil, everything())
		require.NoError(t, err)
		assert.Len(t, users, 1, "he is not there without his domain")

		_, err = db.Conn(t.Context()).ExecContext(t.Context(), `DROP TABLE "user"`)
		require.NoError(t, err)
		require.Error(t, domains.CreateWith(t.Context(), &model.Domain{Name: "other"}, &model.User{UserID: "admin"}))
		_, err = domains.Named(t.Context(), "other")
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code, "nor is the domain without him")
	})
}

func TestThereIsOneDomainOfThePlatform(t *testing.T) {
	eachStore(t, func(t *testing.T, m manager.Managers, _ connector.Connectors) {
		newDomain(t, m, "acme")
		root, err := m.Domain.Root(t.Context())
		require.NoError(t, err)
		assert.Nil(t, root)
		first := &model.Domain{Name: "first", State: model.Enabled, IsRoot: true}
		require.NoError(t, m.Domain.Create(t.Context(), first))
		root, err = m.Domain.Root(t.Context())
		require.NoError(t, err)
		assert.Equal(t, first.DomainID, root.DomainID)
		other, err := m.Domain.First(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "acme", other.Name)
		err = m.Domain.Create(t.Context(), &model.Domain{Name: "second", IsRoot: true})
		assert.Equal(t, "ERROR_SAVE_UNIQUE_VALUES", apierror.From(err).Code)
	})
}

func TestNothingOfADomainOutlivesIt(t *testing.T) {
	eachStore(t, func(t *testing.T, m manager.Managers, c connector.Connectors) {
		ctx := t.Context()
		acme, other := newDomain(t, m, "acme"), newDomain(t, m, "other")
		var sessions []string
		for _, domain := range []*model.Domain{acme, other} {
			user := &model.User{UserID: "ann", DomainID: domain.DomainID}
			require.NoError(t, m.User.Create(ctx, user))
			require.NoError(t, m.App.Create(ctx, &model.App{DomainID: domain.DomainID}))
			session, err := m.Session.Start(ctx, user, time.Hour)
			require.NoError(t, err)
			sessions = append(sessions, session.SessionID)
		}
		require.NoError(t, m.Domain.Delete(ctx, model.Scope{}, acme.DomainID))
		_, err := c.User.Sessions.Get(ctx, nil, sessions[0])
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
		_, err = c.User.Sessions.Get(ctx, nil, sessions[1])
		assert.NoError(t, err)
		for _, domain := range []*model.Domain{acme, other} {
			scope := model.Scope{DomainID: domain.DomainID}
			users, _, err := c.User.List(ctx, scope.Conditions(), everything())
			require.NoError(t, err)
			apps, _, err := c.App.List(ctx, scope.Conditions(), everything())
			require.NoError(t, err)
			want := 0
			if domain == other {
				want = 1
			}
			assert.Len(t, users, want)
			assert.Len(t, apps, want)
		}
	})
}
