//go:build unix

package chaostest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
)

const (
	tasks   = 1000
	workers = 3
	// drainTime is what the tasks have to end when nobody is killed any more. Those of a
	// worker that died are given to others after a minute and a half.
	drainTime = 4 * time.Minute
)

// redis is a Redis of the test's own, which keeps what it was told when it dies.
type redis struct {
	*process
	program string
	dir     string
	as      *syscall.Credential
	port    int
}

func (r *redis) start(t *testing.T) {
	t.Helper()
	r.process = launch(t, "redis", r.dir, r.as, nil, r.program, "--port", strconv.Itoa(r.port), "--bind", "127.0.0.1", "--save", "",
		"--appendonly", "yes", "--dir", r.dir)
	eventually(t, startTime, "Redis", func(ctx context.Context) error {
		require.NoError(t, r.alive())
		return r.ping(ctx)
	})
}

// ping asks for a sign of life, which there is none of while data is loaded.
func (r *redis) ping(ctx context.Context) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", r.port))
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // the answer was read
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return err
	}
	answer := make([]byte, 64)
	n, err := conn.Read(answer)
	if err == nil && string(answer[:n]) != "+PONG\r\n" {
		err = fmt.Errorf("it says %q", answer[:n])
	}
	return err
}

// queueDies commits tasks to the outbox while workers are killed every second, one after
// the other, and Redis once. Each task is run: at least once, so some may be run twice.
func (w *world) queueDies(t *testing.T) {
	store := &redis{program: required(t, "redis-server", "Redis (Debian: apt-get install redis-server)"),
		dir: folder(t, "redis"), as: unprivileged(t), port: freePorts(t, 1)[0]}
	store.start(t)
	name, settings := w.database(t)
	queues, _ := w.defaults["QUEUES"].(map[string]any)
	require.NotEmpty(t, queues, "QUEUES of the service's own configuration")
	shared := map[string]any{}
	for queue, options := range queues {
		shared[queue] = maps.Clone(options.(map[string]any))
		maps.Copy(shared[queue].(map[string]any), map[string]any{"host": "127.0.0.1", "port": store.port})
	}
	settings["QUEUES"] = shared
	var all []*instance
	for range workers {
		all = append(all, w.start(t, settings, how{server: "worker"}))
	}
	queue := w.workedAt(t)

	put, killed, begun := 0, 0, time.Now()
	for rounds := max(4, int(w.load/time.Second)); killed < rounds; killed++ {
		next := time.After(time.Second)
		before, upTo := w.count(t, name), tasks*(killed+1)/rounds
		w.commit(t, name, queue, put, upTo)
		put = upTo
		eventually(t, drainTime, "workers take tasks", func(context.Context) error {
			if w.count(t, name) == before {
				return errors.New("nothing is done")
			}
			return nil
		})
		victim := all[killed%len(all)]
		victim.kill()
		if killed == rounds/2 {
			store.kill()
			store.start(t)
		}
		victim.launch(t)
		<-next
	}
	damaged := time.Since(begun)
	for _, one := range all {
		one.await(t)
	}
	calls := make([]call, put)
	for i := range calls {
		calls[i].n = i
	}
	took := eventually(t, drainTime, "all tasks are run", func(context.Context) error {
		time.Sleep(100 * time.Millisecond)
		if there := w.count(t, name); there < tasks {
			return fmt.Errorf("%d of %d have been", there, tasks)
		}
		return nil
	})
	v := w.judge(t, name, calls)
	t.Logf("%d tasks by the outbox, %d kills of workers at work and one of Redis in %s: lost %d, doubled %d (a task is run at least once), all done %s later",
		put, killed, damaged.Round(time.Second), v.lost, v.doubled, took.Round(time.Second))
	assert.Zero(t, v.lost, "tasks that were committed, and not run")
	for _, one := range all {
		assert.NoError(t, one.alive())
	}
}

// count says in how many domains there are resources.
func (w *world) count(t *testing.T, database string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), w.postgres.url(database))
	require.NoError(t, err)
	defer conn.Close(t.Context()) //nolint:errcheck // all was read
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT count(DISTINCT domain_id) FROM "+pgx.Identifier{w.Table}.Sanitize()).Scan(&n))
	return n
}

// workedAt is a queue at which a worker works, with nothing configured.
func (w *world) workedAt(t *testing.T) string {
	t.Helper()
	workers, _ := w.defaults["WORKERS"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(workers)) {
		if worker, ok := workers[name].(map[string]any); ok {
			if queue, ok := worker["queue"].(string); ok {
				return queue
			}
		}
	}
	require.Fail(t, "WORKERS of the service's own configuration name no queue")
	return ""
}

// commit puts tasks into the outbox, as calls do that are committed.
func (w *world) commit(t *testing.T, database, queue string, from, to int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), w.postgres.url(database))
	require.NoError(t, err)
	defer conn.Close(t.Context()) //nolint:errcheck // all was committed
	batch := &pgx.Batch{}
	for n := from; n < to; n++ {
		message, err := w.Message(queue, n)
		require.NoError(t, err)
		batch.Queue(`INSERT INTO queue_outbox (id, message, due_at, created_at) VALUES ($1, $2, 0, 0)`, fmt.Sprintf("chaos-%06d", n), string(message))
	}
	require.NoError(t, conn.SendBatch(t.Context(), batch).Close())
}

// Message is a task that creates the nth resource, as the outbox keeps it for a queue. It is
// written here so that services without queues need none of their modules.
func (s Service) Message(queue string, n int) ([]byte, error) {
	params, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(s.Request(n))
	if err != nil {
		return nil, err
	}
	resource, method, _ := strings.Cut(s.Task, ".")
	return json.Marshal(map[string]any{
		"queue": queue, "kind": "task", "id": domain(n), "once": true, "retries": 10, "timeout": time.Minute, "retention": time.Hour,
		"data": map[string]any{"name": "chaos", "version": "v1", "stages": []any{map[string]any{
			"locator": "SERVICE", "name": resource, "method": method, "params": json.RawMessage(params),
			"metadata": map[string]string{"x_domain_id": domain(n), "x_workspace_id": domain(n)},
		}}},
	})
}
