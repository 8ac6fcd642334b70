package worker_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwt"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/queue"
	"github.com/cloudforet-io/spacegen/core/worker"
)

// calls counts how often each method was called.
type calls struct {
	mu     sync.Mutex
	counts map[string]int
	params map[string]map[string]any
}

func (c *calls) method(name string, results ...error) worker.Method {
	return func(_ context.Context, params map[string]any) error {
		c.mu.Lock()
		defer c.mu.Unlock()
		n := c.counts[name]
		c.counts[name]++
		c.params[name] = params
		if n < len(results) {
			return results[n]
		}
		return nil
	}
}

func stage(locator, name, method string) queue.Stage {
	return queue.Stage{Locator: locator, Name: name, Method: method, Params: map[string]any{"a": 1.0}}
}

// run puts a task into an in-process queue and lets a worker have ten minutes.
func run(t *testing.T, c *calls, methods worker.Dispatcher, registerer prometheus.Registerer, stages ...queue.Stage) {
	t.Helper()
	runTask(t, c, methods, registerer, queue.Task{Name: "task", Stages: stages})
}

func runTask(t *testing.T, c *calls, methods worker.Dispatcher, registerer prometheus.Registerer, task queue.Task) {
	t.Helper()
	runPut(t, c, methods, registerer, func(ctx context.Context, queues *queue.Set) error { return queues.Put(ctx, "q", task) })
}

func runPut(t *testing.T, c *calls, methods worker.Dispatcher, registerer prometheus.Registerer, put func(context.Context, *queue.Set) error) {
	t.Helper()
	c.counts, c.params = map[string]int{}, map[string]map[string]any{}
	synctest.Test(t, func(t *testing.T) {
		queues, err := queue.Open(t.Context(), map[string]queue.Options{"q": {}})
		require.NoError(t, err)
		defer func() { require.NoError(t, queues.Close()) }()
		workers, err := worker.New(worker.Options{
			Queues: queues, Workers: map[string]worker.Worker{"w": {Backend: "spaceone.core.scheduler.worker.BaseWorker", Queue: "q"}},
			Runner: methods, Poll: 4 * time.Second, Registerer: registerer,
			Backoff: func(int) time.Duration { return time.Minute },
		})
		require.NoError(t, err)
		require.NoError(t, workers.Start(t.Context()))
		require.NoError(t, put(t.Context(), queues))
		time.Sleep(10 * time.Minute)
		require.NoError(t, workers.Stop(t.Context()))
	})
}

func TestStagesByTheirNames(t *testing.T) {
	c := &calls{}
	run(t, c, worker.Dispatcher{"Region.sync": c.method("service"), "RegionManager.sync": c.method("manager")}, nil,
		stage(queue.LocatorService, "Region", "sync"), stage(queue.LocatorService, "RegionService", "sync"),
		stage(queue.LocatorManager, "Region", "sync"), stage(queue.LocatorManager, "RegionManager", "sync"))
	assert.Equal(t, map[string]int{"service": 2, "manager": 2}, c.counts)
	assert.Equal(t, map[string]any{"a": 1.0}, c.params["service"])
}

func TestWrappedRequest(t *testing.T) {
	c := &calls{}
	wrapped := queue.Stage{Locator: queue.LocatorService, Name: "Region", Method: "sync",
		Params: map[string]any{"params": map[string]any{"b": 2.0}}}
	run(t, c, worker.Dispatcher{"Region.sync": c.method("service")}, nil, wrapped)
	assert.Equal(t, map[string]any{"b": 2.0}, c.params["service"])
}

// TestRetry: what failed is tried again, what was done is not done twice.
func TestRetry(t *testing.T) {
	c := &calls{}
	down := errors.New("the database is down")
	run(t, c, worker.Dispatcher{"A.one": c.method("one"), "A.two": c.method("two", down, down)}, nil,
		stage(queue.LocatorService, "A", "one"), stage(queue.LocatorService, "A", "two"))
	assert.Equal(t, map[string]int{"one": 1, "two": 3}, c.counts)
}

// TestHopeless: what will always fail is tried once.
func TestHopeless(t *testing.T) {
	c := &calls{}
	registry := prometheus.NewPedanticRegistry()
	wrong := apierror.Invalid("name", "empty")
	run(t, c, worker.Dispatcher{"A.bad": c.method("bad", wrong, wrong, wrong)}, registry,
		stage(queue.LocatorService, "A", "bad"))
	assert.Equal(t, map[string]int{"bad": 1}, c.counts)

	assert.Equal(t, map[string]bool{"w": true, "A.bad": true, "failed": true, "archived": true}, labels(t, registry))
}

