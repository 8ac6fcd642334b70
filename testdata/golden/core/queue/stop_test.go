package queue

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// doomed is set for a copy of this test program that is a worker to be killed.
const doomed = "QUEUE_TEST_DOOMED_WORKER"

func TestMain(m *testing.M) {
	if args := os.Getenv(doomed); args != "" {
		beDoomed(args)
	}
	os.Exit(m.Run())
}

// beDoomed takes a task, says so, and never finishes it.
func beDoomed(args string) {
	var o Options
	if _, err := fmt.Sscan(args, &o.Host, &o.Port, &o.Channel); err != nil {
		panic(err)
	}
	s, err := Open(context.Background(), map[string]Options{"q": o})
	if err != nil {
		panic(err)
	}
	c, err := s.Consume("q", ConsumeOptions{Poll: 5 * time.Millisecond}, func(_ context.Context, d *Delivery) error {
		if err := d.SetProgress("half"); err != nil {
			panic(err)
		}
		fmt.Println("running", d.ID, d.Attempt)
		select {}
	})
	if err != nil {
		panic(err)
	}
	if err := c.Start(context.Background()); err != nil {
		panic(err)
	}
	select {}
}

// A worker is killed with a task in its hands: another one runs the task, and
// knows how far the first had come.
func TestWorkerDies(t *testing.T) {
	t.Parallel()
	o := remote(t)
	s := open(t, o)
	require.NoError(t, s.Put(t.Context(), "q", syncTask("a"), WithID("precious")))

	victim := exec.CommandContext(t.Context(), os.Args[0])
	victim.Env = append(os.Environ(), doomed+"="+o.Host+" "+strconv.Itoa(o.Port)+" "+o.Channel)
	victim.Stderr = os.Stderr
	out, err := victim.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, victim.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "running precious 1\n", line)
	require.NoError(t, victim.Process.Kill())
	require.Error(t, victim.Wait())

	// The dead cannot renew their lease; a minute after its last renewal the
	// others notice. That minute passes here.
	c, err := s.channel("q")
	require.NoError(t, err)
	require.NoError(t, c.redis.ZAddXX(t.Context(), "asynq:{"+o.Channel+"}:lease",
		redis.Z{Member: "precious", Score: float64(time.Now().Add(-time.Minute).Unix())}).Err())

	got := make(chan string, 1)
	consumer := consume(t, s, ConsumeOptions{Poll: 5 * time.Millisecond}, func(ctx context.Context, d *Delivery) error {
		progress, err := d.Progress(ctx)
		got <- fmt.Sprint(d.ID, " ", d.Attempt, " ", progress, " ", err)
		return nil
	})
	assert.Equal(t, "precious 2 half <nil>", <-got)
	require.NoError(t, consumer.Stop(t.Context()))
	assert.Equal(t, 1, states(t, s).Completed)
}

func TestStopFinishes(t *testing.T) {
	day(t, func(t *testing.T, s *Set) {
		done, begun := 0, make(chan struct{}, 2)
		c := consume(t, s, ConsumeOptions{Concurrency: 1}, func(context.Context, *Delivery) error {
			begun <- struct{}{}
			time.Sleep(20 * time.Second)
			done++
			return nil
		})
		require.NoError(t, s.Put(t.Context(), "q", syncTask("a")))
		require.NoError(t, s.Put(t.Context(), "q", syncTask("b")))
		<-begun
		time.Sleep(5 * time.Second)

		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		began := time.Now()
		require.NoError(t, c.Stop(ctx))
		assert.Equal(t, 1, done, "the one in flight is finished, no other is begun")
		assert.Less(t, time.Since(began), 20*time.Second)
		info := states(t, s)
		assert.Equal(t, 1, info.Pending)
		assert.Zero(t, info.Active)
	})
}

func TestStopPutsBack(t *testing.T) {
	day(t, func(t *testing.T, s *Set) {
		begun := make(chan struct{}, 1)
		c := consume(t, s, ConsumeOptions{}, func(ctx context.Context, _ *Delivery) error {
			begun <- struct{}{}
			<-ctx.Done()
			return ctx.Err()
		})
		require.NoError(t, s.Put(t.Context(), "q", syncTask("a"), WithRetries(0)))
		<-begun
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		require.NoError(t, c.Stop(ctx))
		assert.NoError(t, ctx.Err(), "in time")
		assert.Equal(t, 1, states(t, s).Pending)

		got := make(chan int, 1)
		next := consume(t, s, ConsumeOptions{}, func(_ context.Context, d *Delivery) error {
			got <- d.Attempt
			return nil
		})
		assert.Equal(t, 1, <-got, "being stopped is no failure")
		require.NoError(t, next.Stop(t.Context()))
	})
}

