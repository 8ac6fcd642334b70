//go:build unix

package chaostest

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
)

// recoveryTime is what a service has to work again when what it needs is back.
const recoveryTime = 5 * time.Second

// databaseDies kills one process of PostgreSQL, then all of it, and brings it back. What was
// answered well is there once; what was refused is not; the service goes on by itself.
func (w *world) databaseDies(t *testing.T) {
	name, settings := w.database(t)
	service := w.start(t, settings, how{})
	var back time.Time
	calls := w.strain(t, load{caller: w.dial(t, service), lists: true}, func() {
		time.Sleep(w.load / 5)
		w.postgres.killBackend(t, name)
		time.Sleep(w.load / 5)
		w.postgres.kill()
		time.Sleep(w.load / 5)
		w.postgres.start(t)
		back = time.Now()
		time.Sleep(w.load / 5)
	})
	v, recovered := w.judge(t, name, calls), recovery(calls, back)
	t.Logf("PostgreSQL killed twice under load: %s; worked again %s after it was back", v, recovered.Round(time.Millisecond))
	w.assertNothingLost(t, v, 2, service)
	assertRecovered(t, recovered)
	assert.NoError(t, service.alive())
}

// columnAdded adds a column and drops it, as the migrations of a new version do, while the
// old one serves.
func (w *world) columnAdded(t *testing.T) {
	name, settings := w.database(t)
	service := w.start(t, settings, how{})
	table := pgx.Identifier{w.Table}.Sanitize()
	calls := w.strain(t, load{caller: w.dial(t, service), again: true, lists: true}, func() {
		for _, change := range []string{"ADD COLUMN chaos_column text NOT NULL DEFAULT 'new'", "DROP COLUMN chaos_column"} {
			time.Sleep(w.load / 3)
			require.NoError(t, w.postgres.do(t.Context(), name, "ALTER TABLE "+table+" "+change))
		}
	})
	v := w.judge(t, name, calls)
	t.Logf("a column added and dropped while the service works: %s", v)
	w.assertNothingLost(t, v, 0, service)
	assert.Zero(t, v.refused, "calls that failed, however often they were made")
}

// assertNothingLost fails unless every call that was answered well is there once, and none
// that may be made again is there already. Whose answer got lost, with its connection, may
// be there: at each damage those are as many as calls are under way.
func (w *world) assertNothingLost(t *testing.T, v verdict, damages int, by ...*instance) {
	t.Helper()
	for _, one := range by {
		if v.suspect >= 0 {
			t.Logf("what the service said of %s, one of them: %s", domain(v.suspect), one.about(domain(v.suspect)))
		}
	}
	assert.NotZero(t, v.written, "calls that were answered well")
	assert.Zero(t, v.lost, "calls that were answered well, and are not there")
	assert.Zero(t, v.doubled, "calls that are there more than once")
	assert.Zero(t, v.kept, "calls that were answered with UNAVAILABLE, and are there: who makes them again has two")
	assert.LessOrEqual(t, v.unclear, damages*clients, "calls that failed with another code than UNAVAILABLE: %v", v.codes)
	for code := range v.unlisted {
		if code != codes.Unknown || !w.byREST() { // by REST: the connection broke
			assert.Equal(t, codes.Unavailable, code, "what lists fail with")
		}
	}
}

// assertRecovered fails unless the service works again, and soon.
func assertRecovered(t *testing.T, took time.Duration) {
	t.Helper()
	assert.GreaterOrEqual(t, took, time.Duration(0), "the service does not work again")
	assert.Less(t, took, recoveryTime, "how long the service took to work again")
}
