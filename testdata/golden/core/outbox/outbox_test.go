package outbox

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/queue"
	"github.com/cloudforet-io/spacegen/core/redistest"
)

func task(name string) queue.Task {
	return queue.Task{Name: name, Stages: []queue.Stage{{Locator: queue.LocatorService, Name: "Region", Method: "sync"}}}
}

// remote gives options for a queue on a Redis reached over the network.
func remote(t *testing.T) queue.Options {
	t.Helper()
	host, port := redistest.Server(t)
	return queue.Options{Host: host, Port: port, Channel: t.Name() + strconv.FormatInt(time.Now().UnixNano(), 36)}
}

func open(t *testing.T, o queue.Options) *queue.Set {
	t.Helper()
	s, err := queue.Open(t.Context(), map[string]queue.Options{"q": o})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

// replica is a service with a database, an outbox and a queue.
type replica struct {
	*Outbox
	queues   *queue.Set
	pipeline *pipeline.Pipeline
	log      *bytes.Buffer
}

func newReplica(t *testing.T, db *database.DB, queues *queue.Set) *replica {
	t.Helper()
	r := &replica{queues: queues, log: new(bytes.Buffer)}
	var err error
	r.Outbox, err = New(Options{DB: db, Queues: queues, Log: slog.New(slog.NewTextHandler(r.log, nil)), Registerer: prometheus.NewPedanticRegistry()})
	require.NoError(t, err)
	queues.Through(r.Outbox)
	r.pipeline, err = pipeline.New(pipeline.Options{Transactor: db})
	require.NoError(t, err)
	return r
}

// call runs a body as a method of the service.
func (r *replica) call(ctx context.Context, body func(context.Context) error) error {
	_, err := pipeline.Call(ctx, r.pipeline, pipeline.Method{Resource: "Region", Verb: "create"}, wrapperspb.String(""),
		func(ctx context.Context, m *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
			return m, body(ctx)
		})
	return err
}

func (r *replica) put(t *testing.T, o ...queue.PutOption) {
	t.Helper()
	require.NoError(t, r.call(t.Context(), func(ctx context.Context) error { return r.queues.Put(ctx, "q", task("a"), o...) }))
}

func (r *replica) drain(t *testing.T) int {
	t.Helper()
	n, err := r.Drain(t.Context())
	require.NoError(t, err)
	return n
}

func (r *replica) size(t *testing.T) int {
	t.Helper()
	n, _, _, err := r.backlog(t.Context())
	require.NoError(t, err)
	return n
}

func (r *replica) known(t *testing.T, id string) bool {
	t.Helper()
	known, err := r.queues.Known(t.Context(), "q", id)
	require.NoError(t, err)
	return known
}

// hurry lets the time pass until everything is due.
func (r *replica) hurry(t *testing.T) {
	t.Helper()
	_, err := r.db.Conn(t.Context()).NewRaw(`UPDATE queue_outbox SET due_at = 0`).Exec(t.Context())
	require.NoError(t, err)
}

// consume runs tasks until the test ends.
func (r *replica) consume(t *testing.T, handle queue.Handler) {
	t.Helper()
	c, err := r.queues.Consume("q", queue.ConsumeOptions{Poll: 5 * time.Millisecond}, handle)
	require.NoError(t, err)
	require.NoError(t, c.Start(t.Context()))
	t.Cleanup(func() { require.NoError(t, c.Stop(context.Background())) })
}

func onEveryEngine(t *testing.T, test func(t *testing.T, db *database.DB), set ...func(*database.Options)) {
	t.Helper()
	migrations, err := Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, test, set...)
}

