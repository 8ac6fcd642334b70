package queue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// fullWait is after what time a caller may try again to put into a full queue.
const fullWait = 5 * time.Second

// FullError says that tasks were not put because as many wait in the queue as may.
type FullError struct {
	Queue   string
	Tasks   int // that were to be put
	Waiting int
	Bound   int // how many may wait
}

// Error says why the tasks were not put.
func (e *FullError) Error() string {
	return fmt.Sprintf("queue %s takes no more tasks: %d wait, %d more were to be put, and max_waiting is %d", e.Queue, e.Waiting, e.Tasks, e.Bound)
}

// Unwrap gives the error as a caller of the API may see it.
func (e *FullError) Unwrap() error {
	if e.Tasks > e.Bound { // it never fits
		return apierror.New(codes.ResourceExhausted, "ERROR_QUEUE_FULL",
			"Queue takes no so many tasks at once. (queue = %s, tasks = %d, max_waiting = %d)", e.Queue, e.Tasks, e.Bound)
	}
	return apierror.New(codes.ResourceExhausted, "ERROR_QUEUE_FULL",
		"Queue is full: try again. (queue = %s, max_waiting = %d)", e.Queue, e.Bound).After(fullWait)
}

// IsFull tells whether a task was not put because its queue is full.
func IsFull(err error) bool {
	_, full := errors.AsType[*FullError](err)
	return full
}

// Limit changes how many tasks may wait in a queue; 0: any number. Those that wait
// already stay.
func (s *Set) Limit(queue string, maxWaiting int) error {
	c, err := s.channel(queue)
	if err != nil {
		return err
	}
	if maxWaiting < 0 {
		return fmt.Errorf("queue %s: max_waiting cannot be %d", queue, maxWaiting)
	}
	c.bound.Store(int64(maxWaiting))
	return nil
}

// refuse ends a call that puts into a full queue before it has changed anything. What a
// queue cannot say now is left to the outbox.
func (s *Set) refuse(ctx context.Context, m Message) error {
	c, err := s.channel(m.Queue)
	if err != nil {
		return err
	}
	if err := c.admit(ctx, m); IsFull(err) {
		s.refused.WithLabelValues(m.Queue).Inc()
		return err
	}
	return nil
}

// deliver puts a message unless the queue is full. Of several processes that put at the
// same time each may see the last free place, so that a queue in Redis may come to hold
// some more; one within the process does not.
func (c *channel) deliver(ctx context.Context, m Message) error {
	if c.bound.Load() == 0 {
		return c.put(ctx, m)
	}
	if c.embedded {
		c.putting.Lock()
		defer c.putting.Unlock()
	}
	if err := c.admit(ctx, m); err != nil {
		return err
	}
	return c.put(ctx, m)
}

// admit refuses a message for which the queue has no room. One whose ID is taken needs
// none.
func (c *channel) admit(ctx context.Context, m Message) error {
	bound := int(c.bound.Load())
	if bound == 0 {
		return nil
	}
	waiting, err := c.redis.LLen(ctx, c.part("pending")).Result()
	if err != nil {
		return c.failure(ctx, puttingInto, err)
	}
	tasks := max(m.Tasks, 1)
	if int(waiting)+tasks <= bound {
		return nil
	}
	if m.ID != "" {
		state, err := c.claim(ctx, m.ID, true)
		if err != nil {
			return err
		}
		if state != "" && (state != Ended || m.Once) {
			return &TakenError{Queue: c.name, ID: m.ID, State: state}
		}
	}
	return &FullError{Queue: c.name, Tasks: tasks, Waiting: int(waiting), Bound: bound}
}
