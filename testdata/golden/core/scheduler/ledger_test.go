package scheduler

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/queue"
)

// record is a log that several goroutines write.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// hourly is a scheduler that fires each hour, next in twenty minutes, and last forty ago.
func hourly(queues *queue.Set, log *record) Options {
	return Options{
		Service: "inventory", Queues: queues, Log: slog.New(slog.NewTextHandler(log, nil)),
		Schedulers: map[string]Scheduler{"s": {Backend: "j", Queue: "q", Timing: Timing{Minute: time.Now().UTC().Add(20 * time.Minute).Format(":04")}}},
		Jobs:       []Job{{Name: "j", Create: none}},
	}
}

// Fires that came due while no replica ran are counted, once, by one of those that start.
func TestFiresMissedWhileAllWereDown(t *testing.T) {
	t.Parallel()
	o := remote(t)
	queues := open(t, o)
	was := time.Now().Add(-3*time.Hour - 5*time.Minute)
	_, err := queues.Mark(t.Context(), "q", "inventory/s", was)
	require.NoError(t, err)

	log := new(record)
	all := append(replicas(t, 1, hourly(queues, log)), replicas(t, 1, hourly(open(t, o), log))...)
	require.Eventually(t, func() bool { return strings.Contains(log.String(), "while no scheduler ran") }, time.Minute, time.Millisecond)
	stopAll(t, all)
	stopAll(t, replicas(t, 1, hourly(queues, log)))
	assert.Equal(t, 1, strings.Count(log.String(), "while no scheduler ran"), log.String())
	assert.Contains(t, log.String(), " missed=3 ")
	assert.Contains(t, log.String(), "down_since="+was.UTC().Truncate(time.Millisecond).Format("2006-01-02T15:04:05.000Z"))
	var missed float64
	for _, s := range all {
		missed += testutil.ToFloat64(s.entries[0].metrics.fires.WithLabelValues("s", "missed"))
	}
	assert.InDelta(t, 3, missed, 0)
}

// The first start of all has missed nothing, nor has one that comes while another runs, or
// right after it.
func TestNoFiresMissed(t *testing.T) {
	t.Parallel()
	queues, log := open(t, remote(t)), new(record)
	began := time.Now().Truncate(time.Millisecond)
	all := replicas(t, 2, hourly(queues, log))
	stopAll(t, all)
	was, err := queues.Mark(t.Context(), "q", "inventory/s", time.Unix(0, 0))
	require.NoError(t, err)
	assert.False(t, was.Before(began), "a replica that runs moves the mark along")
	stopAll(t, replicas(t, 1, hourly(queues, log)))
	assert.NotContains(t, log.String(), "missed")
}

// A queue in the process is empty when the process starts: nobody knows what was before.
func TestQueuesInTheProcessRememberNoFires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queues, log := open(t, queue.Options{}), new(record)
		_, err := queues.Mark(t.Context(), "q", "inventory/s", time.Now().Add(-24*time.Hour))
		require.NoError(t, err)
		all := replicas(t, 1, hourly(queues, log))
		time.Sleep(time.Minute)
		stopAll(t, all)
		assert.NotContains(t, log.String(), "no scheduler ran")
	})
}

// While Redis is away nobody knows either, which is told once; what was missed is told
// when it is back.
func TestMissedFiresAreToldLate(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	queues := open(t, queue.Options{Host: server.Host(), Port: port(t, server.Port())})
	_, err := queues.Mark(t.Context(), "q", "inventory/s", time.Now().Add(-3*time.Hour-5*time.Minute))
	require.NoError(t, err)
	server.Close()

	log := new(record)
	s, err := New(hourly(queues, log))
	require.NoError(t, err)
	e := s.entries[0]
	began := time.Now().Add(-e.catchUp)
	l := ledger{entry: e, began: began}
	l.settle(t.Context(), began)
	l.settle(t.Context(), time.Now())
	assert.Equal(t, 1, strings.Count(log.String(), "it cannot be written down"), log.String())
	assert.NotContains(t, log.String(), "no scheduler ran")

	require.NoError(t, server.Restart())
	l.settle(t.Context(), time.Now())
	l.settle(t.Context(), time.Now())
	assert.Equal(t, 1, strings.Count(log.String(), "no scheduler ran"), log.String())
	assert.Contains(t, log.String(), " missed=3 ")
}

// A fire that fails is not written down as made: who starts when its scheduler is gone tells of it.
func TestFiresThatFailedAreNotSettled(t *testing.T) {
	t.Parallel()
	queues := open(t, remote(t))
	o := hourly(queues, new(record))
	o.CatchUp = time.Hour // over the last fire
	failed := make(chan struct{}, 10)
	o.Jobs[0].Create = func(context.Context, time.Time) ([]queue.Task, error) {
		failed <- struct{}{}
		return nil, assert.AnError
	}
	all := replicas(t, 1, o)
	<-failed
	<-failed // the mark was moved in between
	stopAll(t, all)
	was, err := queues.Mark(t.Context(), "q", "inventory/s", time.Unix(0, 0))
	require.NoError(t, err)
	due := last(all[0].entries[0].plan, time.Now().Add(-time.Hour), time.Now())
	assert.True(t, was.Before(due), "marked %s, due %s", was, due)
}
