package queue

import (
	"cmp"
	"context"
	"errors"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/hibiken/asynq"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/redistest"
)

// remote gives options for a queue on a Redis reached over the network.
func remote(t *testing.T) Options {
	t.Helper()
	host, port := redistest.Server(t)
	return Options{Host: host, Port: port, Channel: t.Name() + strconv.FormatInt(time.Now().UnixNano(), 36)}
}

func open(t *testing.T, o Options) *Set {
	t.Helper()
	s, err := Open(t.Context(), map[string]Options{"q": o})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

func consume(t *testing.T, s *Set, o ConsumeOptions, handle Handler) *Consumer {
	t.Helper()
	o.Poll = cmp.Or(o.Poll, 4*time.Second)
	c, err := s.Consume("q", o, handle)
	require.NoError(t, err)
	require.NoError(t, c.Start(t.Context()))
	return c
}

func states(t *testing.T, s *Set) *asynq.QueueInfo {
	t.Helper()
	c, err := s.channel("q")
	require.NoError(t, err)
	info, err := asynq.NewInspectorFromRedisClient(c.redis).GetQueueInfo(c.channel)
	require.NoError(t, err)
	return info
}

// day runs a test in the time of a bubble, on a queue within the process.
func day(t *testing.T, test func(t *testing.T, s *Set)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(t.Context(), map[string]Options{"q": {}})
		require.NoError(t, err)
		defer func() { require.NoError(t, s.Close()) }()
		test(t, s)
	})
}

func TestOpen(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), map[string]Options{
		"seed": {},
		"b":    {Backend: "memory"}, "c": {Backend: "embedded", Host: "ignored"},
		"d": remote(t),
	})
	require.NoError(t, err)
	defer func() { assert.NoError(t, s.Close()) }()
	assert.Equal(t, []string{"b", "c", "d", "seed"}, s.Names())
	assert.Len(t, s.clients, 2, "one store for what lives in the process")
	assert.True(t, s.Durable("d"))
	assert.False(t, s.Durable("seed"))
	assert.False(t, s.Durable("nowhere"))
	assert.NoError(t, s.Ping(t.Context()))
	assert.NoError(t, s.Check("d"))
	assert.EqualError(t, s.Check("nowhere"), `unknown queue "nowhere"; QUEUES has b, c, d, seed`)
	assert.ErrorContains(t, s.Put(t.Context(), "nowhere", syncTask("a")), "unknown queue")
	assert.ErrorContains(t, s.Put(t.Context(), "b", Task{}), "no stages")

	_, err = Open(t.Context(), map[string]Options{"q": {Backend: "kafka.KafkaQueue"}})
	assert.EqualError(t, err, `queue q: unknown backend "kafka.KafkaQueue"; known are RedisQueue and memory`)
	_, err = Open(t.Context(), map[string]Options{"q": {Backend: "spaceone.core.queue.redis_queue.RedisQueue"}})
	assert.EqualError(t, err, "queue q: its BACKEND is Redis, and HOST is empty; set HOST, or set BACKEND to memory to keep tasks in this process")
}

func TestOpenRefused(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	server.RequireAuth("s3cret")
	port, err := strconv.Atoi(server.Port())
	require.NoError(t, err)

	_, err = Open(t.Context(), map[string]Options{"q": {Host: "127.0.0.1", Port: port, Password: "wr0ng"}})
	require.ErrorContains(t, err, "queue q: connecting to redis at 127.0.0.1:"+server.Port())
	assert.NotContains(t, err.Error(), "wr0ng")
}

