package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/queue"
)

const (
	// claimTime is for how long claimed tasks are left to who claimed them. They
	// go to others then: he may have died.
	claimTime = 30 * time.Second
	// passTime is what he takes of it. What he does not come to is others' again.
	passTime = claimTime / 2
	// putTimeout bounds one exchange with a queue.
	putTimeout = 5 * time.Second

	perPass = 100 // tasks claimed at once

	retryFirst   = time.Second // doubled with each attempt
	retriesQuick = 5
	retryMost    = 30 * time.Second
)

// Drain puts the tasks that are due into their queues, and tells how many there
// were, whatever became of them. Several processes may do so at the same time:
// each task is claimed by one.
func (o *Outbox) Drain(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, passTime)
	defer cancel()
	rows, err := o.claim(ctx)
	if err != nil {
		return 0, fmt.Errorf("claiming tasks of the outbox: %w", err)
	}
	away := map[string]error{} // queues that do not answer, or are full
	whole := context.WithoutCancel(ctx)
	for i, r := range rows {
		if ctx.Err() != nil {
			return i, o.release(whole, rows[i:])
		}
		if err := o.put(whole, r, away); err != nil {
			return i, err
		}
	}
	return len(rows), nil
}

// release gives tasks back that were claimed.
func (o *Outbox) release(ctx context.Context, rows []row) error {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	conn := o.db.Conn(ctx)
	if _, err := conn.NewRaw(`UPDATE queue_outbox SET due_at = ? WHERE id IN ?`, bun.Safe(clock(conn)), bun.Tuple(ids)).Exec(ctx); err != nil {
		return fmt.Errorf("giving claimed tasks back to the outbox: %w", err)
	}
	return nil
}

// claim takes tasks that are due, so that for a while nobody else does.
func (o *Outbox) claim(ctx context.Context) ([]row, error) {
	conn := o.db.Conn(ctx)
	now, skip := bun.Safe(clock(conn)), bun.Safe("")
	if conn.Dialect().Name() == dialect.PG {
		skip = "FOR UPDATE SKIP LOCKED"
	}
	var rows []row
	err := conn.NewRaw(`
		WITH due AS MATERIALIZED (SELECT id FROM queue_outbox WHERE due_at <= ? ORDER BY due_at, id LIMIT ? ?)
		UPDATE queue_outbox SET due_at = ? + ? WHERE id IN (SELECT id FROM due)
		RETURNING id, message, attempts, error`,
		now, perPass, skip, now, claimTime.Milliseconds(),
	).Scan(ctx, &rows)
	return rows, err
}

// put puts one task, from delivery to removal without a break. Only an error of
// the database is one here.
func (o *Outbox) put(ctx context.Context, r row, away map[string]error) error {
	var m queue.Message
	if err := json.Unmarshal([]byte(r.Message), &m); err != nil {
		return o.failed(ctx, r, m, "unreadable", fmt.Errorf("reading task %s of the outbox: %w", r.ID, err))
	}
	if err := away[m.Queue]; err != nil {
		return o.failed(ctx, r, m, "failed", err)
	}
	err := o.deliver(ctx, m)
	taken, isTaken := errors.AsType[*queue.TakenError](err)
	switch {
	case err == nil:
		return o.remove(ctx, r, m, "put")
	case isTaken && taken.State == queue.Running:
		// It may not have seen what the call changed: this one comes after it.
		o.log.InfoContext(ctx, "task of the outbox waits for the end of one with its ID", "task_id", m.ID, "queue", m.Queue)
		return o.later(ctx, r, m, "waits", "")
	case isTaken:
		o.log.InfoContext(ctx, "task of the outbox is in its queue already", "task_id", m.ID, "queue", m.Queue, "state", taken.State)
		return o.remove(ctx, r, m, "taken")
	default:
		full := queue.IsFull(err) && m.Tasks == 0 // where a batch has no room, a task may
		if full || apierror.From(err).Status == codes.Unavailable || errors.Is(err, context.DeadlineExceeded) {
			away[m.Queue] = err
		}
		return o.failed(ctx, r, m, "failed", err)
	}
}

func (o *Outbox) deliver(ctx context.Context, m queue.Message) error {
	ctx, cancel := context.WithTimeout(ctx, putTimeout)
	defer cancel()
	return o.queues.Deliver(ctx, m)
}

func (o *Outbox) remove(ctx context.Context, r row, m queue.Message, result string) error {
	o.metrics.puts.WithLabelValues(m.Queue, result).Inc()
	if _, err := o.db.Conn(ctx).NewDelete().Model(&r).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("removing %s from the outbox: %w", m, err)
	}
	return nil
}

// failed leaves a task that its queue does not take to a later pass.
func (o *Outbox) failed(ctx context.Context, r row, m queue.Message, result string, cause error) error {
	o.log.WarnContext(ctx, "task stays in the outbox and is put later", "task_id", m.ID, "queue", m.Queue,
		"attempt", r.Attempts+1, "error", cause)
	return o.later(ctx, r, m, result, cause.Error())
}

// later leaves a task to a later pass. No task is ever given up.
func (o *Outbox) later(ctx context.Context, r row, m queue.Message, result, reason string) error {
	o.metrics.puts.WithLabelValues(m.Queue, result).Inc()
	wait := retryMost
	if r.Attempts < retriesQuick {
		wait = retryFirst << r.Attempts
	}
	conn := o.db.Conn(ctx)
	if _, err := conn.NewRaw(
		`UPDATE queue_outbox SET due_at = ? + ?, attempts = attempts + 1, error = ? WHERE id = ?`,
		bun.Safe(clock(conn)), wait.Milliseconds(), reason, r.ID,
	).Exec(ctx); err != nil {
		return fmt.Errorf("leaving %s in the outbox: %w", m, err)
	}
	return nil
}
