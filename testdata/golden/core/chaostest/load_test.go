//go:build unix

package chaostest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"google.golang.org/grpc/codes"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func at(n int, code codes.Code, begun, ended time.Duration) call {
	return call{n: n, code: code, attempts: 1, begun: noon.Add(begun), ended: noon.Add(ended)}
}

func TestVerdict(t *testing.T) {
	calls := []call{
		at(0, codes.OK, 0, 1), at(1, codes.OK, 0, 1), at(2, codes.OK, 0, 1),
		at(3, codes.Unavailable, 0, 1), at(4, codes.Unavailable, 0, 1),
		at(5, codes.Internal, 0, 1), at(6, codes.Internal, 0, 1),
	}
	calls[0].attempts, calls[0].listed = 3, codes.Unavailable
	v := verdictOf(calls, map[string]int{"chaos-0": 1, "chaos-1": 2, "chaos-3": 1, "chaos-5": 1})
	assert.Equal(t, verdict{
		written: 3, lost: 1, doubled: 1, refused: 2, kept: 1, unclear: 2, again: 2, suspect: 3, pause: 1,
		codes: map[codes.Code]int{codes.Unavailable: 2, codes.Internal: 2}, unlisted: map[codes.Code]int{codes.Unavailable: 1},
	}, v)
	assert.Equal(t, "written 3, lost 1, doubled 1, failed 4 (Internal 2, Unavailable 2), refused and there 1, tried again 2 times, "+
		"lists failed (Unavailable 1), longest pause 0s", v.String())
	assert.Equal(t, "written 1, lost 0, doubled 0, failed 0, longest pause 0s", verdictOf(calls[:1], map[string]int{"chaos-0": 1}).plain())
}

// plain is the line without what the first call of the test has beside.
func (v verdict) plain() string {
	v.again, v.unlisted = 0, nil
	return v.String()
}

func TestPauseAndRecovery(t *testing.T) {
	calls := []call{
		at(0, codes.OK, 0, time.Second),
		at(1, codes.Unavailable, time.Second, 2*time.Second),
		at(2, codes.OK, 3*time.Second, 8*time.Second),
		at(3, codes.OK, 6*time.Second, 9*time.Second),
		at(4, codes.Unavailable, 9*time.Second, 10*time.Second),
	}
	assert.Equal(t, 7*time.Second, longestPause(calls))
	assert.Equal(t, 10*time.Second, longestPause(calls[4:])+9*time.Second, "to the end, if none is answered well")
	assert.Equal(t, 5*time.Second, recovery(calls, noon.Add(4*time.Second)), "of those that began before nobody knows what helped them")
	assert.Negative(t, recovery(calls, noon.Add(7*time.Second)))
}
