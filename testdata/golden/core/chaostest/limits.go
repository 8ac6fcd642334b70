//go:build unix

package chaostest

import (
	"context"
	"fmt"
	"net"
	"os"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
)

const (
	descriptors = 64                 // that a process has
	visitors    = 4 * descriptors    // connections that want one
	memoryLimit = "GOMEMLIMIT=64MiB" // of a process
	longList    = 9_000              // of what one list may have: 10,000
	listers     = 4
)

// fewDescriptors lets visitors take all file descriptors that the service may have. It
// refuses what it cannot do, and goes on when they leave.
func (w *world) fewDescriptors(t *testing.T) {
	name, settings := w.database(t)
	service := w.start(t, settings, how{wrapped: limited("-n", descriptors)})
	known := w.dial(t, service)
	require.Equal(t, codes.OK, known.list(t.Context(), domain(0)))
	address := service.grpc
	if w.byREST() {
		address = service.rest
	}
	var crowd []net.Conn
	for range visitors { // those for whom there is no room wait in the kernel
		conn, err := net.DialTimeout("tcp", address, time.Second)
		if err != nil {
			break
		}
		crowd = append(crowd, conn)
	}
	var left time.Time
	calls := w.strain(t, load{caller: known}, func() {
		time.Sleep(w.load / 2)
		for _, conn := range crowd {
			assert.NoError(t, conn.Close())
		}
		left = time.Now()
		time.Sleep(w.load / 3)
	})
	v, recovered := w.judge(t, name, calls), recovery(calls, left)
	t.Logf("%d file descriptors and %d visitors: %s; worked well %s after they had left", descriptors, len(crowd), v, recovered.Round(time.Millisecond))
	w.assertNothingLost(t, v, 0, service)
	assertRecovered(t, recovered)
	assert.Equal(t, codes.OK, w.dial(t, service).list(t.Context(), domain(0)), "a new client is served")
	assert.NoError(t, service.alive())
}

// limited is a command that runs another one with a limit of the shell's ulimit.
func limited(of string, limit int) []string {
	return []string{"sh", "-c", fmt.Sprintf(`ulimit %s %d && exec "$@"`, of, limit), "sh"}
}

// littleMemory asks for lists as long as they may be, several at once, of a service whose
// memory is small.
func (w *world) littleMemory(t *testing.T) {
	name, settings := w.database(t)
	service := w.start(t, settings, how{environment: []string{memoryLimit}})
	c := w.dial(t, service)
	require.Equal(t, codes.OK, c.create(t.Context(), domain(0), 0))
	w.multiply(t, name, longList-1)
	var mu sync.Mutex
	answers := map[codes.Code]int{}
	var slowest atomic.Int64
	var running sync.WaitGroup
	for range listers {
		running.Go(func() {
			for end := time.Now().Add(w.load); time.Now().Before(end); {
				asked := time.Now()
				code := c.list(context.WithoutCancel(t.Context()), "")
				slowest.Store(max(slowest.Load(), int64(time.Since(asked))))
				mu.Lock()
				answers[code]++
				mu.Unlock()
			}
		})
	}
	running.Wait()
	t.Logf("%s, lists of %d by %d clients at once:%s, slowest %s, most memory %s", memoryLimit, longList, listers,
		numbers(answers), time.Duration(slowest.Load()).Round(time.Millisecond), service.mostMemory())
	assert.NotZero(t, answers[codes.OK], "lists that were given")
	for code := range answers {
		assert.Contains(t, []codes.Code{codes.OK, codes.Unavailable, codes.ResourceExhausted}, code, "what lists are answered with")
	}
	assert.NoError(t, service.alive())
	assert.Equal(t, codes.OK, c.create(t.Context(), domain(1), 1), "it goes on")
}

// multiply copies the one resource that there is.
func (w *world) multiply(t *testing.T, database string, times int) {
	t.Helper()
	table := pgx.Identifier{w.Table}.Sanitize()
	conn, err := pgx.Connect(t.Context(), w.postgres.url(database))
	require.NoError(t, err)
	defer conn.Close(t.Context()) //nolint:errcheck // its work is done
	var key string
	require.NoError(t, conn.QueryRow(t.Context(), `SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
		WHERE i.indrelid = $1::regclass AND i.indisprimary`, table).Scan(&key))
	_, err = conn.Exec(t.Context(), fmt.Sprintf(`INSERT INTO %[1]s SELECT (jsonb_populate_record(r, jsonb_build_object(
		$1::text, 'copy-' || i, 'domain_id', 'copies-' || i))).* FROM %[1]s r, generate_series(1, $2::int) i`, table), key, times)
	require.NoError(t, err)
}

var highWater = regexp.MustCompile(`VmHWM:\s*(\d+ kB)`)

// mostMemory is the most that a process had at any time, where the system tells it.
func (p *process) mostMemory() string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if found := highWater.FindSubmatch(text); err == nil && found != nil {
		return string(found[1])
	}
	return "unknown"
}
