package service_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/core/signing"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// unlocked has methods be called outside of transactions, where nothing can be locked
// and, with one caller, nothing has to be.
func unlocked(m manager.Managers) manager.Managers {
	m.App, m.Domain, m.User = unlockedApp{m.App}, unlockedDomain{m.Domain}, unlockedUser{m.User}
	return m
}

type unlockedApp struct{ manager.App }

func (m unlockedApp) GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.App, error) {
	return m.Get(ctx, scope, id)
}

type unlockedDomain struct{ manager.Domain }

func (m unlockedDomain) GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.Domain, error) {
	return m.Get(ctx, scope, id)
}

type unlockedUser struct{ manager.User }

func (m unlockedUser) GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.User, error) {
	return m.Get(ctx, scope, id)
}

// have makes domains whose names are their identifiers.
func have(t *testing.T, c connector.Connectors, domains ...string) {
	t.Helper()
	for _, id := range domains {
		keys, err := signing.NewKeys(signing.EdDSA)
		require.NoError(t, err)
		require.NoError(t, c.Domain.Create(t.Context(), &model.Domain{
			DomainID: id, Name: id, State: model.Enabled, PrivateKey: model.Secret(keys),
		}))
	}
}
