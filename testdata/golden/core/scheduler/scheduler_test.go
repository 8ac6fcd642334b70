package scheduler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/queue"
)

// Three replicas run all kinds of schedules through the time of a bubble; each
// fire's tasks are run once, at the right times.
func TestReplicas(t *testing.T) {
	bubble(t, func(t *testing.T, s *queue.Set, ran *book) {
		named := func(name string, tasks int) func(context.Context, time.Time) ([]queue.Task, error) {
			return func(_ context.Context, fire time.Time) ([]queue.Task, error) {
				var all []queue.Task
				for i := range tasks {
					all = append(all, task(fmt.Sprint(name, " ", i, " ", fire.Format("15:04:05"))))
				}
				return all, nil
			}
		}
		time.Sleep(time.Minute + 700*time.Millisecond)
		all := replicas(t, 3, Options{
			Service: "inventory", Queues: s,
			Jobs: []Job{
				{Name: "InventoryHourlyScheduler", Create: named("hourly", 1)},
				{Name: "sweep", Create: named("interval", 3)},
				{Name: "report", Create: named("cron", 1)},
				{Name: "idle", Create: none},
			},
			Schedulers: map[string]Scheduler{
				"h": {Backend: "spaceone.inventory.scheduler.inventory_scheduler.InventoryHourlyScheduler", Queue: "q", Timing: Timing{Interval: 1, Minute: ":05"}},
				"i": {Backend: "Sweep", Queue: "q", Timing: Timing{Interval: 240}},
				"c": {Backend: "report", Queue: "q", Timing: Timing{Rule: "3,9 * * * *"}},
				"n": {Backend: "idle", Queue: "q", Timing: Timing{Interval: 60}},
			},
		})
		time.Sleep(10 * time.Minute)
		stopAll(t, all)
		time.Sleep(10 * time.Minute)
		assert.Equal(t, []string{
			"cron 0 00:03:00", "cron 0 00:09:00",
			"hourly 0 00:05:00",
			"interval 0 00:04:00", "interval 0 00:08:00",
			"interval 1 00:04:00", "interval 1 00:08:00",
			"interval 2 00:04:00", "interval 2 00:08:00",
		}, ran.sorted())
	})
}

// Replicas with connections of their own make the same fires at the very same
// moment, and do not even agree on the tasks.
func TestReplicasRace(t *testing.T) {
	t.Parallel()
	o := remote(t)
	var wg sync.WaitGroup
	const fires = 25
	m, err := newMetrics(nil)
	require.NoError(t, err)
	for replica := range 3 {
		e := entry{
			name: "s", id: "inventory/s", queue: "q", queues: open(t, o), plan: every{period: time.Hour},
			log: slog.New(slog.DiscardHandler), metrics: m,
			job: Job{Create: func(_ context.Context, fire time.Time) ([]queue.Task, error) {
				var all []queue.Task
				for i := range replica + 1 {
					all = append(all, task(fmt.Sprint(fire.Unix(), " replica ", replica, " ", i)))
				}
				return all, nil
			}},
		}
		for i := range fires {
			wg.Go(func() { assert.NoError(t, e.fire(t.Context(), time.Unix(int64(i)*3600, 0))) })
		}
	}
	wg.Wait()

	ran := &book{}
	s := open(t, o)
	c, err := s.Consume("q", queue.ConsumeOptions{Poll: 5 * time.Millisecond}, func(_ context.Context, d *queue.Delivery) error {
		ran.write(d.Task.Name)
		return nil
	})
	require.NoError(t, err)
	require.NoError(t, c.Start(t.Context()))
	// The winner of each fire is seen from any of its tasks, and must have run
	// all of them and nobody else any.
	complete := func() bool {
		perFire := map[string]int{}
		want := map[string]int{}
		for _, line := range ran.sorted() {
			var fire string
			var replica, i int
			_, err := fmt.Sscanf(line, "%s replica %d %d", &fire, &replica, &i)
			require.NoError(t, err)
			perFire[fire]++
			want[fire] = replica + 1
		}
		return len(perFire) == fires && assert.ObjectsAreEqual(want, perFire)
	}
	require.Eventually(t, complete, time.Minute, 10*time.Millisecond)
	require.NoError(t, c.Stop(t.Context()))
	assert.True(t, complete(), "nothing came after")
	lines := ran.sorted()
	assert.Equal(t, lines, slices.Compact(slices.Clone(lines)), "nothing ran twice")
}

