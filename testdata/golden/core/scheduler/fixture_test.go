package scheduler

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

func port(t *testing.T, text string) int {
	t.Helper()
	number, err := strconv.Atoi(text)
	require.NoError(t, err)
	return number
}

func open(t *testing.T, o queue.Options) *queue.Set {
	t.Helper()
	s, err := queue.Open(t.Context(), map[string]queue.Options{"q": o})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

// book writes down what runs.
type book struct {
	mu    sync.Mutex
	lines []string
}

func (b *book) write(line string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, line)
}

func (b *book) sorted() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Sorted(slices.Values(b.lines))
}

// bubble runs a test at 00:00 on 1 January 2000, in which time passes as soon
// as nothing else is to do.
func bubble(t *testing.T, test func(t *testing.T, s *queue.Set, ran *book)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s, err := queue.Open(t.Context(), map[string]queue.Options{"q": {}})
		require.NoError(t, err)
		ran := &book{}
		c, err := s.Consume("q", queue.ConsumeOptions{Poll: 4 * time.Second}, func(_ context.Context, d *queue.Delivery) error {
			ran.write(d.Task.Name)
			return nil
		})
		require.NoError(t, err)
		require.NoError(t, c.Start(t.Context()))
		test(t, s, ran)
		require.NoError(t, c.Stop(t.Context()))
		require.NoError(t, s.Close())
	})
}

func replicas(t *testing.T, n int, o Options) []*Schedulers {
	t.Helper()
	all := make([]*Schedulers, n)
	for i := range all {
		s, err := New(o)
		require.NoError(t, err)
		require.NoError(t, s.Start(t.Context()))
		all[i] = s
	}
	return all
}

func stopAll(t *testing.T, all []*Schedulers) {
	t.Helper()
	for _, s := range all {
		require.NoError(t, s.Stop(t.Context()))
	}
}

func taken(t *testing.T) prometheus.Registerer {
	t.Helper()
	r := prometheus.NewRegistry()
	_, err := newMetrics(r)
	require.NoError(t, err)
	return r
}
