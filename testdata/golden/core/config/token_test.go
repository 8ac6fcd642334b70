package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/config"
)

func TestSystemToken(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "token")
	main := write(t, dir, "config.yaml", "GLOBAL: {TOKEN_FILE: "+file+"}\n")
	c, err := config.Load(t.Context(), nil, main)
	require.NoError(t, err)
	is := func(want string) {
		t.Helper()
		token, err := c.SystemToken()
		require.NoError(t, err)
		assert.Equal(t, want, token)
	}
	is("") // it is still to come
	write(t, dir, "token", "first\n")
	is("first")
	write(t, dir, "token", "second")
	is("second")
	c.Token = "given"
	is("given")

	c.Token = ""
	require.NoError(t, os.Remove(file))
	require.NoError(t, os.Mkdir(file, 0o750))
	_, err = c.SystemToken()
	assert.ErrorContains(t, err, "TOKEN_FILE")
	c.TokenFile = ""
	is("")
}