// A scheduler that was away at its time makes up for it, once in all replicas.
func TestCatchUp(t *testing.T) {
	t.Parallel()
	o := remote(t)
	var mu sync.Mutex
	var fires []time.Time
	made := make(chan struct{}, 10)
	opts := Options{
		Service: "inventory",
		Jobs: []Job{{Name: "j", Create: func(_ context.Context, fire time.Time) ([]queue.Task, error) {
			mu.Lock()
			defer mu.Unlock()
			fires = append(fires, fire)
			made <- struct{}{}
			return []queue.Task{task("a")}, nil
		}}},
		Schedulers: map[string]Scheduler{"s": {Backend: "j", Queue: "q", Timing: Timing{Rule: "* * * * *"}}},
	}
	began := time.Now()
	for i := range 3 {
		opts.Queues = open(t, o)
		s, err := New(opts)
		require.NoError(t, err)
		require.NoError(t, s.Start(t.Context()))
		if i == 0 {
			<-made
		}
		require.NoError(t, s.Stop(t.Context()))
	}
	require.NotEmpty(t, fires)
	assert.True(t, fires[0].Before(began), "a fire time that had passed")
	assert.Less(t, began.Sub(fires[0]), 2*time.Minute, "the last one of those")
	assert.Equal(t, fires, slices.Compact(slices.Clone(fires)), "made up for once")
}

// A Redis that is away when the schedulers start keeps nobody from starting: what is
// due is fired once it is there.
func TestRedisComesLater(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	host, number := server.Host(), port(t, server.Port())
	server.Close()

	queues := open(t, queue.Options{Host: host, Port: number})
	made := make(chan struct{}, 10)
	all := replicas(t, 1, Options{
		Queues: queues,
		Jobs: []Job{{Name: "j", Create: func(context.Context, time.Time) ([]queue.Task, error) {
			made <- struct{}{}
			return []queue.Task{task("a")}, nil
		}}},
		Schedulers: map[string]Scheduler{"s": {Backend: "j", Queue: "q", Timing: Timing{Rule: "* * * * *"}}},
	})
	require.NoError(t, server.Restart())
	<-made
	stopAll(t, all)
}

// A fire that fails is tried again; when the next one is due, only that counts.
func TestFailures(t *testing.T) {
	bubble(t, func(t *testing.T, s *queue.Set, ran *book) {
		registry := prometheus.NewRegistry()
		tries := map[string]int{}
		all := replicas(t, 1, Options{
			Queues: s, Registerer: registry,
			Schedulers: map[string]Scheduler{"s": {Backend: "j", Queue: "q", Timing: Timing{Rule: "* * * * *"}}},
			Jobs: []Job{{Name: "j", Create: func(_ context.Context, fire time.Time) ([]queue.Task, error) {
				minute := fire.Format("04")
				tries[minute]++
				switch {
				case minute == "01" && tries[minute] == 1:
					return nil, errors.New("sad")
				case minute == "02" && tries[minute] < 3:
					panic("boom")
				case minute == "03":
					return nil, errors.New("always sad")
				case minute == "04":
					time.Sleep(150 * time.Second) // over 05 and 06
				}
				return []queue.Task{task(minute)}, nil
			}}},
		})
		time.Sleep(8*time.Minute + 30*time.Second)
		stopAll(t, all)
		time.Sleep(time.Minute)
		assert.Equal(t, []string{"01", "02", "04", "06", "07", "08"}, ran.sorted())
		assert.Equal(t, 2, tries["01"])
		assert.Equal(t, 3, tries["02"])
		assert.Greater(t, tries["03"], 3)
		assert.Less(t, tries["03"], 10, "with pauses that grow")
		assert.InDelta(t, 6, testutil.ToFloat64(all[0].entries[0].metrics.fires.WithLabelValues("s", "done")), 0)
		assert.InDelta(t, 2, testutil.ToFloat64(all[0].entries[0].metrics.fires.WithLabelValues("s", "missed")), 0, "03 and 05")
		n, err := testutil.GatherAndCount(registry, "scheduler_fires_total")
		require.NoError(t, err)
		assert.Equal(t, 3, n)
	})
}

