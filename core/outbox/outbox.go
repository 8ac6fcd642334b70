// Package outbox stores the tasks that a call puts into queues in the call's own
// database transaction, and delivers them once it is committed. If the process dies in
// between, any other one delivers them: no task of a committed call is lost, and none of
// a failed call runs. A task is delivered at least once; while a task waits, no second
// one with its ID is put.
package outbox

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/queue"
)

//go:embed migrations
var migrations embed.FS

// Migrations gives the SQL files that build the outbox's table.
func Migrations() (fs.FS, error) { return fs.Sub(migrations, "migrations") }

// Options are what an outbox is made of. All but DB and Queues may be left out.
type Options struct {
	DB     *database.DB
	Queues Queues
	Log    *slog.Logger
	// Registerer takes the metrics; none are kept if nil.
	Registerer prometheus.Registerer
	// Interval is how often tasks are looked for that another process left
	// behind, or that no queue has taken yet; five seconds if 0.
	Interval time.Duration
}

// Queues take the tasks: a *queue.Set.
type Queues interface {
	Deliver(ctx context.Context, m queue.Message) error
}

const defaultInterval = 5 * time.Second

// Outbox keeps tasks until they are in their queues.
type Outbox struct {
	db       *database.DB
	queues   Queues
	log      *slog.Logger
	metrics  *metrics
	interval time.Duration

	wake chan struct{} // something was committed
	loop loop
}

// New makes an outbox. Its table has to be there before the first task.
func New(o Options) (*Outbox, error) {
	if o.DB == nil || o.Queues == nil {
		return nil, errors.New("outbox: DB and Queues are required")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Interval <= 0 {
		o.Interval = defaultInterval
	}
	m, err := newMetrics(o.Registerer)
	if err != nil {
		return nil, err
	}
	return &Outbox{
		db: o.DB, queues: o.Queues, log: o.Log, metrics: m, interval: o.Interval,
		wake: make(chan struct{}, 1),
	}, nil
}

// row is a task in the database. Its message holds credentials, as it does in
// the queue.
type row struct {
	bun.BaseModel `bun:"table:queue_outbox,alias:o"`

	ID       string `bun:"id,pk"`
	Message  string `bun:"message"`
	Attempts int    `bun:"attempts"`
	Error    string `bun:"error"` // why the last attempt failed
}

// Keep stores a message in the transaction that ctx carries, and has it put
// into its queue after the commit. It is false if ctx carries none.
func (o *Outbox) Keep(ctx context.Context, m queue.Message) (bool, error) {
	if !o.db.AfterCommit(ctx, o.nudge) {
		return false, nil
	}
	id, err := uuid.NewV7() // in the order of time
	if err != nil {
		return false, fmt.Errorf("naming %s for the outbox: %w", m, err)
	}
	if m.ID == "" {
		m.ID, m.Once = id.String(), true // known again if it is put twice
	}
	text, err := json.Marshal(m)
	if err != nil {
		return false, fmt.Errorf("encoding %s for the outbox: %w", m, err)
	}
	conn := o.db.Conn(ctx)
	now := bun.Safe(clock(conn))
	if _, err := conn.NewRaw(
		`INSERT INTO queue_outbox (id, message, due_at, created_at) VALUES (?, ?, ?, ?)`,
		id.String(), string(text), now, now,
	).Exec(ctx); err != nil {
		return false, fmt.Errorf("keeping %s in the outbox: %w", m, err)
	}
	return true, nil
}

// nudge wakes who drains the outbox in this process, if anybody does.
func (o *Outbox) nudge() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// clock is the time of the database, which all replicas share, in milliseconds.
func clock(conn bun.IDB) string {
	if conn.Dialect().Name() == dialect.PG {
		return `CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)`
	}
	return `CAST(unixepoch('subsec') * 1000 AS INTEGER)`
}