// The whole way over the network, with a trace.
func TestPutAndConsume(t *testing.T) {
	t.Parallel()
	s := open(t, remote(t))
	got := make(chan *Delivery, 10)
	c := consume(t, s, ConsumeOptions{Poll: 5 * time.Millisecond}, func(_ context.Context, d *Delivery) error {
		got <- d
		return nil
	})
	ctx := trace.ContextWithSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled,
	}))
	require.NoError(t, s.Put(ctx, "q", syncTask("a"), WithID("one")))
	d := <-got
	assert.Equal(t, "one", d.ID)
	assert.Equal(t, 1, d.Attempt)
	assert.False(t, d.Last)
	want := syncTask("a")
	want.Version = Version
	want.Stages[0].Metadata["traceparent"] = "00-01000000000000000000000000000000-0200000000000000-01"
	assert.Equal(t, want, d.Task)

	known, err := s.Known(t.Context(), "q", "one")
	require.NoError(t, err)
	assert.True(t, known)
	known, err = s.Known(t.Context(), "q", "two")
	require.NoError(t, err)
	assert.False(t, known)
	require.NoError(t, c.Stop(t.Context()))
}

func TestPutWithoutRedis(t *testing.T) {
	server := miniredis.RunT(t)
	number, err := strconv.Atoi(server.Port())
	require.NoError(t, err)
	s := open(t, Options{Host: server.Host(), Port: number})
	require.NoError(t, s.Put(t.Context(), "q", syncTask("a")), "the first is put another way")
	server.Close()
	for _, o := range [][]PutOption{nil, {WithID("a")}} {
		err = s.Put(t.Context(), "q", syncTask("a"), o...)
		assert.Equal(t, codes.Unavailable, apierror.From(err).Status, err)
	}
}

// Whether another task of an ID may be put, while the first waits, runs and after
// it.
func TestSameID(t *testing.T) {
	for name, c := range map[string]struct {
		result error
		once   []PutOption
		ended  bool // whether the ID is taken after the end
	}{
		"done":           {},
		"archived":       {result: Permanent(errors.New("sad"))},
		"done, once":     {once: []PutOption{Once(), WithRetention(10 * time.Minute)}, ended: true},
		"archived, once": {result: Permanent(errors.New("sad")), once: []PutOption{Once()}, ended: true},
	} {
		t.Run(name, func(t *testing.T) {
			day(t, func(t *testing.T, s *Set) {
				runs := 0
				put := func() error {
					return s.Put(t.Context(), "q", syncTask("a"), append(c.once, WithID("sync"))...)
				}
				taken := func(want State) {
					t.Helper()
					err := put()
					assert.Equal(t, &TakenError{Queue: "q", ID: "sync", State: want}, err)
					assert.True(t, IsTaken(err))
					assert.Equal(t, codes.AlreadyExists, apierror.From(err).Status)
				}
				assert.NoError(t, put())
				taken(Waiting)
				consumer := consume(t, s, ConsumeOptions{}, func(context.Context, *Delivery) error {
					runs++
					time.Sleep(2 * time.Minute)
					return c.result
				})
				time.Sleep(time.Minute)
				taken(Running)
				time.Sleep(2 * time.Minute)
				if c.ended {
					taken(Ended)
				} else {
					assert.NoError(t, put())
				}
				time.Sleep(20 * time.Minute)
				if c.ended && c.result == nil {
					assert.NoError(t, put(), "forgotten after ten minutes")
					time.Sleep(5 * time.Minute)
				}
				want := 2
				if c.ended && c.result != nil {
					taken(Ended)
					want = 1
				}
				assert.Equal(t, want, runs)
				assert.NoError(t, consumer.Stop(t.Context()))
			})
		})
	}
}

// A task that waits to be run again, from its first stage or from a later one.
func TestSameIDBetweenTries(t *testing.T) {
	day(t, func(t *testing.T, s *Set) {
		consumer := consume(t, s, ConsumeOptions{Backoff: func(int) time.Duration { return time.Hour }}, func(_ context.Context, d *Delivery) error {
			if d.ID == "half done" {
				assert.NoError(t, d.SetProgress("[0]"))
			}
			return errors.New("sad")
		})
		for id, want := range map[string]State{"not begun": Waiting, "half done": Running} {
			assert.NoError(t, s.Put(t.Context(), "q", syncTask("a"), WithID(id)))
			time.Sleep(time.Minute)
			err := s.Put(t.Context(), "q", syncTask("a"), WithID(id))
			assert.Equal(t, &TakenError{Queue: "q", ID: id, State: want}, err)
		}
		assert.NoError(t, consumer.Stop(t.Context()))
	})
}