// TestUnavailable: what is away ends no task, however often it is tried.
func TestUnavailable(t *testing.T) {
	c := &calls{}
	registry := prometheus.NewPedanticRegistry()
	away := make([]error, 12)
	for i := range away {
		away[i] = apierror.New(codes.Unavailable, "ERROR_GRPC_CONNECTION", "identity is away")
	}
	run(t, c, worker.Dispatcher{"A.sync": c.method("sync", away...)}, registry, stage(queue.LocatorService, "A", "sync"))
	assert.Equal(t, map[string]int{"sync": 13}, c.counts)
	assert.Equal(t, map[string]bool{"w": true, "A.sync": true, "failed": true, "postponed": true, "done": true}, labels(t, registry))
}

// TestTokenThatIsRefused: it is told why, and tried again only where that may help.
func TestTokenThatIsRefused(t *testing.T) {
	token := func(t *testing.T, end time.Time) string {
		t.Helper()
		claims, err := jwt.NewBuilder().Expiration(end).Build()
		require.NoError(t, err)
		signed, err := jwt.Sign(claims, jwt.WithInsecureNoSignature())
		require.NoError(t, err)
		return string(signed)
	}
	for name, c := range map[string]struct {
		token string
		tries int
	}{
		"missing": {"", 1},
		"expired": {token(t, time.Unix(0, 0)), 1},
		"refused": {token(t, time.Unix(1<<40, 0)), 3},
		"garbage": {"garbage", 3},
	} {
		t.Run(name, func(t *testing.T) {
			all, registry := &calls{}, prometheus.NewPedanticRegistry()
			s := stage(queue.LocatorService, "A", "sync")
			s.Metadata = queue.Metadata{"token": c.token}
			no := apierror.Unauthenticated("no")
			run(t, all, worker.Dispatcher{"A.sync": all.method("sync", no, no)}, registry, s)
			assert.Equal(t, map[string]int{"sync": c.tries}, all.counts)
			reason := name
			if name == "garbage" {
				reason = "refused"
			}
			assert.True(t, labels(t, registry)[reason], labels(t, registry))
		})
	}
}

// TestGoingOn: of a task that goes on after a failure, what is hopeless is marked
// only if all is.
func TestGoingOn(t *testing.T) {
	down, wrong := errors.New("down"), apierror.Invalid("name", "empty")
	for name, c := range map[string]struct {
		one, two error
		tries    int
	}{
		"both hopeless": {wrong, wrong, 1},
		"one of them":   {wrong, down, 2},
	} {
		t.Run(name, func(t *testing.T) {
			all := &calls{}
			goOn := false
			runTask(t, all, worker.Dispatcher{"A.one": all.method("one", c.one), "A.two": all.method("two", c.two)}, nil,
				queue.Task{StopOnFailure: &goOn, Stages: []queue.Stage{stage(queue.LocatorService, "A", "one"), stage(queue.LocatorService, "A", "two")}})
			assert.Equal(t, map[string]int{"one": c.tries, "two": c.tries}, all.counts)
		})
	}
}

// TestUnreadableTaskIsTold: nothing goes into the archive unseen.
func TestUnreadableTaskIsTold(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	c := &calls{}
	runPut(t, c, worker.Dispatcher{}, registry, func(ctx context.Context, queues *queue.Set) error {
		return queues.Deliver(ctx, queue.Message{Queue: "q", Kind: "task", Data: []byte(`{`), Timeout: time.Minute})
	})
	assert.Equal(t, map[string]bool{"w": true, "archived": true}, labels(t, registry))
}

// TestUnknownMethod: names that no method has don't become time series.
func TestUnknownMethod(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	run(t, &calls{}, worker.Dispatcher{}, registry, stage(queue.LocatorService, "A", "unheard_of"))
	assert.Equal(t, map[string]bool{"w": true, "unknown": true, "failed": true, "archived": true}, labels(t, registry))
}

func labels(t *testing.T, registry *prometheus.Registry) map[string]bool {
	t.Helper()
	families, err := registry.Gather()
	require.NoError(t, err)
	labels := map[string]bool{}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			for _, label := range metric.GetLabel() {
				labels[label.GetValue()] = true
			}
		}
	}
	return labels
}

func TestNewRefuses(t *testing.T) {
	queues, err := queue.Open(t.Context(), map[string]queue.Options{"q": {}})
	require.NoError(t, err)
	defer func() { require.NoError(t, queues.Close()) }()
	for message, w := range map[string]worker.Worker{
		`unknown backend "Threads"`: {Backend: "Threads", Queue: "q"},
		"pool cannot be -1":         {Queue: "q", Pool: -1},
		"nowhere":                   {Queue: "nowhere"},
	} {
		_, err := worker.New(worker.Options{Queues: queues, Workers: map[string]worker.Worker{"w": w}, Runner: worker.Dispatcher{}})
		assert.ErrorContains(t, err, message)
	}
	_, err = worker.New(worker.Options{})
	assert.Error(t, err)
}
