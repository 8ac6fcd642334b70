package connector_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/inventory/internal/connector"
)

// secretPeer answers with what it was asked.
type secretPeer struct{ err error }

func (p secretPeer) Dispatch(_ context.Context, service, method string, params map[string]any) (map[string]any, error) {
	return map[string]any{"service": service, "method": method, "params": params}, p.err
}

func TestSecret(t *testing.T) {
	params := map[string]any{"name": "x"}
	answer, err := connector.NewSecret(connector.Deps{Services: secretPeer{}}).Call(t.Context(), "Thing.list", params)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"service": "secret", "method": "Thing.list", "params": params}, answer)

	down := errors.New("down")
	_, err = connector.NewSecret(connector.Deps{Services: secretPeer{err: down}}).Call(t.Context(), "Thing.list", nil)
	assert.ErrorIs(t, err, down)
}
