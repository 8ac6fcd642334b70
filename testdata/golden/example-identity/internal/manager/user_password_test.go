package manager_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

func everything() query.Query { return query.Query{} }

func TestAuthenticate(t *testing.T) {
	eachStore(t, func(t *testing.T, m manager.Managers, _ connector.Connectors) {
		ctx := t.Context()
		for id, state := range map[string]string{"ann": model.Enabled, "bob": model.Disabled, "eve": model.Pending} {
			user := &model.User{UserID: id, DomainID: "domain-1", State: state, AuthType: model.LocalAuth}
			require.NoError(t, m.User.SetPassword(ctx, user, "Open sesame 1"))
			assert.NotContains(t, user.PasswordHash.Reveal(), "Open sesame 1")
			require.NoError(t, m.User.Create(ctx, user))
		}
		require.NoError(t, m.User.Create(ctx, &model.User{UserID: "cat", DomainID: "domain-1", State: model.Enabled, AuthType: model.LocalAuth}))

		user, err := m.User.Authenticate(ctx, "domain-1", "ann", "Open sesame 1")
		require.NoError(t, err)
		assert.Equal(t, "ann", user.UserID)
		eve, err := m.User.Authenticate(ctx, "domain-1", "eve", "Open sesame 1")
		require.NoError(t, err, "who was never here")
		require.NoError(t, m.User.Seen(ctx, eve))
		eve, err = m.User.Get(ctx, model.Scope{DomainID: "domain-1"}, "eve")
		require.NoError(t, err)
		assert.Equal(t, model.Enabled, eve.State)
		assert.NotEmpty(t, eve.LastAccessedAt)
		eve.AuthType = "EXTERNAL"
		require.NoError(t, m.User.Update(ctx, model.Scope{}, eve, "auth_type"))

		var said []string
		for name, given := range map[string][3]string{
			"a wrong password":          {"domain-1", "ann", "Open sesame 2"},
			"no password":               {"domain-1", "ann", ""},
			"a password beyond measure": {"domain-1", "ann", strings.Repeat("x", 1<<20)},
			"nobody":                    {"domain-1", "nobody", "Open sesame 1"},
			"who signs in elsewhere":    {"domain-1", "eve", "Open sesame 1"},
			"a user who is disabled":    {"domain-1", "bob", "Open sesame 1"},
			"a user without password":   {"domain-1", "cat", ""},
			"another domain":            {"domain-2", "ann", "Open sesame 1"},
			"no domain":                 {"", "ann", "Open sesame 1"},
		} {
			_, err := m.User.Authenticate(ctx, given[0], given[1], given[2])
			require.Error(t, err, name)
			said = append(said, err.Error())
		}
		for _, one := range said {
			assert.Equal(t, said[0], one, "nobody learns who there is")
		}
	})
}

func TestWeakPasswords(t *testing.T) {
	eachStore(t, func(t *testing.T, m manager.Managers, _ connector.Connectors) {
		user := ann()
		err := m.User.SetPassword(t.Context(), user, "short")
		assert.Equal(t, "ERROR_INCORRECT_PASSWORD_FORMAT", apierror.From(err).Code)
		assert.Empty(t, user.PasswordHash)
	})
}

func TestTooManySignInsAtOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, m manager.Managers, _ connector.Connectors) {
		var busy atomic.Int32
		var group sync.WaitGroup
		for range 400 {
			group.Go(func() {
				_, err := m.User.Authenticate(t.Context(), "domain-1", "nobody", "Open sesame 1")
				switch code := apierror.From(err).Code; code {
				case "ERROR_BUSY":
					busy.Add(1)
				default:
					assert.Equal(t, refused, code)
				}
			})
		}
		group.Wait()
		assert.Positive(t, busy.Load())
	})
}

// TestNoDomainIsNotEveryDomain has a user of whom nothing can be read: whoever
// looks at him fails otherwise.
func TestNoDomainIsNotEveryDomain(t *testing.T) {
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		users := manager.NewUser(connector.New(connector.Deps{DB: db}))
		require.NoError(t, users.Create(t.Context(), ann()))
		_, err := db.Conn(t.Context()).ExecContext(t.Context(), `UPDATE "user" SET "required_actions" = '"none"'`)
		require.NoError(t, err)
		_, err = users.Authenticate(t.Context(), "domain-1", "ann", "Open sesame 1")
		require.NotEqual(t, refused, apierror.From(err).Code)
		_, err = users.Authenticate(t.Context(), "", "ann", "Open sesame 1")
		assert.Equal(t, refused, apierror.From(err).Code)
	})
}
