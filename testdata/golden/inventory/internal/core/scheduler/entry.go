package scheduler

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/cloudforet-io/inventory/internal/core/queue"
)

// entry is one scheduler at work.
type entry struct {
	name    string
	id      string // the same in all replicas, and in no other service
	queue   string
	job     Job
	plan    plan
	catchUp time.Duration
	queues  *queue.Set
	metrics *metrics
	log     *slog.Logger
}

const (
	// lookUp is how often the clock is read at least while nothing is due: a
	// clock that was set and a machine that slept are noticed by this.
	lookUp = 30 * time.Second

	retryFirst = time.Second
	retryMost  = time.Minute

	// minRetention is how long at least a fire is remembered.
	minRetention = time.Hour
)

// run fires until closing is closed. Of fires that were missed only the last
// one is made up for. One that fails is tried again until the next is due.
func (e *entry) run(ctx context.Context, closing <-chan struct{}) {
	seen := time.Now().Add(-e.catchUp)
	retry := time.Duration(0)
	for {
		now := time.Now().Round(0) // the clock on the wall, as replicas share it
		if fire := last(e.plan, seen, now); !fire.IsZero() {
			if err := e.fire(ctx, fire); err != nil {
				retry = min(max(2*retry, retryFirst), retryMost)
				e.log.ErrorContext(ctx, "fire failed and will be tried again", "fire", fire, "in", retry.String(), "error", err)
			} else {
				seen, retry = fire, 0
			}
		} else {
			seen = now
		}
		timer := time.NewTimer(e.wait(now, retry))
		select {
		case <-closing:
			timer.Stop()
			return
		case <-timer.C:
		}
	}
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