// Fires that came and went while a job was busy are not made up for, but told.
func TestMissedFiresAreTold(t *testing.T) {
	bubble(t, func(t *testing.T, s *queue.Set, ran *book) {
		var log bytes.Buffer
		all := replicas(t, 1, Options{
			Queues: s, Log: slog.New(slog.NewTextHandler(&log, nil)),
			Schedulers: map[string]Scheduler{
				"cron":     {Backend: "j", Queue: "q", Timing: Timing{Rule: "* * * * *"}},
				"interval": {Backend: "j", Queue: "q", Timing: Timing{Interval: 60}},
			},
			Jobs: []Job{{Name: "j", Create: func(_ context.Context, fire time.Time) ([]queue.Task, error) {
				if fire.Minute() == 1 {
					time.Sleep(4 * time.Minute) // over 02, 03, 04 and 05
				}
				return []queue.Task{task(fire.Format("04"))}, nil
			}}},
		})
		time.Sleep(6*time.Minute + 30*time.Second)
		stopAll(t, all)
		time.Sleep(time.Minute)
		assert.Equal(t, []string{"01", "01", "05", "05", "06", "06"}, ran.sorted())
		for _, name := range []string{"cron", "interval"} {
			assert.InDelta(t, 3, testutil.ToFloat64(all[0].entries[0].metrics.fires.WithLabelValues(name, "missed")), 0, name)
		}
		assert.Equal(t, 2, strings.Count(log.String(), "fires were missed"), log.String())
	})
}

// Where the service asks who calls, tasks without a token would go into the archive
// at every fire.
func TestTokens(t *testing.T) {
	bubble(t, func(t *testing.T, s *queue.Set, ran *book) {
		token, locator := "", queue.LocatorService
		var away error
		var mu sync.Mutex // of what the job makes
		set := func(change func()) {
			mu.Lock()
			defer mu.Unlock()
			change()
		}
		o := Options{
			Queues: s, Guarded: true,
			Schedulers: map[string]Scheduler{"s": {Backend: "j", Queue: "q", Timing: Timing{Rule: "* * * * *"}}},
			Jobs: []Job{{Name: "j", Create: func(_ context.Context, fire time.Time) ([]queue.Task, error) {
				mu.Lock()
				defer mu.Unlock()
				t := task(fire.Format("04"))
				t.Stages[0].Locator, t.Stages[0].Metadata = locator, queue.Metadata{"token": token}
				return []queue.Task{t}, away
			}}},
		}
		refused, err := New(o)
		require.NoError(t, err)
		err = refused.Start(t.Context())
		require.ErrorContains(t, err, "starting scheduler s")
		require.ErrorContains(t, err, "set TOKEN, or TOKEN_FILE")
		o.Guarded = false
		stopAll(t, replicas(t, 1, o))

		o.Guarded = true
		set(func() { locator = queue.LocatorManager })
		stopAll(t, replicas(t, 1, o)) // managers ask nobody

		// The token comes later, as from a file.
		set(func() { locator, away = queue.LocatorService, errors.New("TOKEN_FILE is not there yet") })
		all := replicas(t, 1, o)
		time.Sleep(61 * time.Second)
		assert.Empty(t, ran.sorted())
		set(func() { away = nil })
		time.Sleep(20 * time.Second)
		assert.Empty(t, ran.sorted(), "nothing without a token")
		set(func() { token = "t" })
		time.Sleep(time.Minute)
		stopAll(t, all)
		time.Sleep(time.Minute)
		assert.Equal(t, []string{"01", "02"}, ran.sorted())
		assert.Positive(t, testutil.ToFloat64(all[0].entries[0].metrics.fires.WithLabelValues("s", "failed")))
	})
}