func TestTaskLeavesAfterTheCommit(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		r := newReplica(t, db, open(t, remote(t)))
		require.NoError(t, r.call(t.Context(), func(ctx context.Context) error {
			require.NoError(t, r.queues.Put(ctx, "q", task("a"), queue.WithID("one")))
			require.NoError(t, r.queues.PutBatch(ctx, "q", "two", []queue.Task{task("b"), task("c")}))
			require.NoError(t, r.queues.Put(ctx, "q", task("d")))
			return nil
		}))
		assert.False(t, r.known(t, "one"))
		assert.Equal(t, 3, r.size(t))
		assert.Equal(t, 3, r.drain(t))
		assert.True(t, r.known(t, "one"))
		assert.True(t, r.known(t, "two"))
		assert.Zero(t, r.size(t))
		assert.Zero(t, r.drain(t))

		sad := errors.New("sad")
		require.Error(t, r.call(t.Context(), func(ctx context.Context) error {
			require.NoError(t, r.queues.Put(ctx, "q", task("a"), queue.WithID("three")))
			return sad
		}))
		assert.Zero(t, r.drain(t), "nothing leaves on rollback")
		assert.False(t, r.known(t, "three"))

		require.NoError(t, r.queues.Put(t.Context(), "q", task("a"), queue.WithID("four")))
		assert.True(t, r.known(t, "four"), "outside a transaction at once")
		require.ErrorIs(t, db.InTx(t.Context(), func(ctx context.Context) error {
			require.NoError(t, r.queues.Put(ctx, "q", task("a"), queue.WithID("five")))
			return sad
		}), sad, "outside a call too")
		assert.Zero(t, r.drain(t))
	})
}

// A task that waits does for both; one that runs is waited for.
func TestIDThatIsTaken(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		r := newReplica(t, db, open(t, remote(t)))
		r.put(t, queue.WithID("sync"))
		r.put(t, queue.WithID("sync"))
		assert.Equal(t, 2, r.drain(t))
		assert.Zero(t, r.size(t))
		assert.InDelta(t, 1, testutil.ToFloat64(r.metrics.puts.WithLabelValues("q", "taken")), 0)

		begun, end := make(chan bool, 10), make(chan bool, 10)
		r.consume(t, func(context.Context, *queue.Delivery) error { begun <- true; <-end; return nil })
		<-begun
		r.put(t, queue.WithID("sync"))
		assert.Equal(t, 1, r.drain(t))
		assert.Equal(t, 1, r.size(t), "the one that runs may not have seen the change")
		end <- true
		require.Eventually(t, func() bool { r.hurry(t); r.drain(t); return r.size(t) == 0 }, time.Minute, 10*time.Millisecond)
		<-begun
		end <- true
	})
}

// counting takes tasks, or none while it is away.
type counting struct {
	mu   sync.Mutex
	away error
	ids  map[string]int
}

func (c *counting) Deliver(_ context.Context, m queue.Message) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.away != nil {
		return c.away
	}
	c.ids[m.ID]++
	return nil
}

// Many replicas drain at the same time: each task is put by one of them.
func TestReplicasDrain(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		taken := &counting{ids: map[string]int{}}
		queues := open(t, queue.Options{})
		first := newReplica(t, db, queues)
		const tasks = 250
		require.NoError(t, first.call(t.Context(), func(ctx context.Context) error {
			for range tasks {
				require.NoError(t, queues.Put(ctx, "q", task("a")))
			}
			return nil
		}))
		var wg sync.WaitGroup
		for range 4 {
			o, err := New(Options{DB: db, Queues: taken})
			require.NoError(t, err)
			wg.Go(func() {
				for {
					n, err := o.Drain(t.Context())
					if !assert.NoError(t, err) || n == 0 {
						return
					}
				}
			})
		}
		wg.Wait()
		assert.Len(t, taken.ids, tasks)
		for id, n := range taken.ids {
			assert.Equal(t, 1, n, id)
		}
		assert.Zero(t, first.size(t))
	})
}

