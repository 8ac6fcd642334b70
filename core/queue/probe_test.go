package queue

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/preflight"
)

func TestProbes(t *testing.T) {
	t.Parallel()
	probes := Probes(map[string]Options{
		"a": {}, "b": remote(t), "c": {Host: "127.0.0.1", Port: 1, Password: "hunter2"}, "d": {Backend: "kafka"},
	})
	require.Len(t, probes, 4)
	for i, want := range []struct {
		name    string
		offline bool
		state   preflight.State
	}{{"queue a", true, preflight.OK}, {"queue b", false, preflight.OK}, {"queue c", false, preflight.Failed}, {"queue d", true, preflight.Failed}} {
		assert.Equal(t, want.name, probes[i].Name)
		assert.Equal(t, want.offline, probes[i].Offline, want.name)
		found := probes[i].Look(t.Context())
		assert.Equal(t, want.state, found.State, found.Detail)
		assert.NotContains(t, found.Detail, "hunter2")
	}
}

func TestBoundIsLive(t *testing.T) {
	t.Parallel()
	s := open(t, Options{MaxWaiting: 1})
	require.NoError(t, s.Put(t.Context(), "q", syncTask("a")))
	require.True(t, IsFull(s.Put(t.Context(), "q", syncTask("b"))))
	live := s.Live()
	require.True(t, live.Has("QUEUES.q.max_waiting"))
	live.Take(&config.Config{Queues: map[string]config.Queue{"q": {MaxWaiting: 2}}})
	require.NoError(t, s.Put(t.Context(), "q", syncTask("b")))
	require.True(t, IsFull(s.Put(t.Context(), "q", syncTask("c"))))
	live.Take(&config.Config{})
	assert.NoError(t, s.Put(t.Context(), "q", syncTask("c")), "without the setting there is no bound")
}
