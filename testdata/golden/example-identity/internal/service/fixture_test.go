package service_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/core/signing"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// managersOf gives all managers.
func managersOf(c connector.Connectors) manager.Managers {
	return manager.Managers{
		App: manager.NewApp(c), Domain: manager.NewDomain(c), User: manager.NewUser(c),
		Session: manager.NewSession(c), SignIn: manager.NewSignIn(c), Signer: manager.NewSigner(c),
	}
}

// have makes domains whose names are their identifiers.
func have(t *testing.T, c connector.Connectors, domains ...string) {
	t.Helper()
	for _, id := range domains {
		key, err := signing.NewKey()
		require.NoError(t, err)
		require.NoError(t, c.Domain.Create(t.Context(), &model.Domain{
			DomainID: id, Name: id, State: model.Enabled, PrivateKey: model.Secret(key),
		}))
	}
}
