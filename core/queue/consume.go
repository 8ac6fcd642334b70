package queue

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// Delivery is a task as a consumer gets it.
type Delivery struct {
	ID      string
	Task    Task
	Attempt int  // from 1; deliveries after the death of a worker count
	Last    bool // whether a failure now puts the task into the archive

	result  *asynq.ResultWriter
	channel *channel
}

// Handler runs a task. An error makes it be run again later, unless it is
// Permanent. A handler has to return soon after its context ends.
type Handler func(ctx context.Context, d *Delivery) error

// ConsumeOptions say how tasks are taken off a queue.
type ConsumeOptions struct {
	Concurrency int // tasks at once, 8 if 0
	// Poll is how often an empty queue is asked; a second if 0, less within
	// the process. Failed tasks that are due are looked for every five.
	Poll time.Duration
	// Backoff says how long to wait after the given number of failures, from
	// 1; if nil it doubles from five seconds to ten minutes.
	Backoff func(failures int) time.Duration
	// Archived is told of each task that goes into the archive though the handler
	// does not know: one that nobody can read, or whose workers have died. It may
	// be nil.
	Archived func(ctx context.Context, id string, cause error)
	Log      *slog.Logger
}

// Permanent marks an error that trying again would not cure: the task goes
// into the archive at once.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanent{err}
}

// IsPermanent tells whether an error is marked by Permanent.
func IsPermanent(err error) bool {
	_, ok := errors.AsType[*permanent](err)
	return ok
}

type permanent struct{ error }

func (p *permanent) Unwrap() []error { return []error{p.error, asynq.SkipRetry} }

// Postponed marks an error that is not the task's own, such as a service that is
// away: the task is run again later, as often as it takes, and the attempt does
// not count.
func Postponed(err error) error {
	if err == nil {
		return nil
	}
	return &postponed{err}
}

// IsPostponed tells whether an error is marked by Postponed.
func IsPostponed(err error) bool {
	_, ok := errors.AsType[*postponed](err)
	return ok
}

type postponed struct{ error }

func (p *postponed) Unwrap() error { return p.error }

// spareRetries is added to a task's retries so that asynq never archives a task by itself:
// it would do so after a postponed attempt as well, which does not count. process archives
// a task once it has used up its own retries.
const spareRetries = 1

// Consumer takes tasks off one queue.
type Consumer struct {
	channel *channel
	server  *asynq.Server
	handle  Handler
	log     *slog.Logger
	options ConsumeOptions
	watch   watch

	mu       sync.Mutex
	inFlight int
	idle     chan struct{} // closed when nothing is in flight any more; nil unless awaited
}

const (
	defaultConcurrency = 8
	pollRedis          = time.Second
	pollInProcess      = 100 * time.Millisecond
	delayedPollFactor  = 5
	// postponedWait is how long a task waits for what is away.
	postponedWait = 30 * time.Second
	// abortMargin is what Stop leaves of its time for putting unfinished tasks
	// back.
	abortMargin = 2 * time.Second
)

// Consume prepares a consumer; Start sets it to work.
func (s *Set) Consume(queue string, o ConsumeOptions, handle Handler) (*Consumer, error) {
	c, err := s.channel(queue)
	if err != nil {
		return nil, err
	}
	if o.Concurrency < 0 {
		return nil, fmt.Errorf("queue %s: concurrency cannot be negative", queue)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Backoff == nil {
		o.Backoff = backoff
	}
	if o.Archived == nil {
		o.Archived = func(context.Context, string, error) {}
	}
	poll := pollRedis
	if c.embedded {
		poll = pollInProcess
	}
	poll = cmp.Or(o.Poll, poll)

	consumer := &Consumer{channel: c, handle: handle, log: o.Log, options: o}
	consumer.server = asynq.NewServerFromRedisClient(c.redis, asynq.Config{
		Concurrency:              cmp.Or(o.Concurrency, defaultConcurrency),
		Queues:                   map[string]int{c.channel: 1},
		TaskCheckInterval:        poll,
		DelayedTaskCheckInterval: delayedPollFactor * poll,
		ShutdownTimeout:          abortMargin / 2,
		RetryDelayFunc: func(failures int, err error, _ *asynq.Task) time.Duration {
			switch {
			case errors.Is(err, asynq.ErrLeaseExpired):
				return 0 // its worker died: that took long enough
			case IsPostponed(err):
				return postponedWait + rand.N(postponedWait/4) //nolint:gosec // nobody gains by guessing it
			default:
				return o.Backoff(failures + 1)
			}
		},
		IsFailure: func(err error) bool { return !IsPostponed(err) },
		Logger:    asynqLog{o.Log},
		LogLevel:  asynq.WarnLevel,
	})
	return consumer, nil
}

// Start begins to take tasks and returns. A Redis that does not answer keeps it from
// nothing: tasks are taken as soon as it does.
func (c *Consumer) Start(ctx context.Context) error {
	if err := ask(ctx, c.channel.redis); redis.IsAuthError(err) || ctx.Err() != nil {
		return fmt.Errorf("consuming queue %s: %w", c.channel.name, err)
	} else if err != nil {
		c.log.WarnContext(ctx, "queue does not answer; no task is taken until it does", "queue", c.channel.name, "error", err)
	}
	if err := c.server.Start(asynq.HandlerFunc(c.process)); err != nil {
		return fmt.Errorf("consuming queue %s: %w", c.channel.name, err)
	}
	c.watch.start(context.WithoutCancel(ctx), c)
	return nil
}

// Stop takes no more tasks and waits for those that run. Those that are not
// done shortly before the context's deadline are put back into the queue.
func (c *Consumer) Stop(ctx context.Context) error {
	c.watch.stop()
	c.server.Stop()
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-abortMargin))
		defer cancel()
	}
	select {
	case <-c.drained():
	case <-ctx.Done():
		c.log.Warn("tasks are not done in time and go back into the queue", "queue", c.channel.name)
	}
	c.server.Shutdown()
	return nil
}

