package queue

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/otel/propagation"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/supervisor/internal/core/apierror"
)

// What asynq calls the type of a task.
const (
	typeTask  = "task"
	typeBatch = "batch"
)

const (
	defaultRetries   = 10
	defaultTimeout   = time.Hour
	defaultRetention = time.Hour
)

// PutOption changes how a task is kept and run.
type PutOption func(*putOptions)

type putOptions struct {
	id        string
	retention time.Duration
	retries   int
	timeout   time.Duration
}

// WithID names the task. Putting the same name into the same queue again, as
// long as the task is there or is remembered, does nothing and is no error.
func WithID(id string) PutOption { return func(o *putOptions) { o.id = id } }

// WithRetention says how long a task that has an id is remembered after it was
// run; an hour if not given.
func WithRetention(d time.Duration) PutOption { return func(o *putOptions) { o.retention = d } }

// WithRetries says how often a task that failed is run again before it is put
// into the archive; ten times if not given.
func WithRetries(n int) PutOption { return func(o *putOptions) { o.retries = n } }

// WithTimeout says how long a task may run; an hour if not given. A task that
// takes longer has failed.
func WithTimeout(d time.Duration) PutOption { return func(o *putOptions) { o.timeout = d } }

// Put hands a task to the workers of the queue. Stages that carry no
// traceparent of their own get the one of the context.
func (s *Set) Put(ctx context.Context, queue string, task Task, opts ...PutOption) error {
	c, err := s.channel(queue)
	if err != nil {
		return err
	}
	if err := task.Validate(); err != nil {
		return fmt.Errorf("putting into queue %s: %w", queue, err)
	}
	data, err := task.encode(traceOf(ctx))
	if err != nil {
		return fmt.Errorf("putting into queue %s: %w", queue, err)
	}
	return c.enqueue(ctx, typeTask, data, opts)
}

// batch is many tasks that were put as one, with what applies to each.
type batch struct {
	Tasks   []json.RawMessage `json:"tasks"`
	Retries int               `json:"retries"`
	// Seconds.
	Timeout   int64 `json:"timeout"`
	Retention int64 `json:"retention"`
}

// PutBatch puts all tasks or none of them, under one id: if several callers
// put their batches under the same id, one batch is taken and the others are
// dropped, whatever they hold. A worker then spreads it over the queue, each
// task by itself with the id of the batch, a dash and its position.
func (s *Set) PutBatch(ctx context.Context, queue, id string, tasks []Task, opts ...PutOption) error {
	c, err := s.channel(queue)
	if err != nil {
		return err
	}
	if id == "" {
		return fmt.Errorf("putting into queue %s: a batch needs an id", queue)
	}
	o := compose(opts)
	b := batch{Retries: o.retries, Timeout: seconds(o.timeout), Retention: seconds(o.retention)}
	trace := traceOf(ctx)
	for _, task := range tasks {
		if err := task.Validate(); err != nil {
			return fmt.Errorf("putting into queue %s: %w", queue, err)
		}
		data, err := task.encode(trace)
		if err != nil {
			return fmt.Errorf("putting into queue %s: %w", queue, err)
		}
		b.Tasks = append(b.Tasks, data)
	}
	data, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("encoding a batch for queue %s: %w", queue, err)
	}
	return c.enqueue(ctx, typeBatch, data, append(opts, WithID(id)))
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
		return false, fmt.Errorf("looking for %s in queue %s: %w", id, queue, err)
	}
	return n > 0, nil
}

// key is where asynq keeps a task.
func (c *channel) key(id string) string { return "asynq:{" + c.channel + "}:t:" + id }

func (c *channel) enqueue(ctx context.Context, kind string, data []byte, opts []PutOption) error {
	o := compose(opts)
	settings := []asynq.Option{
		asynq.Queue(c.channel),
		asynq.MaxRetry(o.retries),
		asynq.Timeout(o.timeout),
	}
	if o.id != "" {
		settings = append(settings, asynq.TaskID(o.id), asynq.Retention(o.retention))
	}
	_, err := c.client.EnqueueContext(ctx, asynq.NewTask(kind, data), settings...)
	if err == nil || errors.Is(err, asynq.ErrTaskIDConflict) {
		return nil
	}
	err = fmt.Errorf("putting into queue %s: %w", c.name, err)
	if _, away := errors.AsType[*net.OpError](err); away || redis.IsLoadingError(err) {
		return apierror.New(codes.Unavailable, "ERROR_QUEUE_CONNECTION", "Queue is unavailable: try again.").Because(err)
	}
	return err
}

// spread puts the tasks of a batch. Done again it puts only what is missing.
func (c *channel) spread(ctx context.Context, id string, data []byte) error {
	var b batch
	if err := json.Unmarshal(data, &b); err != nil {
		return Permanent(fmt.Errorf("reading batch: %w", err))
	}
	for i, task := range b.Tasks {
		err := c.enqueue(ctx, typeTask, task, []PutOption{
			WithID(fmt.Sprintf("%s-%d", id, i)),
			WithRetries(b.Retries),
			WithTimeout(time.Duration(b.Timeout) * time.Second),
			WithRetention(time.Duration(b.Retention) * time.Second),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func compose(opts []PutOption) putOptions {
	o := putOptions{retries: defaultRetries}
	for _, set := range opts {
		set(&o)
	}
	o.timeout = max(cmp.Or(o.timeout, defaultTimeout), time.Second)
	o.retention = max(cmp.Or(o.retention, defaultRetention), time.Second)
	o.retries = max(o.retries, 0)
	return o
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }

// traceOf is the trace of the context in the form of call metadata.
func traceOf(ctx context.Context) Metadata {
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	if parent := carrier["traceparent"]; parent != "" {
		return Metadata{"traceparent": parent}
	}
	return nil
}
