// Package scheduler puts tasks into queues at set times.
//
// Any number of replicas may run the same schedulers, and none of them leads: all
// compute the same fire times from the clock, and put the tasks of a fire under one ID,
// which the queue accepts once. A replica that was busy, asleep or down makes up for the
// last fire that it missed. The fires before that one are not made up for; they are
// counted and logged. So are, where the queue is on Redis, the fires that came due while
// no replica ran: by the first one that starts again.
package scheduler

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

	"github.com/cloudforet-io/spacegen/core/lifecycle"
	"github.com/cloudforet-io/spacegen/core/queue"
)

// Job makes the tasks of a scheduler.
type Job struct {
	// Name is what the configuration calls it, in any case, with or without
	// the service before it and "Scheduler" after it.
	Name string
	// Kind says what an interval alone means: hours (Hourly) or seconds
	// (Interval, also if empty).
	Kind Kind
	// Default applies where the configuration sets no time.
	Default Timing
	// Task is the method that its tasks call, as in Order.expire, if it is that alone.
	// Schedulers do not start if no worker of the service runs it: Options.Runs.
	Task string
	// Create makes the tasks for one fire time. Every replica may call it for
	// the same fire, and again after an error, and when it starts, to see whether
	// the tasks carry a token: it must change nothing.
	Create func(ctx context.Context, fire time.Time) ([]queue.Task, error)
}

// Scheduler is one entry of SCHEDULERS.
type Scheduler struct {
	Backend string // the job, by itself or as the last part of a dotted name
	Queue   string // an entry of QUEUES
	Timing
}

// Options are what the schedulers of a process need.
type Options struct {
	Service    string // its name
	Queues     *queue.Set
	Schedulers map[string]Scheduler // by name
	Jobs       []Job
	// Guarded says that the service asks who calls. Tasks for its methods need a
	// token then: without one the schedulers do not start, and do not fire.
	Guarded bool
	// Runs tells which methods the workers of the service run. It is asked about jobs
	// that say what their Task is; nothing is if nil.
	Runs func(method string) bool
	// Consumed are the queues that workers of the service take tasks from, as far as the
	// configuration says. A job that says what its Task is must put it into one of these.
	// It is not asked if there are none: WORKERS may stand in the workers' configuration.
	Consumed []string
	Log      *slog.Logger
	// Registerer takes the metrics; none are kept if nil.
	Registerer prometheus.Registerer
	// CatchUp is how late a fire is still made up for when the process starts;
	// five minutes if 0, never if negative. It applies to queues on Redis,
	// which know what was put already.
	CatchUp time.Duration
}

const (
	defaultCatchUp = 5 * time.Minute
	// askTimeout bounds how long queues that do not answer delay the start.
	askTimeout = 2 * time.Second
)

// Schedulers are all schedulers of the process.
type Schedulers struct {
	queues  *queue.Set
	entries []*entry
	log     *slog.Logger

	closing chan struct{}      // no more fires
	abort   context.CancelFunc // of fires under way
	running sync.WaitGroup
}

// New prepares the schedulers; none of them fires before Start. Whatever is
// wrong with an entry is reported here.
func New(o Options) (*Schedulers, error) {
	if o.Queues == nil {
		return nil, errors.New("schedulers: Queues is required")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.CatchUp == 0 {
		o.CatchUp = defaultCatchUp
	}
	jobs, err := index(o.Service, o.Jobs)
	if err != nil {
		return nil, err
	}
	m, err := newMetrics(o.Registerer)
	if err != nil {
		return nil, err
	}
	s := &Schedulers{queues: o.Queues, log: o.Log, closing: make(chan struct{}), abort: func() {}}
	for _, name := range slices.Sorted(maps.Keys(o.Schedulers)) {
		e, err := o.entry(name, jobs, m)
		if err != nil {
			return nil, fmt.Errorf("scheduler %s: %w", name, err)
		}
		s.entries = append(s.entries, e)
	}
	return s, nil
}

func (o Options) entry(name string, jobs jobs, m *metrics) (*entry, error) {
	conf := o.Schedulers[name]
	job, err := jobs.find(conf.Backend)
	if err != nil {
		return nil, err
	}
	if job.Task != "" && o.Runs != nil && !o.Runs(job.Task) {
		return nil, fmt.Errorf("job %s makes the task %s, which no worker of this service runs", job.Name, job.Task)
	}
	if err := o.Queues.Check(conf.Queue); err != nil {
		return nil, err
	}
	if job.Task != "" && len(o.Consumed) > 0 && !slices.Contains(o.Consumed, conf.Queue) {
		return nil, fmt.Errorf("job %s puts the task %s into the queue %s, from which no entry of WORKERS takes any; they take from %s",
			job.Name, job.Task, conf.Queue, strings.Join(o.Consumed, ", "))
	}
	plan, err := newPlan(conf.Timing, job, conf.Backend)
	if err != nil {
		return nil, err
	}
	e := &entry{
		name: name, id: name, queue: conf.Queue, job: job, plan: plan,
		queues: o.Queues, guarded: o.Guarded, runs: o.Runs, metrics: m,
		log: o.Log.With("scheduler", name, "queue", conf.Queue),
	}
	if o.Service != "" {
		e.id = o.Service + "/" + name
	}
	if e.durable = o.Queues.Durable(conf.Queue); e.durable {
		e.catchUp = max(o.CatchUp, 0)
	}
	return e, nil
}

// Start sets the schedulers going and returns. What is due while a queue does not answer
// is tried again until it does.
func (s *Schedulers) Start(ctx context.Context) error {
	if err := s.ask(ctx); err != nil {
		s.log.WarnContext(ctx, "queue does not answer; what is due is fired once it does", "error", err)
	}
	for _, e := range s.entries {
		if err := e.check(ctx); err != nil {
			return fmt.Errorf("starting scheduler %s: %w", e.name, err)
		}
	}
	ctx, s.abort = context.WithCancel(context.WithoutCancel(ctx))
	for _, e := range s.entries {
		s.running.Go(func() { e.run(ctx, s.closing) })
	}
	return nil
}

func (s *Schedulers) ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	return s.queues.Ping(ctx)
}

// Stop makes no more fires and waits for those under way; when ctx ends it
// breaks them off. It is called once, after Start.
func (s *Schedulers) Stop(ctx context.Context) error {
	close(s.closing)
	done := make(chan struct{})
	go func() {
		s.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		s.abort()
		return nil
	case <-ctx.Done():
		s.abort()
		return fmt.Errorf("a job that was making tasks is broken off: %w", ctx.Err())
	}
}

// Module is the schedulers as a part of the process.
func (s *Schedulers) Module() lifecycle.Module {
	return lifecycle.Module{Name: "scheduler", Start: s.Start, Stop: s.Stop}
}
