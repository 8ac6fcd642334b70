package plugin_test

import (
	"os"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/plugin"
)

func TestAChildIsStartedUntilTheEnd(t *testing.T) {
	t.Setenv("SPACEONE_CONFIG_FILE", "/etc/secret.yaml") // is none of the plugin's business
	program, err := os.Executable()
	require.NoError(t, err)
	p := plugin.New(plugin.Options{
		Commands: map[string][]string{"p": {program}, "broken": {program, "broken"}, "empty": {}, "gone": {"/nowhere"}},
		Services: newPlatform(t), Failures: 100,
	})
	t.Cleanup(func() { assert.NoError(t, p.Close()) })
	require.NoError(t, check(t, p))
	require.NoError(t, check(t, p), "the same one")
	for _, id := range []string{"broken", "empty", "gone"} {
		_, err := p.Client(t.Context(), plugin.Ref{ID: id})
		assert.ErrorContains(t, err, id)
	}
	require.NoError(t, p.Close())
	err = check(t, p)
	require.ErrorContains(t, err, "about to end")
	assert.Equal(t, "ERROR_GRPC_CONNECTION", apierror.From(err).Code)
	nobodyListens(t)
}

// nobodyListens waits until no goroutine waits for what a child says.
func nobodyListens(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		var all strings.Builder
		require.NoError(t, pprof.Lookup("goroutine").WriteTo(&all, 1))
		return !strings.Contains(all.String(), "plugin.listen.")
	}, time.Minute, 20*time.Millisecond)
}
