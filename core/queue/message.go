package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// What asynq calls the type of a task.
const (
	kindTask  = "task"
	kindBatch = "batch"
)

// Message is a task or a batch on its way into a queue, as an Outbox keeps it.
// Its data holds credentials, so it is never printed.
type Message struct {
	Queue     string          `json:"queue"` // an entry of QUEUES
	Kind      string          `json:"kind"`
	ID        string          `json:"id,omitempty"`
	Once      bool            `json:"once,omitempty"`
	Tasks     int             `json:"tasks,omitempty"` // of a batch; else 0
	Retries   int             `json:"retries"`
	Timeout   time.Duration   `json:"timeout"`
	Retention time.Duration   `json:"retention"`
	Data      json.RawMessage `json:"data"`
}

// String names the message without what it holds.
func (m Message) String() string { return fmt.Sprintf("%s %q for queue %s", m.Kind, m.ID, m.Queue) }

// GoString is String.
func (m Message) GoString() string { return m.String() }

// LogValue is String.
func (m Message) LogValue() slog.Value { return slog.StringValue(m.String()) }

// An Outbox keeps messages until the database transaction in which they were
// put is committed, and delivers them then.
type Outbox interface {
	// Keep stores a message in the transaction that ctx carries. It is false if
	// ctx carries none.
	Keep(ctx context.Context, m Message) (bool, error)
}

// Through has what is put within a database transaction leave by an outbox. It
// is called before the first Put.
func (s *Set) Through(o Outbox) { s.outbox = o }

// TakenError says that a task was not put because of another one of its ID.
type TakenError struct {
	Queue, ID string
	State     State // of the other
}

// State is how far a task is.
type State string

// The states of a task in a queue.
const (
	Waiting State = "waits" // no stage of it was run since it was put
	Running State = "runs"  // or waits to be run again from a later stage on
	Ended   State = "ended" // done, or archived
)

// Error says why the task was not put.
func (e *TakenError) Error() string {
	return fmt.Sprintf("task %q is not put into queue %s: a task with this ID %s", e.ID, e.Queue, e.State)
}

// Unwrap gives the error as a caller of the API may see it.
func (e *TakenError) Unwrap() error {
	return apierror.New(codes.AlreadyExists, "ERROR_TASK_TAKEN", "Task exists already. (id = %s)", e.ID)
}

// IsTaken tells whether a task was not put because of another one of its ID.
func IsTaken(err error) bool {
	_, taken := errors.AsType[*TakenError](err)
	return taken
}

// send puts a message, at once or after the call that ctx belongs to.
func (s *Set) send(ctx context.Context, m Message) error {
	if s.outbox != nil {
		if err := s.refuse(ctx, m); err != nil {
			return err
		}
		if kept, err := s.outbox.Keep(ctx, m); kept || err != nil {
			return err
		}
	}
	waits := pipeline.TransactionFrom(ctx).OnCommit(func(ctx context.Context) error {
		err := s.Deliver(ctx, m)
		if taken, ok := errors.AsType[*TakenError](err); ok && taken.State == Waiting {
			return nil // it begins after the call, and does for both
		}
		return err
	})
	if waits {
		return nil
	}
	return s.Deliver(ctx, m)
}

// Deliver puts a message into its queue now. Outboxes call it; others Put.
func (s *Set) Deliver(ctx context.Context, m Message) error {
	c, err := s.channel(m.Queue)
	if err != nil {
		return err
	}
	if err := c.deliver(ctx, m); err != nil {
		if IsFull(err) {
			s.refused.WithLabelValues(m.Queue).Inc()
		}
		return err
	}
	return nil
}

// putTries is how often an ID that is freed and taken again by others at the
// same time is tried for.
const putTries = 3

func (c *channel) put(ctx context.Context, m Message) error {
	settings := []asynq.Option{asynq.Queue(c.channel), asynq.MaxRetry(m.Retries + spareRetries), asynq.Timeout(m.Timeout)}
	if m.ID != "" {
		settings = append(settings, asynq.TaskID(m.ID), asynq.Retention(m.Retention))
	}
	state := Waiting
	for range putTries {
		if m.ID != "" {
			var err error
			if state, err = c.claim(ctx, m.ID, m.Once); err != nil {
				return err
			}
			if state != "" {
				break
			}
		}
		_, err := c.client.EnqueueContext(ctx, asynq.NewTask(m.Kind, m.Data), settings...)
		if !errors.Is(err, asynq.ErrTaskIDConflict) {
			return c.failure(ctx, puttingInto, err)
		}
		state = Waiting // somebody put it just now
	}
	return &TakenError{Queue: c.name, ID: m.ID, State: state}
}

// claimID tells the state of the task that has an ID, "" if none has. One that
// has ended is forgotten unless it is to keep its ID.
var claimID = redis.NewScript(`
local state = redis.call("HGET", KEYS[1], "state")
if not state then return "" end
if state == "completed" or state == "archived" then
	if ARGV[2] == "keep" then return "ended" end
	redis.call("ZREM", state == "completed" and KEYS[2] or KEYS[3], ARGV[1])
	redis.call("DEL", KEYS[1])
	return ""
end
if state == "active" or redis.call("HEXISTS", KEYS[1], "result") == 1 then return "runs" end
return "waits"
`)

func (c *channel) claim(ctx context.Context, id string, keep bool) (State, error) {
	prefix := "asynq:{" + c.channel + "}:"
	mode := "free"
	if keep {
		mode = "keep"
	}
	state, err := claimID.Run(ctx, c.redis, []string{c.key(id), prefix + "completed", prefix + "archived"}, id, mode).Text()
	if err != nil {
		return "", c.failure(ctx, puttingInto, err)
	}
	return State(state), nil
}

// Known tells whether a task or batch with this id is in the queue, or was and
// is remembered.
func (s *Set) Known(ctx context.Context, queue, id string) (bool, error) {
	c, err := s.channel(queue)
	if err != nil {
		return false, err
	}
	n, err := c.redis.Exists(ctx, c.key(id)).Result()
	if err != nil {
		return false, c.failure(ctx, "looking for "+id+" in", err)
	}
	return n > 0, nil
}

// key is where asynq keeps a task.
func (c *channel) key(id string) string { return "asynq:{" + c.channel + "}:t:" + id }

// puttingInto is what fails when a message gets nowhere.
const puttingInto = "putting into"

// failure is an error of Redis as a caller may see it, who may try again. asynq
// hands on no more than the text of some, so it is not asked which one it is.
func (c *channel) failure(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	err = fmt.Errorf("%s queue %s: %w", doing, c.name, err)
	if ctx.Err() != nil {
		return err // the caller's own
	}
	const reason = "it does not answer: try again"
	if doing == puttingInto {
		return apierror.New(codes.Unavailable, "ERROR_QUEUE_PUT", "Queue data put failed. (reason = %s)", reason).Because(err)
	}
	return apierror.New(codes.Unavailable, "ERROR_QUEUE_GET", "Queue data get failed. (reason = %s)", reason).Because(err)
}