// What no queue takes stays, is told, and keeps nothing else back.
func TestOutboxThatDoesNotDrain(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		r := newReplica(t, db, open(t, queue.Options{}))
		r.put(t, queue.WithID("one"))
		away := errors.New("no connection")
		taken := &counting{ids: map[string]int{}, away: away}
		r.Outbox.queues = taken
		_, err := db.Conn(t.Context()).NewRaw(`INSERT INTO queue_outbox (id, message, due_at, created_at) VALUES ('x', '{', 0, 0)`).Exec(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 2, r.drain(t))
		assert.Equal(t, 2, r.size(t))
		assert.Zero(t, r.drain(t), "not at once again")

		r.measure(t.Context())
		r.measure(t.Context())
		assert.Equal(t, 1, strings.Count(r.log.String(), "outbox does not drain"), r.log.String())
		assert.Contains(t, r.log.String(), "no connection")
		assert.InDelta(t, 2, testutil.ToFloat64(r.metrics.tasks), 0)
		assert.Greater(t, testutil.ToFloat64(r.metrics.age), alarmAge.Seconds())
		assert.InDelta(t, 1, testutil.ToFloat64(r.metrics.puts.WithLabelValues("q", "failed")), 0)

		taken.away = nil
		r.hurry(t)
		assert.Equal(t, 2, r.drain(t))
		assert.Equal(t, map[string]int{"one": 1}, taken.ids)
		assert.Equal(t, 1, r.size(t), "what nobody can read stays for somebody to look at")
	})
}

// The whole way: a call commits, a worker runs its task right after.
func TestModule(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		r := newReplica(t, db, open(t, queue.Options{}))
		r.interval = time.Hour // so that only the commit wakes it
		_, err := db.Conn(t.Context()).NewRaw(`CREATE TABLE job (id TEXT PRIMARY KEY)`).Exec(t.Context())
		require.NoError(t, err)
		found := make(chan int, 10)
		r.consume(t, func(ctx context.Context, _ *queue.Delivery) error {
			var n int
			err := db.Conn(ctx).NewRaw(`SELECT COUNT(*) FROM job`).Scan(ctx, &n)
			found <- n
			return err
		})
		m := r.Module()
		require.NoError(t, m.Start(t.Context()))
		require.NoError(t, r.call(t.Context(), func(ctx context.Context) error {
			require.NoError(t, r.queues.Put(ctx, "q", task("a"), queue.WithID("job-1")))
			_, err := db.Conn(ctx).NewRaw(`INSERT INTO job VALUES ('job-1')`).Exec(ctx)
			return err
		}))
		assert.Equal(t, 1, <-found)
		require.NoError(t, m.Stop(t.Context()))

		r.put(t, queue.WithID("late"))
		require.NoError(t, m.Start(t.Context()))
		require.NoError(t, m.Stop(t.Context()))
		assert.Zero(t, r.size(t))
	})
}

// Every server of a process brings the outbox along: it runs once, until the last of
// them has stopped.
func TestModuleOfSeveralServers(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		r := newReplica(t, db, open(t, queue.Options{}))
		r.interval = time.Hour // so that only the commit wakes it
		ran := make(chan string, 10)
		r.consume(t, func(_ context.Context, d *queue.Delivery) error {
			ran <- d.ID
			return nil
		})
		first, second := r.Module(), r.Module()
		require.NoError(t, first.Start(t.Context()))
		require.NoError(t, second.Start(t.Context()))
		require.NoError(t, first.Stop(t.Context()))
		r.put(t, queue.WithID("while the second runs"))
		assert.Equal(t, "while the second runs", <-ran)
		require.NoError(t, second.Stop(t.Context()))

		require.NoError(t, first.Start(t.Context()), "and anew")
		r.put(t, queue.WithID("again"))
		assert.Equal(t, "again", <-ran)
		require.NoError(t, first.Stop(t.Context()))
	})
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	_, err := New(Options{})
	require.ErrorContains(t, err, "DB and Queues are required")
	registry := prometheus.NewRegistry()
	o := Options{DB: databasetest.SQLite(t), Queues: &counting{}, Registerer: registry}
	_, err = New(o)
	require.NoError(t, err)
	_, err = New(o)
	assert.ErrorContains(t, err, "registering the outbox's metrics")
}
