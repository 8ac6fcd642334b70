package manager_test

import (
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
		begun, err := m.Session.Start(ctx, ann(), time.Hour)
		require.NoError(t, err)
		assert.Equal(t, "ann", begun.UserID)
		assert.True(t, begun.ExpiresAt.After(time.Now()))
		require.NoError(t, m.Session.Check(ctx, begun.SessionID, begun.TokenID))

		other, err := m.Session.Start(ctx, ann(), time.Hour)
		require.NoError(t, err)
		assert.Equal(t, refused, apierror.From(m.Session.Check(ctx, begun.SessionID, other.TokenID)).Code)
		require.NoError(t, m.Session.Check(ctx, begun.SessionID, begun.TokenID), "nobody ends it by a token of another")

		require.NoError(t, m.Session.End(ctx, begun.SessionID))
		assert.Equal(t, refused, apierror.From(m.Session.Check(ctx, begun.SessionID, begun.TokenID)).Code)
		require.NoError(t, m.Session.End(ctx, begun.SessionID), "it has ended already")
		assert.NoError(t, m.Session.Check(ctx, other.SessionID, other.TokenID), "the other one goes on")
	})
}

func TestSessionsExpire(t *testing.T) {
	eachStore(t, func(t *testing.T, m manager.Managers, c connector.Connectors) {
		ctx := t.Context()
		begun, err := m.Session.Start(ctx, ann(), time.Hour)
		require.NoError(t, err)
		begun.ExpiresAt = time.Now().Add(-time.Second).UTC().Truncate(time.Millisecond)
		require.NoError(t, c.User.Sessions.Update(ctx, nil, begun, "expires_at"))
		assert.Equal(t, refused, apierror.From(m.Session.Check(ctx, begun.SessionID, begun.TokenID)).Code)

		_, err = m.Session.Start(ctx, &model.User{UserID: "bob", DomainID: "domain-1"}, time.Hour)
		require.NoError(t, err)
		_, err = c.User.Sessions.Get(ctx, nil, begun.SessionID)
		require.NoError(t, err, "that was another user")
		_, err = m.Session.Start(ctx, ann(), time.Hour)
		require.NoError(t, err)
		_, err = c.User.Sessions.Get(ctx, nil, begun.SessionID)
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code, "it is forgotten when its user comes back")
	})
}

func TestSessionsEndWithTheirUser(t *testing.T) {
	eachStore(t, func(t *testing.T, m manager.Managers, _ connector.Connectors) {
		ctx := t.Context()
		first, err := m.Session.Start(ctx, ann(), time.Hour)
		require.NoError(t, err)
		namesake, err := m.Session.Start(ctx, &model.User{UserID: "ann", DomainID: "domain-2"}, time.Hour)
		require.NoError(t, err)
		require.NoError(t, m.Session.EndOfUser(ctx, "domain-1", "ann"))
		assert.Equal(t, refused, apierror.From(m.Session.Check(ctx, first.SessionID, first.TokenID)).Code)
		assert.NoError(t, m.Session.Check(ctx, namesake.SessionID, namesake.TokenID))
	})
}
