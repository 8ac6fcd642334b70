package server_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/server"
)

// TestConnectionsEndWhenTheProcessLeaves: a client that keeps its connection would send a
// call when it is closed, and not know whether it was done.
func TestConnectionsEndWhenTheProcessLeaves(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	rest, err := server.NewREST(ctx, server.RESTOptions{Address: "127.0.0.1:0", OpenAPI: []byte("{}")})
	require.NoError(t, err)
	module := rest.Module()
	require.NoError(t, module.Start(t.Context()))
	defer module.Stop(context.Background()) //nolint:errcheck // the test is over
	closes := func() bool {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+rest.Address()+"/check", nil)
		require.NoError(t, err)
		res, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		assert.Equal(t, http.StatusOK, res.StatusCode)
		return res.Close
	}
	assert.False(t, closes())
	leave()
	assert.True(t, closes())
}
