package manager_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/core/apierror"
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
		assert.Equal(t, "ERROR_NOT_UNIQUE", apierror.From(err).Code)
	})
}

func TestThereIsOneFirstDomain(t *testing.T) {
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
		err = m.Domain.Create(t.Context(), &model.Domain{Name: "second", IsRoot: true})
		assert.Equal(t, "ERROR_NOT_UNIQUE", apierror.From(err).Code)
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
			session, err := m.Session.Start(ctx, user)
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
