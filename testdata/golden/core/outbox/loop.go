package outbox

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"github.com/cloudforet-io/spacegen/core/lifecycle"
)

const (
	// alarmAge is how long a task may lie in the outbox before that is an error.
	alarmAge = time.Minute
	// alarmPause is how often the error is told.
	alarmPause = time.Minute
)

// loop is what drains the outbox in the background.
type loop struct {
	mu      sync.Mutex
	users   int // who started it and did not stop it yet
	cancel  context.CancelFunc
	done    sync.WaitGroup
	alarmed time.Time
}

// Module drains the outbox for as long as the process runs. Several parts of a process
// may have it: it starts with the first of them, and stops with the last.
func (o *Outbox) Module() lifecycle.Module {
	return lifecycle.Module{Name: "outbox", Start: o.start, Stop: o.stop}
}

func (o *Outbox) start(ctx context.Context) error {
	o.loop.mu.Lock()
	defer o.loop.mu.Unlock()
	if o.loop.users++; o.loop.users > 1 {
		return nil
	}
	ctx, o.loop.cancel = context.WithCancel(context.WithoutCancel(ctx))
	o.loop.done.Go(func() { o.run(ctx) })
	return nil
}

// stop makes a last pass for what was committed until now. What it does not
// come to stays for other processes, or for the next start.
func (o *Outbox) stop(ctx context.Context) error {
	o.loop.mu.Lock()
	defer o.loop.mu.Unlock()
	if o.loop.users--; o.loop.users == 0 {
		o.loop.cancel()
		o.loop.done.Wait()
	}
	_, err := o.Drain(ctx)
	return err
}

func (o *Outbox) run(ctx context.Context) {
	tick := time.NewTicker(o.interval)
	defer tick.Stop()
	for {
		o.empty(ctx)
		select {
		case <-ctx.Done():
			return
		case <-o.wake:
		case <-tick.C:
			o.measure(ctx)
		}
	}
}

// empty makes passes until nothing is due.
func (o *Outbox) empty(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := o.Drain(ctx)
		if err != nil && ctx.Err() == nil {
			o.log.ErrorContext(ctx, "outbox is not drained; tasks stay in it", "error", err)
		}
		if err != nil || n < perPass {
			return
		}
	}
}

// measure tells how much lies in the outbox, and raises the alarm if it does so
// for long.
func (o *Outbox) measure(ctx context.Context) {
	count, age, reason, err := o.backlog(ctx)
	if err != nil {
		if ctx.Err() == nil {
			o.log.WarnContext(ctx, "outbox cannot be measured", "error", err)
		}
		return
	}
	o.metrics.tasks.Set(float64(count))
	o.metrics.age.Set(age.Seconds())
	if age < alarmAge || time.Since(o.loop.alarmed) < alarmPause {
		return
	}
	o.loop.alarmed = time.Now()
	o.log.ErrorContext(ctx, "outbox does not drain: tasks are committed and in no queue yet",
		"tasks", count, "oldest", age.Round(time.Second).String(), "error", reason)
}

// backlog is how much lies in the outbox, and for how long the oldest task does
// that waits for nothing but its queue, and why.
func (o *Outbox) backlog(ctx context.Context) (count int, age time.Duration, reason string, err error) {
	conn := o.db.Conn(ctx)
	if err := conn.NewRaw(`SELECT COUNT(*) FROM queue_outbox`).Scan(ctx, &count); err != nil {
		return 0, 0, "", fmt.Errorf("counting the tasks of the outbox: %w", err)
	}
	var oldest []struct {
		Age   int64  `bun:"age"`
		Error string `bun:"error"`
	}
	if err := conn.NewRaw(`
		SELECT ? - created_at AS age, error FROM queue_outbox
		WHERE attempts = 0 OR error <> '' ORDER BY created_at, id LIMIT 1`, bun.Safe(clock(conn)),
	).Scan(ctx, &oldest); err != nil {
		return 0, 0, "", fmt.Errorf("looking at the oldest task of the outbox: %w", err)
	}
	if len(oldest) == 0 {
		return count, 0, "", nil
	}
	return count, max(time.Duration(oldest[0].Age)*time.Millisecond, 0), oldest[0].Error, nil
}
