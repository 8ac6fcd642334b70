//go:build unix

package chaostest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// rollingRestart stops one of two replicas and starts it again, then the other, as long as
// the load lasts. A client that tries again when it gets UNAVAILABLE notices nothing.
func (w *world) rollingRestart(t *testing.T) {
	name, settings := w.database(t)
	replicas := []*instance{w.start(t, settings, how{}), w.start(t, settings, how{})}
	restarts := 0
	calls := w.strain(t, load{caller: w.dial(t, replicas...), again: true, lists: true}, func() { restarts = w.restartInTurn(t, replicas) })
	v := w.judge(t, name, calls)
	t.Logf("%d restarts of two replicas: %s", restarts, v)
	cut := 0
	if w.byREST() {
		cut = restarts // a request may meet the end of its connection, which HTTP does not announce
	}
	w.assertNothingLost(t, v, cut, replicas...)
	assert.Zero(t, v.refused, "calls that failed, however often they were made")
}

// restartInTurn stops each replica and starts it again, over and over for as long as the
// load lasts, and gives how often.
func (w *world) restartInTurn(t *testing.T, replicas []*instance) (restarts int) {
	t.Helper()
	for begun := time.Now(); restarts < len(replicas) || time.Since(begun) < w.load; restarts++ {
		replica := replicas[restarts%len(replicas)]
		assert.NoError(t, replica.stop(), "a replica that is told to stop ends well")
		replica.again(t)
		time.Sleep(2 * reconnect) // whoever lost it has found it again
	}
	return restarts
}
