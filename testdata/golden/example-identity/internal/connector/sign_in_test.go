package connector_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	core "github.com/cloudforet-io/spacegen/core/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/config"
	"github.com/cloudforet-io/identity/internal/connector"
)

func configured(t *testing.T, settings string) *core.Config {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(file, []byte(settings), 0o600))
	cfg, err := core.Load(t.Context(), config.Defaults(), file)
	require.NoError(t, err)
	return cfg
}

func TestSignInLimits(t *testing.T) {
	byDefault := connector.SignInLimits{
		User: 5, Address: 100, Window: 15 * time.Minute, FirstDelay: time.Second, MaxDelay: time.Minute, Proxies: []netip.Prefix{},
	}
	limits, err := connector.ReadSignInLimits(configured(t, "{}"))
	require.NoError(t, err)
	assert.Equal(t, byDefault, limits)

	own := byDefault
	own.User, own.Proxies = 3, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	limits, err = connector.ReadSignInLimits(configured(t, "SIGN_IN: {user_failures: 3, trusted_proxies: [10.0.0.0/8]}"))
	require.NoError(t, err)
	assert.Equal(t, own, limits)
}

func TestSignInLimitsThatCanNotBe(t *testing.T) {
	for settings, want := range map[string]string{
		"{user_failure: 3}":              "user_failure",
		"{user_failures: -1}":            "negative",
		"{window: 0s}":                   "above 0",
		"{first_delay: 2m}":              "no less than first_delay",
		"{max_delay: soon}":              "max_delay",
		"{trusted_proxies: [localhost]}": "localhost",
	} {
		cfg := configured(t, "SIGN_IN: "+settings)
		_, err := connector.ReadSignInLimits(cfg)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "SIGN_IN")
		_, err = connector.NewSignIn(connector.Deps{Config: cfg}).Find(t.Context(), time.Now())
		assert.ErrorContains(t, err, want, "it is not taken for no limits")
	}
}
