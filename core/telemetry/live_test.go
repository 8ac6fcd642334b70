package telemetry_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/telemetry"
)

func TestLevelIsLive(t *testing.T) {
	tel, out := setup(t, telemetry.Options{Level: "warn"})
	live := tel.Live()
	require.True(t, live.Has("LOG.level"))
	derived := tel.Log.With("by", "before")
	derived.Info("first")
	live.Take(&config.Config{Log: config.Log{Level: "debug"}})
	derived.Debug("second")
	live.Take(&config.Config{})
	derived.Debug("third")
	derived.Info("fourth")
	require.NoError(t, tel.Shutdown(t.Context()))
	assert.NotContains(t, out.String(), "first")
	assert.Contains(t, out.String(), "second")
	assert.NotContains(t, out.String(), "third")
	assert.Contains(t, out.String(), "fourth")
}