// Many put under one ID that is free, or becomes it: one of them does.
func TestSameIDAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t, remote(t))
	for range 20 {
		put := make([]bool, 8)
		var wg sync.WaitGroup
		for i := range put {
			wg.Go(func() {
				err := s.Put(t.Context(), "q", syncTask("a"), WithID("sync"))
				assert.True(t, err == nil || IsTaken(err), err)
				put[i] = err == nil
			})
		}
		wg.Wait()
		assert.Equal(t, []bool{true}, slices.DeleteFunc(put, func(put bool) bool { return !put }))
		assert.Equal(t, 1, states(t, s).Pending)
		// It fails for good.
		c, err := s.channel("q")
		require.NoError(t, err)
		require.NoError(t, asynq.NewInspectorFromRedisClient(c.redis).ArchiveTask(c.channel, "sync"))
	}
}

func TestBatch(t *testing.T) {
	day(t, func(t *testing.T, s *Set) {
		var ids, names []string
		c := consume(t, s, ConsumeOptions{Concurrency: 1}, func(_ context.Context, d *Delivery) error {
			ids, names = append(ids, d.ID), append(names, d.Task.Name)
			return nil
		})
		// Replicas that see different things: the first batch counts.
		require.NoError(t, s.PutBatch(t.Context(), "q", "fire", []Task{syncTask("a"), syncTask("b")}))
		err := s.PutBatch(t.Context(), "q", "fire", []Task{syncTask("b"), syncTask("c"), syncTask("d")})
		assert.True(t, IsTaken(err), err)
		time.Sleep(time.Minute)
		assert.Equal(t, []string{"fire-0", "fire-1"}, ids)
		assert.Equal(t, []string{"a", "b"}, names)

		// Spread again, as after the death of a worker.
		data, err := os.ReadFile(os.DevNull)
		require.NoError(t, err)
		assert.True(t, IsPermanent(c.channel.spread(t.Context(), "fire", data)))
		require.NoError(t, c.channel.spread(t.Context(), "fire", []byte(`{"tasks": [{}, {}]}`)))
		time.Sleep(time.Minute)
		assert.Len(t, ids, 2)

		require.ErrorContains(t, s.PutBatch(t.Context(), "q", "x", []Task{syncTask("a"), {}}), "no stages")
		require.ErrorContains(t, s.PutBatch(t.Context(), "q", "", nil), "needs an id")
		known, err := s.Known(t.Context(), "q", "x")
		require.NoError(t, err)
		assert.False(t, known, "all or nothing")
		require.NoError(t, c.Stop(t.Context()))
	})
}

func TestRetries(t *testing.T) {
	day(t, func(t *testing.T, s *Set) {
		began := time.Now()
		var at []time.Duration
		var last []bool
		c := consume(t, s, ConsumeOptions{Backoff: func(failures int) time.Duration { return time.Duration(failures) * time.Minute }},
			func(_ context.Context, d *Delivery) error {
				at, last = append(at, time.Since(began).Truncate(time.Minute)), append(last, d.Last)
				return errors.New("sad")
			})
		require.NoError(t, s.Put(t.Context(), "q", syncTask("a"), WithRetries(2)))
		time.Sleep(5 * time.Minute)
		assert.Equal(t, []time.Duration{0, time.Minute, 3 * time.Minute}, at)
		assert.Equal(t, []bool{false, false, true}, last)
		assert.Equal(t, 1, states(t, s).Archived)
		require.NoError(t, c.Stop(t.Context()))
	})
}