func (c *Consumer) process(ctx context.Context, t *asynq.Task) (err error) {
	c.begin()
	defer c.end()

	id, _ := asynq.GetTaskID(ctx)
	if t.Type() == kindBatch {
		return c.spread(ctx, id, t.Payload())
	}
	task, err := ParseTask(t.Payload())
	if err != nil {
		return c.archive(ctx, id, err)
	}
	retried, _ := asynq.GetRetryCount(ctx)
	limit, _ := asynq.GetMaxRetry(ctx)
	last := retried >= limit-spareRetries
	err = c.handle(ctx, &Delivery{
		ID: id, Task: task, Attempt: retried + 1, Last: last,
		result: t.ResultWriter(), channel: c.channel,
	})
	if last && !IsPostponed(err) {
		return Permanent(err)
	}
	return err
}

func (c *Consumer) spread(ctx context.Context, id string, data []byte) error {
	err := c.channel.spread(ctx, id, data)
	switch {
	case IsPermanent(err):
		return c.archive(ctx, id, err)
	case err != nil:
		c.log.WarnContext(ctx, "batch is not spread yet and will be tried again", "task_id", id, "error", err)
		return Postponed(err)
	default:
		return nil
	}
}

// archive ends a task that no handler has seen.
func (c *Consumer) archive(ctx context.Context, id string, cause error) error {
	c.log.ErrorContext(ctx, "task goes into the archive", "task_id", id, "error", cause)
	c.options.Archived(ctx, id, cause)
	return Permanent(cause)
}

func (c *Consumer) begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inFlight++
}

func (c *Consumer) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inFlight--
	if c.inFlight == 0 && c.idle != nil {
		close(c.idle)
		c.idle = nil
	}
}

// drained is closed once nothing is in flight.
func (c *Consumer) drained() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	idle := make(chan struct{})
	if c.inFlight == 0 {
		close(idle)
		return idle
	}
	c.idle = idle
	return idle
}

// SetProgress remembers how far the task has come, for the case that it is
// delivered again.
func (d *Delivery) SetProgress(progress string) error {
	if _, err := d.result.Write([]byte(progress)); err != nil {
		return fmt.Errorf("remembering the progress of task %s: %w", d.ID, err)
	}
	return nil
}

// Progress gives what an earlier delivery of the task remembered, or "".
func (d *Delivery) Progress(ctx context.Context) (string, error) {
	values, err := d.channel.redis.HMGet(ctx, d.channel.key(d.ID), "result").Result()
	if err != nil {
		return "", fmt.Errorf("asking for the progress of task %s: %w", d.ID, err)
	}
	progress, _ := values[0].(string)
	return progress, nil
}

const (
	backoffFirst = 5 * time.Second
	backoffMost  = 10 * time.Minute
)

// backoff adds up to a quarter, so that what failed together is not tried
// again together.
func backoff(failures int) time.Duration {
	d := backoffMost
	if failures < 8 {
		d = min(backoffFirst<<max(failures-1, 0), backoffMost)
	}
	return d + rand.N(d/4) //nolint:gosec // nobody gains by guessing it
}
