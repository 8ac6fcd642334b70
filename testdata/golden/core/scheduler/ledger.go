package scheduler

import (
	"context"
	"time"
)

// ledger knows up to which time the fires of a scheduler were made, or told of, by
// whichever process: the queue's Redis keeps it.
type ledger struct {
	*entry
	began  time.Time // fires up to this moment came due before this process looked
	silent bool      // Redis does not answer, which was told
}

// settle writes down that fires up to a time were made or told of, and tells of those that
// came due while no process ran the scheduler. Of several processes one tells it. A queue
// in the process has nobody who would remember.
func (l *ledger) settle(ctx context.Context, until time.Time) {
	if !l.durable {
		return
	}
	ask, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	was, err := l.queues.Mark(ask, l.queue, l.id, until)
	if err != nil {
		if !l.silent && ctx.Err() == nil {
			l.log.WarnContext(ctx, "it cannot be written down which fires were made, nor read which were missed before the start; tried again", "error", err)
		}
		l.silent = true
		return
	}
	l.silent = false
	if was.IsZero() {
		return // it never ran
	}
	fire := last(l.plan, was, l.began)
	if fire.IsZero() {
		return
	}
	n := between(l.plan, was, fire) + 1
	l.metrics.missed(l.name, n)
	l.log.WarnContext(ctx, "fires came due while no scheduler ran, and are not made up for",
		"missed", n, "first", l.plan.Next(was), "last", fire, "down_since", was)
}
