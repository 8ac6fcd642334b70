package scheduler

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/cloudforet-io/spacegen/core/queue"
)

// entry is one scheduler at work.
type entry struct {
	name    string
	id      string // the same in all replicas, and in no other service
	queue   string
	job     Job
	plan    plan
	catchUp time.Duration
	durable bool // the queue outlives the process
	queues  *queue.Set
	guarded bool // the service asks who calls
	runs    func(method string) bool
	metrics *metrics
	log     *slog.Logger
}

const (
	// lookUp is how often the clock is read at least while nothing is due: a
	// clock that was set and a machine that slept are noticed by this.
	lookUp = 30 * time.Second

	// checkTimeout bounds how long the check of a job may keep it from starting.
	checkTimeout = 5 * time.Second

	retryFirst = time.Second
	retryMost  = time.Minute

	// minRetention is how long at least a fire is remembered.
	minRetention = time.Hour
)

// run fires until closing is closed. Of fires that were missed only the last
// one is made up for. One that fails is tried again until the next is due.
func (e *entry) run(ctx context.Context, closing <-chan struct{}) {
	seen := time.Now().Round(0).Add(-e.catchUp)
	made := ledger{entry: e, began: seen}
	made.settle(ctx, seen)
	retry := time.Duration(0)
	for {
		now := time.Now().Round(0) // the clock on the wall, as replicas share it
		if fire := last(e.plan, seen, now); !fire.IsZero() {
			e.missed(ctx, seen, fire)
			seen = fire.Add(-1) // those before it are told of, however often it is tried
			if err := e.fire(ctx, fire); err != nil {
				retry = min(max(2*retry, retryFirst), retryMost)
				e.log.ErrorContext(ctx, "fire failed and will be tried again", "fire", fire, "in", retry.String(), "error", err)
			} else {
				seen, retry = fire, 0
			}
		} else {
			seen = now
		}
		made.settle(ctx, seen)
		timer := time.NewTimer(e.wait(now, retry))
		select {
		case <-closing:
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

// missed tells of the fires after seen that are not made any more, since a later
// one is due.
func (e *entry) missed(ctx context.Context, seen, fire time.Time) {
	n := between(e.plan, seen, fire)
	if n == 0 {
		return
	}
	e.metrics.missed(e.name, n)
	e.log.WarnContext(ctx, "fires were missed and are not made up for, since a later one is due",
		"missed", n, "first", e.plan.Next(seen.UTC()), "due", fire)
}

func (e *entry) wait(now time.Time, retry time.Duration) time.Duration {
	wait := lookUp
	if next := e.plan.Next(now.UTC()); !next.IsZero() {
		// A timer may go off a moment early by the clock on the wall.
		wait = min(wait, max(next.Sub(time.Now().Round(0)), time.Millisecond))
	}
	if retry > 0 {
		wait = min(wait, retry)
	}
	return wait
}

// fire puts the tasks of one fire time, unless a replica has done so.
func (e *entry) fire(ctx context.Context, fire time.Time) (err error) {
	defer func() {
		if err != nil {
			e.metrics.fire(e.name, "failed")
		}
	}()
	id := e.id + "@" + fire.UTC().Format(time.RFC3339)
	known, err := e.queues.Known(ctx, e.queue, id)
	if err != nil {
		return err
	}
	if known {
		e.metrics.fire(e.name, "taken")
		return nil
	}
	tasks, err := e.create(ctx, fire)
	if err != nil {
		return fmt.Errorf("making the tasks: %w", err)
	}
	if err := e.identified(tasks); err != nil {
		return err
	}
	if err := e.put(ctx, id, tasks, e.retention(fire)); queue.IsTaken(err) {
		e.metrics.fire(e.name, "taken")
		return nil
	} else if err != nil {
		return err
	}
	e.metrics.fire(e.name, "done")
	e.log.InfoContext(ctx, "fired", "fire", fire, "task_id", id, "tasks", len(tasks))
	return nil
}

func (e *entry) put(ctx context.Context, id string, tasks []queue.Task, retention time.Duration) error {
	switch len(tasks) {
	case 0:
		return nil
	case 1:
		return e.queues.Put(ctx, e.queue, tasks[0], queue.WithID(id), queue.Once(), queue.WithRetention(retention))
	default:
		return e.queues.PutBatch(ctx, e.queue, id, tasks, queue.WithRetention(retention))
	}
}

// tokenless is an error of a task that its service would refuse.
type tokenless struct{ task, stage string }

func (e *tokenless) Error() string {
	return fmt.Sprintf("task %q: %s carries no token, and the service asks who calls: set TOKEN, or TOKEN_FILE, to a system token", e.task, e.stage)
}

// identified refuses tasks that workers would, at every fire, put into the archive.
func (e *entry) identified(tasks []queue.Task) error {
	if !e.guarded {
		return nil
	}
	for _, task := range tasks {
		for _, stage := range task.Stages {
			if stage.Locator == queue.LocatorService && stage.Metadata["token"] == "" {
				return &tokenless{task.Name, stage.String()}
			}
		}
	}
	return nil
}

// runnable refuses tasks of a job that says what they call if they call something else
// that no worker runs.
func (e *entry) runnable(tasks []queue.Task) error {
	if e.job.Task == "" || e.runs == nil {
		return nil
	}
	for _, task := range tasks {
		for _, stage := range task.Stages {
			if method := stage.Name + "." + stage.Method; !e.runs(method) {
				return fmt.Errorf("job %s makes a task that calls %s, which no worker of this service runs", e.job.Name, method)
			}
		}
	}
	return nil
}

// check makes the tasks of a fire that nobody puts, and refuses to start if they
// carry no token, or nobody runs them. What else fails may pass until the first fire,
// which tells it.
func (e *entry) check(ctx context.Context) error {
	if !e.guarded && e.job.Task == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	tasks, err := e.create(ctx, time.Now())
	if err != nil {
		e.log.WarnContext(ctx, "job makes no tasks yet", "error", err)
		return nil
	}
	if err := e.runnable(tasks); err != nil {
		return err
	}
	return e.identified(tasks)
}

func (e *entry) create(ctx context.Context, fire time.Time) (tasks []queue.Task, err error) {
	defer func() {
		if p := recover(); p != nil {
			e.log.ErrorContext(ctx, "job panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = fmt.Errorf("job %s panicked", e.job.Name)
		}
	}()
	return e.job.Create(ctx, fire)
}

// retention outlasts the time in which a late replica may still make this
// fire: until the next one is due.
func (e *entry) retention(fire time.Time) time.Duration {
	next := e.plan.Next(fire)
	if next.IsZero() {
		return minRetention
	}
	return max(2*next.Sub(fire), minRetention, 2*e.catchUp)
}
