package queue

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/propagation"
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
	once      bool
	retention time.Duration
	retries   int
	timeout   time.Duration
}

// WithID names the task. While a task of this name waits or runs in the queue,
// Put puts no other. Once it has ended, done or archived, the name is free.
func WithID(id string) PutOption { return func(o *putOptions) { o.id = id } }

// Once keeps the ID taken after the task has ended, for as long as it is
// remembered: done, for the time WithRetention says; archived, until it is
// removed from the archive.
func Once() PutOption { return func(o *putOptions) { o.once = true } }

// WithRetention says how long a task that has an ID is remembered after it was
// done; an hour if not given.
func WithRetention(d time.Duration) PutOption { return func(o *putOptions) { o.retention = d } }

// WithRetries says how often a task that failed is run again before it is put
// into the archive; ten times if not given.
func WithRetries(n int) PutOption { return func(o *putOptions) { o.retries = n } }

// WithTimeout says how long a task may run; an hour if not given. A task that
// takes longer has failed.
func WithTimeout(d time.Duration) PutOption { return func(o *putOptions) { o.timeout = d } }

// Put hands a task to the workers of the queue. Stages that carry no
// traceparent of their own get the one of the context. A task that is not put
// because its ID is taken is a *TakenError, one for which the queue has no room a
// *FullError.
//
// What a call puts leaves after the call's transaction is committed, and never
// if the call fails. So Put cannot say yet whether the ID is taken then: a task
// of the same ID that waits by then does for both, and one that runs is waited
// for, as it may not have seen what the call changed. With an outbox the task
// survives a crash in between. Without one, the task is put as the last step of
// the call, which fails if the queue takes no task.
func (s *Set) Put(ctx context.Context, queue string, task Task, opts ...PutOption) error {
	if err := s.Check(queue); err != nil {
		return err
	}
	data, err := encode(queue, task, traceOf(ctx))
	if err != nil {
		return err
	}
	return s.send(ctx, compose(opts).message(queue, kindTask, data))
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
// put their batches under the same id, one batch is put and the others are a
// *TakenError, whatever they hold, for as long as the batch is remembered. A
// worker then spreads it over the queue, each task by itself with the id of the
// batch, a dash and its position. Within a call it waits as Put does. A queue that has
// a bound takes a batch if it has room for all its tasks.
func (s *Set) PutBatch(ctx context.Context, queue, id string, tasks []Task, opts ...PutOption) error {
	if err := s.Check(queue); err != nil {
		return err
	}
	if id == "" {
		return fmt.Errorf("putting into queue %s: a batch needs an id", queue)
	}
	o := compose(append(opts, WithID(id), Once()))
	b := batch{Retries: o.retries, Timeout: seconds(o.timeout), Retention: seconds(o.retention)}
	trace := traceOf(ctx)
	for _, task := range tasks {
		data, err := encode(queue, task, trace)
		if err != nil {
			return err
		}
		b.Tasks = append(b.Tasks, data)
	}
	data, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("encoding a batch for queue %s: %w", queue, err)
	}
	m := o.message(queue, kindBatch, data)
	m.Tasks = len(tasks)
	return s.send(ctx, m)
}

// spread puts the tasks of a batch. Done again it puts only what is missing.
func (c *channel) spread(ctx context.Context, id string, data []byte) error {
	var b batch
	if err := json.Unmarshal(data, &b); err != nil {
		return Permanent(fmt.Errorf("reading batch: %w", err))
	}
	for i, task := range b.Tasks {
		err := c.put(ctx, Message{
			Queue: c.name, Kind: kindTask, ID: fmt.Sprintf("%s-%d", id, i), Once: true, Data: task,
			Retries:   b.Retries,
			Timeout:   time.Duration(b.Timeout) * time.Second,
			Retention: time.Duration(b.Retention) * time.Second,
		})
		if err != nil && !IsTaken(err) {
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

func (o putOptions) message(queue, kind string, data []byte) Message {
	return Message{
		Queue: queue, Kind: kind, ID: o.id, Once: o.once, Data: data,
		Retries: o.retries, Timeout: o.timeout, Retention: o.retention,
	}
}

func encode(queue string, task Task, trace Metadata) ([]byte, error) {
	if err := task.Validate(); err != nil {
		return nil, fmt.Errorf("putting into queue %s: %w", queue, err)
	}
	data, err := task.encode(trace)
	if err != nil {
		return nil, fmt.Errorf("putting into queue %s: %w", queue, err)
	}
	return data, nil
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