func TestConsumeRefuses(t *testing.T) {
	t.Parallel()
	s := open(t, Options{})
	_, err := s.Consume("nowhere", ConsumeOptions{}, nil)
	require.ErrorContains(t, err, "unknown queue")
	_, err = s.Consume("q", ConsumeOptions{Concurrency: -1}, nil)
	require.ErrorContains(t, err, "negative")

	away := open(t, remote(t))
	c, err := away.Consume("q", ConsumeOptions{}, func(context.Context, *Delivery) error { return nil })
	require.NoError(t, err)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorContains(t, c.Start(gone), "consuming queue q")
	require.NoError(t, c.Stop(t.Context()), "a consumer that did not start can be stopped")
}

// What goes into the archive without its handler is told: what nobody can read,
// and what its workers died of.
func TestArchivedUnseenIsTold(t *testing.T) {
	day(t, func(t *testing.T, s *Set) {
		c, err := s.channel("q")
		require.NoError(t, err)
		// A task in the hands of a worker that died, at its last try.
		_, err = c.client.Enqueue(asynq.NewTask(kindTask, []byte("{}")), asynq.Queue("q"), asynq.TaskID("orphan"), asynq.MaxRetry(0))
		require.NoError(t, err)
		require.NoError(t, c.redis.LMove(t.Context(), "asynq:{q}:pending", "asynq:{q}:active", "LEFT", "LEFT").Err())
		require.NoError(t, c.redis.HSet(t.Context(), c.key("orphan"), "state", "active").Err())
		require.NoError(t, c.redis.ZAdd(t.Context(), "asynq:{q}:lease", redis.Z{Member: "orphan", Score: 1}).Err())
		_, err = c.client.Enqueue(asynq.NewTask(kindTask, []byte("{")), asynq.Queue("q"), asynq.TaskID("unreadable"))
		require.NoError(t, err)
		_, err = c.client.Enqueue(asynq.NewTask(kindBatch, []byte("{")), asynq.Queue("q"), asynq.TaskID("unreadable batch"))
		require.NoError(t, err)
		require.NoError(t, s.Put(t.Context(), "q", syncTask("a"), WithID("seen")))

		var mu sync.Mutex
		told := map[string]string{}
		consumer := consume(t, s, ConsumeOptions{Archived: func(_ context.Context, id string, cause error) {
			mu.Lock()
			defer mu.Unlock()
			told[id] = cause.Error()
		}}, func(context.Context, *Delivery) error { return Permanent(errors.New("sad")) })
		time.Sleep(5 * time.Minute)
		assert.Equal(t, 4, states(t, s).Archived)
		assert.Equal(t, map[string]string{
			"orphan":           "the workers that ran it have died",
			"unreadable":       "reading task: unexpected end of JSON input",
			"unreadable batch": "reading batch: unexpected end of JSON input",
		}, told)
		assert.NoError(t, consumer.Stop(t.Context()))
	})
}

// What is postponed does not count, and is not archived even at the last try.
func TestPostponed(t *testing.T) {
	day(t, func(t *testing.T, s *Set) {
		runs, last := 0, 0
		c := consume(t, s, ConsumeOptions{}, func(_ context.Context, d *Delivery) error {
			runs++
			if d.Last {
				last++
			}
			if runs < 50 {
				return Postponed(errors.New("away"))
			}
			return errors.New("sad")
		})
		assert.NoError(t, s.Put(t.Context(), "q", syncTask("a"), WithRetries(-1)))
		time.Sleep(2 * time.Hour)
		assert.Equal(t, 50, runs)
		assert.Equal(t, 50, last)
		assert.Equal(t, 1, states(t, s).Archived)
		assert.NoError(t, c.Stop(t.Context()))
	})
	assert.NoError(t, Postponed(nil))
	assert.False(t, IsPostponed(errors.New("x")))
}