// A replica that comes late, with the same fire in its hands, when its task is done
// or archived, makes no other.
func TestLateReplica(t *testing.T) {
	for name, result := range map[string]error{"done": nil, "archived": queue.Permanent(errors.New("sad"))} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, err := queue.Open(t.Context(), map[string]queue.Options{"q": {}})
				require.NoError(t, err)
				runs := 0
				c, err := s.Consume("q", queue.ConsumeOptions{Poll: 4 * time.Second}, func(context.Context, *queue.Delivery) error { runs++; return result })
				require.NoError(t, err)
				require.NoError(t, c.Start(t.Context()))
				m, err := newMetrics(nil)
				require.NoError(t, err)
				late := make(chan bool)
				fire := func(before func()) error {
					e := entry{
						name: "s", id: "inventory/s", queue: "q", queues: s, plan: every{period: time.Hour},
						log: slog.New(slog.DiscardHandler), metrics: m,
						job: Job{Create: func(context.Context, time.Time) ([]queue.Task, error) { before(); return []queue.Task{task("a")}, nil }},
					}
					return e.fire(t.Context(), time.Unix(3600, 0))
				}
				go func() {
					assert.NoError(t, fire(func() { time.Sleep(20 * time.Minute) }))
					close(late)
				}()
				synctest.Wait() // it has seen that nobody made this fire
				assert.NoError(t, fire(func() {}))
				<-late
				assert.Equal(t, 1, runs)
				assert.InDelta(t, 1, testutil.ToFloat64(m.fires.WithLabelValues("s", "taken")), 0)
				assert.NoError(t, c.Stop(t.Context()))
				assert.NoError(t, s.Close())
			})
		})
	}
}

func TestStop(t *testing.T) {
	bubble(t, func(t *testing.T, s *queue.Set, ran *book) {
		patient := func(d time.Duration) *Schedulers {
			return replicas(t, 1, Options{
				Queues:     s,
				Schedulers: map[string]Scheduler{"s" + d.String(): {Backend: "j", Queue: "q", Timing: Timing{Interval: 60}}},
				Jobs: []Job{{Name: "j", Create: func(ctx context.Context, _ time.Time) ([]queue.Task, error) {
					select {
					case <-ctx.Done():
						return nil, ctx.Err()
					case <-time.After(d):
						return []queue.Task{task(d.String())}, nil
					}
				}}},
			})[0]
		}
		finishes, broken := patient(10*time.Second), patient(time.Hour)
		time.Sleep(61 * time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		require.NoError(t, finishes.Stop(ctx))
		require.ErrorIs(t, broken.Stop(ctx), context.DeadlineExceeded)
		time.Sleep(5 * time.Minute)
		assert.Equal(t, []string{"10s"}, ran.sorted(), "what was under way is finished, and nothing else begun")

		idle, err := New(Options{Queues: s})
		require.NoError(t, err)
		require.NoError(t, idle.Stop(t.Context()), "one that was not started can be stopped")
	})
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	s := open(t, queue.Options{})
	jobs := []Job{{Name: "hourly", Create: none}}
	cases := map[string]struct {
		options Options
		err     string
	}{
		"no queues":   {options: Options{Jobs: jobs}, err: "Queues is required"},
		"backend":     {options: Options{Queues: s, Jobs: jobs, Schedulers: map[string]Scheduler{"s": {Backend: "a.B", Queue: "q"}}}, err: `scheduler s: unknown backend "a.B"; known are hourly`},
		"queue":       {options: Options{Queues: s, Jobs: jobs, Schedulers: map[string]Scheduler{"s": {Backend: "hourly", Queue: "x"}}}, err: `scheduler s: unknown queue "x"; QUEUES has q`},
		"time":        {options: Options{Queues: s, Jobs: jobs, Schedulers: map[string]Scheduler{"s": {Backend: "hourly", Queue: "q", Timing: Timing{Rule: "x"}}}}, err: `scheduler s: rule "x"`},
		"job":         {options: Options{Queues: s, Jobs: []Job{{Name: "j"}}}, err: "has no Create"},
		"same metric": {options: Options{Queues: s, Registerer: taken(t)}, err: "registering the schedulers' metrics"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := New(c.options)
			require.ErrorContains(t, err, c.err)
		})
	}
}
