//go:build unix

package chaostest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
)

const (
	clients    = 16
	pauseAfter = 20 * time.Millisecond // a call that failed
	patience   = 10 * time.Second      // of who tries again
)

// A load is calls that create resources, one after the other by each of some clients.
type load struct {
	caller *caller
	again  bool // calls that get UNAVAILABLE are made again, as clients of gRPC do
	lists  bool // each client lists what it has created

	pause time.Duration // of each client, between its calls
	rate  int           // calls a second, however long one takes; 0: as many as the clients can make
}

// A call is one wish of a client, which is created or not.
type call struct {
	n            int
	code         codes.Code // of the last attempt
	attempts     int
	begun, ended time.Time
	listed       codes.Code
}

// domain is where the nth is created, and nothing else.
func domain(n int) string { return fmt.Sprintf("chaos-%d", n) }

// strain puts load on the service for as long as the environment says and damage takes,
// and gives the calls, by their number.
func (w *world) strain(t *testing.T, l load, damage func()) []call {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), w.load)
	defer cancel()
	var next atomic.Int64
	var done atomic.Bool
	var mu sync.Mutex
	var all []call
	var running sync.WaitGroup
	ask := func() call {
		one := l.one(int(next.Add(1)) - 1)
		mu.Lock()
		all = append(all, one)
		mu.Unlock()
		return one
	}
	if l.rate > 0 {
		running.Go(func() { l.steadily(&done, func() { running.Go(func() { ask() }) }) })
	} else {
		for range clients {
			running.Go(func() {
				for !done.Load() {
					pause := l.pause
					if ask().code != codes.OK {
						pause += pauseAfter
					}
					time.Sleep(pause)
				}
			})
		}
	}
	defer running.Wait()
	defer done.Store(true) // also if the damage fails
	damage()
	<-ctx.Done()
	done.Store(true)
	running.Wait()
	slices.SortFunc(all, func(a, b call) int { return a.n - b.n })
	return all
}

// steadily begins calls at the rate until it is done.
func (l load) steadily(done *atomic.Bool, begin func()) {
	for begun, n := time.Now(), 0; !done.Load(); n++ {
		time.Sleep(time.Until(begun.Add(time.Duration(n) * time.Second / time.Duration(l.rate))))
		begin()
	}
}

// one makes one call, with its repetitions.
func (l load) one(n int) call {
	c := call{n: n, begun: time.Now()}
	for {
		c.attempts++
		// Each attempt asks for another one, so that a second is not refused as a copy of the first.
		c.code = l.caller.create(context.Background(), domain(n), n+c.attempts<<20)
		if !l.again || c.code != codes.Unavailable || time.Since(c.begun) > patience {
			break
		}
		time.Sleep(pauseAfter)
	}
	c.ended = time.Now()
	if l.lists && c.code == codes.OK {
		c.listed = l.caller.list(context.Background(), domain(n))
	}
	return c
}

// A verdict is what became of calls.
type verdict struct {
	written  int                // calls that were answered well
	lost     int                // of these, those whose resource is not there
	doubled  int                // calls whose resource is there more than once
	refused  int                // calls that were answered with UNAVAILABLE, so that they may be made again
	kept     int                // of these, those whose resource is there all the same
	unclear  int                // calls that were answered with something else
	again    int                // attempts beyond the first
	unlisted map[codes.Code]int // lists that failed
	codes    map[codes.Code]int
	suspect  int           // a call that was lost, doubled or kept; -1: none
	pause    time.Duration // the longest time in which no call was answered well
}

// judge holds the calls against what the database has.
func (w *world) judge(t *testing.T, database string, calls []call) verdict {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), w.postgres.url(database))
	require.NoError(t, err)
	defer conn.Close(t.Context()) //nolint:errcheck // all was read
	rows, err := conn.Query(t.Context(), fmt.Sprintf(`SELECT domain_id, count(*) FROM %s GROUP BY domain_id`, pgx.Identifier{w.Table}.Sanitize()))
	require.NoError(t, err)
	there := map[string]int{}
	var name string
	var count int
	_, err = pgx.ForEachRow(rows, []any{&name, &count}, func() error { there[name] = count; return nil })
	require.NoError(t, err)
	return verdictOf(calls, there)
}

// verdictOf holds the calls against how many resources are there, by domain.
func verdictOf(calls []call, there map[string]int) verdict {
	v := verdict{suspect: -1, codes: map[codes.Code]int{}, unlisted: map[codes.Code]int{}}
	for _, c := range calls {
		n := there[domain(c.n)]
		v.again += c.attempts - 1
		if n > 1 || (c.code == codes.OK) != (n > 0) && (c.code == codes.OK || c.code == codes.Unavailable) {
			v.suspect = c.n
		}
		if n > 1 {
			v.doubled++
		}
		if c.listed != codes.OK {
			v.unlisted[c.listed]++
		}
		switch c.code { //nolint:exhaustive // all others are alike
		case codes.OK:
			v.written++
			if n == 0 {
				v.lost++
			}
			continue
		case codes.Unavailable:
			v.refused++
			if n > 0 {
				v.kept++
			}
		default:
			v.unclear++
		}
		v.codes[c.code]++
	}
	v.pause = longestPause(calls)
	return v
}

// String is the line that is logged of a case.
func (v verdict) String() string {
	s := fmt.Sprintf("written %d, lost %d, doubled %d, failed %d%s", v.written, v.lost, v.doubled, v.refused+v.unclear, numbers(v.codes))
	if v.refused > 0 {
		s += fmt.Sprintf(", refused and there %d", v.kept)
	}
	if v.again > 0 {
		s += fmt.Sprintf(", tried again %d times", v.again)
	}
	if len(v.unlisted) > 0 {
		s += ", lists failed" + numbers(v.unlisted)
	}
	return s + fmt.Sprintf(", longest pause %s", v.pause.Round(time.Millisecond))
}

// numbers writes how often there was each code: " (Unavailable 3)".
func numbers(all map[codes.Code]int) string {
	if len(all) == 0 {
		return ""
	}
	var texts []string
	for _, code := range slices.Sorted(maps.Keys(all)) {
		texts = append(texts, fmt.Sprintf("%s %d", code, all[code]))
	}
	return " (" + strings.Join(texts, ", ") + ")"
}

// longestPause is the longest time in which no call was answered well.
func longestPause(calls []call) time.Duration {
	var longest time.Duration
	var last, end time.Time
	for _, c := range slices.SortedFunc(slices.Values(calls), func(a, b call) int { return a.ended.Compare(b.ended) }) {
		if last.IsZero() {
			last = c.begun
		}
		if end = c.ended; c.code == codes.OK {
			longest, last = max(longest, c.ended.Sub(last)), c.ended
		}
	}
	return max(longest, end.Sub(last))
}

// recovery is how long after a moment the first call that began then was answered well;
// -1: none was.
func recovery(calls []call, after time.Time) time.Duration {
	first := time.Duration(-1)
	for _, c := range calls {
		if took := c.ended.Sub(after); c.code == codes.OK && !c.begun.Before(after) && (first < 0 || took < first) {
			first = took
		}
	}
	return first
}
