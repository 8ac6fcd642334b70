package manager_test

import (
	"testing"

	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// eachStore runs a test with all managers and what lies below, on every engine.
func eachStore(t *testing.T, test func(t *testing.T, m manager.Managers, c connector.Connectors)) {
	t.Helper()
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		c := connector.New(connector.Deps{DB: db})
		test(t, manager.New(c), c)
	})
}

// newDomain makes a domain.
func newDomain(t *testing.T, m manager.Managers, name string) *model.Domain {
	t.Helper()
	domain := &model.Domain{Name: name, State: model.Enabled}
	require.NoError(t, m.Domain.Create(t.Context(), domain))
	return domain
}
