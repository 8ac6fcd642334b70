package manager_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

const refused = "ERROR_AUTHENTICATE_FAILURE"

// ann is a user of domain-1.
func ann() *model.User { return &model.User{UserID: "ann", DomainID: "domain-1"} }

func TestSession(t *testing.T) {
	eachStore(t, func(t *testing.T, m manager.Managers, _ connector.Connectors) {
		ctx := t.Context()
		begun, err := m.Session.Start(ctx, ann())
		require.NoError(t, err)
		assert.Equal(t, "ann", begun.UserID)
		assert.True(t, begun.ExpiresAt.After(time.Now()))
		require.NoError(t, m.Session.Check(ctx, begun.SessionID, begun.TokenID))

		renewed, err := m.Session.Renew(ctx, begun.SessionID, begun.TokenID)
		require.NoError(t, err)
		assert.NotEqual(t, begun.TokenID, renewed.TokenID)
		assert.True(t, begun.ExpiresAt.Equal(renewed.ExpiresAt), "it lasts no longer than it would have")
		require.NoError(t, m.Session.Check(ctx, begun.SessionID, renewed.TokenID))
		again, err := m.Session.Renew(ctx, begun.SessionID, renewed.TokenID)
		require.NoError(t, err)

		require.NoError(t, m.Session.End(ctx, begun.SessionID))
		_, err = m.Session.Renew(ctx, begun.SessionID, again.TokenID)
		assert.Equal(t, refused, apierror.From(err).Code)
		require.NoError(t, m.Session.End(ctx, begun.SessionID), "it has ended already")
	})
}

func TestSessionEndsWhereATokenComesBack(t *testing.T) {
	eachStore(t, func(t *testing.T, m manager.Managers, _ connector.Connectors) {
		ctx := t.Context()
		begun, err := m.Session.Start(ctx, ann())
		require.NoError(t, err)
		other, err := m.Session.Start(ctx, ann())
		require.NoError(t, err)
		renewed, err := m.Session.Renew(ctx, begun.SessionID, begun.TokenID)
		require.NoError(t, err)

		_, err = m.Session.Renew(ctx, begun.SessionID, begun.TokenID)
		assert.Equal(t, refused, apierror.From(err).Code)
		_, err = m.Session.Renew(ctx, begun.SessionID, renewed.TokenID)
		assert.Equal(t, refused, apierror.From(err).Code, "one of the two stole it, and nobody knows which")
		require.NoError(t, m.Session.Check(ctx, other.SessionID, other.TokenID), "another session goes on")
	})
}

func TestOfManyRenewalsWithOneTokenOneSucceeds(t *testing.T) {
	eachStore(t, func(t *testing.T, m manager.Managers, _ connector.Connectors) {
		begun, err := m.Session.Start(t.Context(), ann())
		require.NoError(t, err)
		var succeeded atomic.Int32
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				if _, err := m.Session.Renew(t.Context(), begun.SessionID, begun.TokenID); err == nil {
					succeeded.Add(1)
				}
			})
		}
		group.Wait()
		assert.EqualValues(t, 1, succeeded.Load())
	})
}

func TestSessionsExpire(t *testing.T) {
	eachStore(t, func(t *testing.T, m manager.Managers, c connector.Connectors) {
		ctx := t.Context()
		begun, err := m.Session.Start(ctx, ann())
		require.NoError(t, err)
		begun.ExpiresAt = time.Now().Add(-time.Second).UTC().Truncate(time.Millisecond)
		require.NoError(t, c.User.Sessions.Update(ctx, nil, begun, "expires_at"))
		_, err = m.Session.Renew(ctx, begun.SessionID, begun.TokenID)
		assert.Equal(t, refused, apierror.From(err).Code)
		assert.Equal(t, refused, apierror.From(m.Session.Check(ctx, begun.SessionID, begun.TokenID)).Code)

		_, err = m.Session.Start(ctx, &model.User{UserID: "bob", DomainID: "domain-1"})
		require.NoError(t, err)
		_, err = c.User.Sessions.Get(ctx, nil, begun.SessionID)
		require.NoError(t, err, "that was another user")
		_, err = m.Session.Start(ctx, ann())
		require.NoError(t, err)
		_, err = c.User.Sessions.Get(ctx, nil, begun.SessionID)
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code, "it is forgotten when its user comes back")
	})
}

func TestSessionsEndWithTheirUser(t *testing.T) {
	eachStore(t, func(t *testing.T, m manager.Managers, _ connector.Connectors) {
		ctx := t.Context()
		first, err := m.Session.Start(ctx, ann())
		require.NoError(t, err)
		namesake, err := m.Session.Start(ctx, &model.User{UserID: "ann", DomainID: "domain-2"})
		require.NoError(t, err)
		require.NoError(t, m.Session.EndOfUser(ctx, "domain-1", "ann"))
		assert.Equal(t, refused, apierror.From(m.Session.Check(ctx, first.SessionID, first.TokenID)).Code)
		assert.NoError(t, m.Session.Check(ctx, namesake.SessionID, namesake.TokenID))
	})
}

func TestSessionEndsWhereATokenIsOnlyShown(t *testing.T) {
	eachStore(t, func(t *testing.T, m manager.Managers, _ connector.Connectors) {
		ctx := t.Context()
		begun, err := m.Session.Start(ctx, ann())
		require.NoError(t, err)
		renewed, err := m.Session.Renew(ctx, begun.SessionID, begun.TokenID)
		require.NoError(t, err)
		assert.Equal(t, refused, apierror.From(m.Session.Check(ctx, begun.SessionID, begun.TokenID)).Code)
		err = m.Session.Check(ctx, begun.SessionID, renewed.TokenID)
		require.Error(t, err)
		assert.Equal(t, refused, apierror.From(err).Code)
	})
}
