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
		for id, state := range map[string]string{"ann": model.Enabled, "bob": model.Disabled} {
			user := &model.User{UserID: id, DomainID: "domain-1", State: state}
			require.NoError(t, m.User.SetPassword(ctx, user, "open sesame"))
			assert.NotContains(t, user.PasswordHash.Reveal(), "open sesame")
			require.NoError(t, m.User.Create(ctx, user))
		}
		require.NoError(t, m.User.Create(ctx, &model.User{UserID: "cat", DomainID: "domain-1", State: model.Enabled}))

		user, err := m.User.Authenticate(ctx, "domain-1", "ann", "open sesame")
		require.NoError(t, err)
		assert.Equal(t, "ann", user.UserID)

		var said []string
		for name, given := range map[string][3]string{
			"a wrong password":          {"domain-1", "ann", "open sesamE"},
			"no password":               {"domain-1", "ann", ""},
			"a password beyond measure": {"domain-1", "ann", strings.Repeat("x", 1<<20)},
			"nobody":                    {"domain-1", "nobody", "open sesame"},
			"a user who is disabled":    {"domain-1", "bob", "open sesame"},
			"a user without password":   {"domain-1", "cat", ""},
			"another domain":            {"domain-2", "ann", "open sesame"},
			"no domain":                 {"", "ann", "open sesame"},
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
		assert.Equal(t, "ERROR_INVALID_PARAMETER", apierror.From(err).Code)
		assert.Empty(t, user.PasswordHash)
	})
}

func TestTooManySignInsAtOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, m manager.Managers, _ connector.Connectors) {
		var busy atomic.Int32
		var group sync.WaitGroup
		for range 400 {
			group.Go(func() {
				_, err := m.User.Authenticate(t.Context(), "domain-1", "nobody", "open sesame")
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
		_, err := db.Conn(t.Context()).ExecContext(t.Context(), `UPDATE "user" SET "role_bindings" = '"none"'`)
		require.NoError(t, err)
		_, err = users.Authenticate(t.Context(), "domain-1", "ann", "open sesame")
		require.NotEqual(t, refused, apierror.From(err).Code)
		_, err = users.Authenticate(t.Context(), "", "ann", "open sesame")
		assert.Equal(t, refused, apierror.From(err).Code)
	})
}
