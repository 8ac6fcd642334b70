package cache_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/cache"
	"github.com/cloudforet-io/spacegen/core/preflight"
	"github.com/cloudforet-io/spacegen/core/redistest"
)

func TestProbes(t *testing.T) {
	host, port := redistest.Server(t)
	probes := cache.Probes(map[string]cache.Options{
		"a": {}, "b": {Host: host, Port: port}, "c": {Host: "127.0.0.1", Port: 1}, "d": {Engine: "mongo"},
	})
	require.Len(t, probes, 4)
	for i, want := range []struct {
		name    string
		offline bool
		state   preflight.State
	}{{"cache a", true, preflight.OK}, {"cache b", false, preflight.OK}, {"cache c", false, preflight.Warning}, {"cache d", true, preflight.Failed}} {
		assert.Equal(t, want.name, probes[i].Name)
		assert.Equal(t, want.offline, probes[i].Offline, want.name)
		found := probes[i].Look(t.Context())
		assert.Equal(t, want.state, found.State, found.Detail)
	}
}
