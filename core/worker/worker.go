// Package worker takes tasks off queues and runs their stages. A Dispatcher finds the
// method that a stage names.
package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"

	"github.com/cloudforet-io/spacegen/core/lifecycle"
	"github.com/cloudforet-io/spacegen/core/queue"
)

// defaultPool is how many tasks a worker runs at once unless told otherwise.
const defaultPool = 8

// Worker is one entry of WORKERS.
type Worker struct {
	// Backend is BaseWorker, by itself or as the last part of a dotted name,
	// or empty.
	Backend string
	Queue   string // an entry of QUEUES
	Pool    int    // tasks at once, 8 if 0
}

// Runner runs one stage of a task. The context carries the stage's metadata.
type Runner interface {
	Run(ctx context.Context, stage queue.Stage) error
}

// Options are what the workers of a process need.
type Options struct {
	Queues  *queue.Set
	Workers map[string]Worker // by name
	Runner  Runner
	Log     *slog.Logger
	// Registerer takes the metrics; none are kept if nil.
	Registerer prometheus.Registerer
	// Tracer makes a span for each task; the process's own if nil.
	Tracer trace.TracerProvider
	// Poll is how often an empty queue is asked; 0 leaves it to the queue.
	Poll time.Duration
	// Backoff says how long a task waits after the given number of failures,
	// from 1; nil leaves it to the queue.
	Backoff func(failures int) time.Duration
}

// Workers are all workers of the process.
type Workers struct {
	consumers []*queue.Consumer // in the order of their names
}

// New prepares the workers; none of them runs before Start.
func New(o Options) (*Workers, error) {
	if o.Queues == nil || o.Runner == nil {
		return nil, errors.New("workers: Queues and Runner are required")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	m, err := newMetrics(o.Registerer)
	if err != nil {
		return nil, err
	}
	w := &Workers{}
	for _, name := range slices.Sorted(maps.Keys(o.Workers)) {
		consumer, err := o.consumer(name, m)
		if err != nil {
			return nil, fmt.Errorf("worker %s: %w", name, err)
		}
		w.consumers = append(w.consumers, consumer)
	}
	return w, nil
}

func (o Options) consumer(name string, m *metrics) (*queue.Consumer, error) {
	worker := o.Workers[name]
	switch backend := worker.Backend[strings.LastIndexAny(worker.Backend, ".:")+1:]; strings.ToLower(backend) {
	case "", "worker", "baseworker":
	default:
		return nil, fmt.Errorf("unknown backend %q; known is BaseWorker", worker.Backend)
	}
	if worker.Pool < 0 {
		return nil, fmt.Errorf("pool cannot be %d", worker.Pool)
	}
	if worker.Pool == 0 {
		worker.Pool = defaultPool
	}
	log := o.Log.With("worker", name, "queue", worker.Queue)
	r := &run{worker: name, runner: o.Runner, log: log, metrics: m, tracer: o.tracer(), queue: worker.Queue}
	return o.Queues.Consume(worker.Queue, queue.ConsumeOptions{
		Concurrency: worker.Pool,
		Poll:        o.Poll,
		Backoff:     o.Backoff,
		Archived:    r.archived,
		Log:         log,
	}, r.task)
}

// Start sets all workers to work and returns. If one cannot start, those
// before it are stopped.
func (w *Workers) Start(ctx context.Context) error {
	for i, c := range w.consumers {
		if err := c.Start(ctx); err != nil {
			return errors.Join(err, stop(ctx, w.consumers[:i]))
		}
	}
	return nil
}

// Stop takes no more tasks and waits for those that run; shortly before the
// context's deadline it puts them back into their queues.
func (w *Workers) Stop(ctx context.Context) error { return stop(ctx, w.consumers) }

// Module is the workers as a part of the process.
func (w *Workers) Module() lifecycle.Module {
	return lifecycle.Module{Name: "worker", Start: w.Start, Stop: w.Stop}
}

// stop stops them at the same time: they share one grace period.
func stop(ctx context.Context, consumers []*queue.Consumer) error {
	errs := make([]error, len(consumers))
	var wg sync.WaitGroup
	for i, c := range consumers {
		wg.Go(func() { errs[i] = c.Stop(ctx) })
	}
	wg.Wait()
	return errors.Join(errs...)
}