func TestHopeless(t *testing.T) {
	day(t, func(t *testing.T, s *Set) {
		runs := 0
		c := consume(t, s, ConsumeOptions{}, func(context.Context, *Delivery) error {
			runs++
			return Permanent(errors.New("wrong parameter"))
		})
		require.NoError(t, s.Put(t.Context(), "q", syncTask("a")))
		_, err := c.channel.client.Enqueue(asynq.NewTask(kindTask, []byte("{")), asynq.Queue("q"))
		require.NoError(t, err)
		time.Sleep(5 * time.Minute)
		assert.Equal(t, 1, runs)
		assert.Equal(t, 2, states(t, s).Archived)
		require.NoError(t, c.Stop(t.Context()))
	})
	assert.NoError(t, Permanent(nil))
	assert.False(t, IsPermanent(errors.New("x")))
}

func TestPanicAndTimeout(t *testing.T) {
	day(t, func(t *testing.T, s *Set) {
		outcomes := map[string]error{}
		c := consume(t, s, ConsumeOptions{}, func(ctx context.Context, d *Delivery) error {
			if d.Task.Name == "panic" {
				panic("boom")
			}
			<-ctx.Done()
			outcomes[d.Task.Name] = ctx.Err()
			return ctx.Err()
		})
		require.NoError(t, s.Put(t.Context(), "q", syncTask("panic"), WithRetries(0)))
		require.NoError(t, s.Put(t.Context(), "q", syncTask("slow"), WithRetries(-1), WithTimeout(time.Minute)))
		time.Sleep(5 * time.Minute)
		assert.Equal(t, map[string]error{"slow": context.DeadlineExceeded}, outcomes)
		assert.Equal(t, 2, states(t, s).Archived)
		require.NoError(t, c.Stop(t.Context()))
	})
}

// A process with a queue of its own runs for long: a long task keeps
// its lease, what is done is forgotten, and nothing piles up.
func TestLongInProcess(t *testing.T) {
	day(t, func(t *testing.T, s *Set) {
		var mu sync.Mutex
		runs := map[string]int{}
		c := consume(t, s, ConsumeOptions{Poll: 30 * time.Second}, func(_ context.Context, d *Delivery) error {
			mu.Lock()
			runs[d.Task.Name]++
			mu.Unlock()
			if d.Task.Name == "long" {
				time.Sleep(20 * time.Minute)
			}
			return nil
		})
		require.NoError(t, s.Put(t.Context(), "q", syncTask("long"), WithTimeout(30*time.Minute)))
		for i := range 8 {
			require.NoError(t, s.Put(t.Context(), "q", syncTask("short"), WithID(strconv.Itoa(i)), WithRetention(5*time.Minute)))
			time.Sleep(5 * time.Minute)
		}
		assert.Equal(t, map[string]int{"long": 1, "short": 8}, runs)
		assert.LessOrEqual(t, states(t, s).Completed, 2)

		// A key with a time to live goes when its time is up, to a few seconds.
		require.NoError(t, c.channel.redis.Set(t.Context(), "key", "x", time.Minute).Err())
		time.Sleep(50 * time.Second)
		assert.EqualValues(t, 1, c.channel.redis.Exists(t.Context(), "key").Val())
		time.Sleep(10*time.Second + expiryInterval)
		assert.Zero(t, c.channel.redis.Exists(t.Context(), "key").Val())
		require.NoError(t, c.Stop(t.Context()))
	})
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	for failures, least := range map[int]time.Duration{0: 5 * time.Second, 1: 5 * time.Second, 2: 10 * time.Second, 7: 320 * time.Second, 8: 10 * time.Minute, 1000: 10 * time.Minute} {
		got := backoff(failures)
		assert.GreaterOrEqual(t, got, least)
		assert.Less(t, got, least*5/4)
	}
}
