package connector_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/core/signing"
)

func TestAlgorithm(t *testing.T) {
	for settings, want := range map[string]string{
		"{}":                     `"RS256"`,
		"TOKEN_ALGORITHM: RS256": `"RS256"`,
		"TOKEN_ALGORITHM: EdDSA": `"EdDSA"`,
		"TOKEN_ALGORITHM: null":  `"RS256"`,
	} {
		keys, err := connector.NewSigning(connector.Deps{Config: configured(t, settings)}).NewKeys()
		require.NoError(t, err, settings)
		public, err := signing.PublicKey(keys)
		require.NoError(t, err)
		assert.Contains(t, public, `"alg":`+want, settings)
	}
}

func TestAlgorithmsThatAreNone(t *testing.T) {
	for _, name := range []string{"HS256", "rs256", "none", `""`} {
		cfg := configured(t, "TOKEN_ALGORITHM: "+name)
		_, err := connector.ReadAlgorithm(cfg)
		require.ErrorContains(t, err, "TOKEN_ALGORITHM", name)
		require.ErrorContains(t, err, "none of RS256, EdDSA", name)
		_, err = connector.NewSigning(connector.Deps{Config: cfg}).NewKeys()
		assert.Error(t, err, name)
	}
}
