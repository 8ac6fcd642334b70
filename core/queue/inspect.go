package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// A Phase is where a task of a queue is.
type Phase string

// The phases.
const (
	PhaseWaiting   Phase = "waiting"
	PhaseRunning   Phase = "running"
	PhaseScheduled Phase = "scheduled" // for a time that was given when it was put
	PhaseRetry     Phase = "retry"     // failed, and waits to be run again
	PhaseArchived  Phase = "archived"  // given up
	PhaseDone      Phase = "done"      // and remembered
)

// Phases lists all of them.
func Phases() []Phase {
	return []Phase{PhaseWaiting, PhaseRunning, PhaseScheduled, PhaseRetry, PhaseArchived, PhaseDone}
}

// Info is a task as who looks after queues sees it. What the task is told, and by whose
// token, is not part of it.
type Info struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"` // its name, or what it calls
	Phase Phase  `json:"state"`
	// Since is when it came to wait, failed last or was done; zero if nobody noted it.
	Since     time.Time `json:"since,omitzero"`
	NextRun   time.Time `json:"next_run,omitzero"`
	Failures  int       `json:"failures"`
	Retries   int       `json:"retries"` // how often it may fail before it is archived
	LastError string    `json:"last_error,omitempty"`
	// Orphaned is a running task whose worker has gone: another one takes it over.
	Orphaned bool `json:"orphaned,omitempty"`

	Timeout time.Duration `json:"-"`
	Task    Task          `json:"-"` // empty if nobody can read it, or if it is a batch
}

// Tasks lists tasks of one phase, page by page, from 1.
func (s *Set) Tasks(ctx context.Context, queue string, phase Phase, size, page int) ([]Info, error) {
	c, err := s.channel(queue)
	if err != nil {
		return nil, err
	}
	inspector := asynq.NewInspectorFromRedisClient(c.redis)
	lists := map[Phase]func(string, ...asynq.ListOption) ([]*asynq.TaskInfo, error){
		PhaseWaiting: inspector.ListPendingTasks, PhaseRunning: inspector.ListActiveTasks,
		PhaseScheduled: inspector.ListScheduledTasks, PhaseRetry: inspector.ListRetryTasks,
		PhaseArchived: inspector.ListArchivedTasks, PhaseDone: inspector.ListCompletedTasks,
	}
	list, ok := lists[phase]
	if !ok {
		return nil, fmt.Errorf("unknown state %q; known are %v", phase, Phases())
	}
	found, err := list(c.channel, asynq.PageSize(size), asynq.Page(page))
	if errors.Is(err, asynq.ErrQueueNotFound) {
		return nil, nil // nothing was ever put
	}
	if err != nil {
		return nil, c.failure(ctx, "listing tasks of", err)
	}
	return c.infos(ctx, found)
}

// Task gives one task of a queue.
func (s *Set) Task(ctx context.Context, queue, id string) (Info, error) {
	c, err := s.channel(queue)
	if err != nil {
		return Info{}, err
	}
	found, err := asynq.NewInspectorFromRedisClient(c.redis).GetTaskInfo(c.channel, id)
	if err != nil {
		return Info{}, c.missed(ctx, id, err)
	}
	infos, err := c.infos(ctx, []*asynq.TaskInfo{found})
	if err != nil {
		return Info{}, err
	}
	return infos[0], nil
}

// RunNow has a task run that was archived, or that waits for its time: once, if it has
// used up its retries.
func (s *Set) RunNow(ctx context.Context, queue, id string) error {
	info, err := s.Task(ctx, queue, id)
	if err != nil {
		return err
	}
	switch info.Phase {
	case PhaseWaiting, PhaseRunning:
		return fmt.Errorf("task %s of queue %s is %s already", id, queue, info.Phase)
	case PhaseDone:
		return fmt.Errorf("task %s of queue %s is done; put a new one to have it done again", id, queue)
	}
	c := s.queues[queue]
	return c.missed(ctx, id, asynq.NewInspectorFromRedisClient(c.redis).RunTask(c.channel, id))
}

// RunArchived has all tasks of the archive run, and tells how many there were.
func (s *Set) RunArchived(ctx context.Context, queue string) (int, error) {
	return s.all(ctx, queue, (*asynq.Inspector).RunAllArchivedTasks)
}

// Remove removes a task that does not run now. It is not done then, and its ID is free.
func (s *Set) Remove(ctx context.Context, queue, id string) error {
	info, err := s.Task(ctx, queue, id)
	if err != nil {
		return err
	}
	if info.Phase == PhaseRunning {
		return fmt.Errorf("task %s of queue %s runs now; pause the queue, and remove the task once it has failed or its worker has stopped", id, queue)
	}
	c := s.queues[queue]
	return c.missed(ctx, id, asynq.NewInspectorFromRedisClient(c.redis).DeleteTask(c.channel, id))
}

// RemoveArchived empties the archive, and tells how many tasks there were in it.
func (s *Set) RemoveArchived(ctx context.Context, queue string) (int, error) {
	return s.all(ctx, queue, (*asynq.Inspector).DeleteAllArchivedTasks)
}

func (s *Set) all(ctx context.Context, queue string, do func(*asynq.Inspector, string) (int, error)) (int, error) {
	c, err := s.channel(queue)
	if err != nil {
		return 0, err
	}
	n, err := do(asynq.NewInspectorFromRedisClient(c.redis), c.channel)
	if errors.Is(err, asynq.ErrQueueNotFound) {
		return 0, nil
	}
	return n, c.failure(ctx, "changing", err)
}

// Pause has no worker take tasks off a queue until Resume; those that run go on. It tells
// whether that is new.
func (s *Set) Pause(ctx context.Context, queue string) (changed bool, err error) {
	return s.pause(ctx, queue, true, (*asynq.Inspector).PauseQueue)
}

// Resume lets workers take tasks off a queue that was paused.
func (s *Set) Resume(ctx context.Context, queue string) (changed bool, err error) {
	return s.pause(ctx, queue, false, (*asynq.Inspector).UnpauseQueue)
}

func (s *Set) pause(ctx context.Context, queue string, to bool, do func(*asynq.Inspector, string) error) (bool, error) {
	c, err := s.channel(queue)
	if err != nil {
		return false, err
	}
	paused, err := c.redis.Exists(ctx, c.part("paused")).Result()
	if err != nil {
		return false, c.failure(ctx, "looking at", err)
	}
	if paused > 0 == to {
		return false, nil
	}
	return true, c.failure(ctx, "changing", do(asynq.NewInspectorFromRedisClient(c.redis), c.channel))
}

// missed is an error about one task.
func (c *channel) missed(ctx context.Context, id string, err error) error {
	if errors.Is(err, asynq.ErrTaskNotFound) || errors.Is(err, asynq.ErrQueueNotFound) {
		return fmt.Errorf("queue %s has no task %s", c.name, id)
	}
	return c.failure(ctx, "looking at task "+id+" of", err)
}

func (c *channel) infos(ctx context.Context, found []*asynq.TaskInfo) ([]Info, error) {
	waiting := map[string]*redis.StringCmd{}
	_, err := c.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, t := range found {
			if t.State == asynq.TaskStatePending {
				waiting[t.ID] = p.HGet(ctx, c.key(t.ID), "pending_since")
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, c.failure(ctx, "listing tasks of", err)
	}
	now := time.Now()
	infos := make([]Info, len(found))
	for i, t := range found {
		infos[i] = infoOf(t)
		if since := waiting[t.ID]; since != nil && since.Val() != "" {
			infos[i].Since = now.Add(-sinceNanoseconds(since.Val(), now)).UTC()
		}
	}
	return infos, nil
}

func infoOf(t *asynq.TaskInfo) Info {
	phases := map[asynq.TaskState]Phase{
		asynq.TaskStatePending: PhaseWaiting, asynq.TaskStateActive: PhaseRunning, asynq.TaskStateScheduled: PhaseScheduled,
		asynq.TaskStateRetry: PhaseRetry, asynq.TaskStateArchived: PhaseArchived, asynq.TaskStateCompleted: PhaseDone,
	}
	info := Info{
		ID: t.ID, Phase: phases[t.State], Failures: t.Retried, Retries: max(t.MaxRetry-spareRetries, 0),
		LastError: t.LastErr, Orphaned: t.IsOrphaned, Timeout: t.Timeout,
	}
	switch info.Phase {
	case PhaseRetry, PhaseArchived:
		info.Since = t.LastFailedAt.UTC()
	case PhaseDone:
		info.Since = t.CompletedAt.UTC()
	}
	if info.Phase == PhaseRetry || info.Phase == PhaseScheduled {
		info.NextRun = t.NextProcessAt.UTC()
	}
	if info.Phase == PhaseArchived {
		info.Failures++ // the last one, which nothing follows, is not counted as a retry
	}
	info.Kind, info.Task = kindOf(t)
	return info
}

// kindOf names what a task does, without what it is told.
func kindOf(t *asynq.TaskInfo) (string, Task) {
	if t.Type == kindBatch {
		var b batch
		if json.Unmarshal(t.Payload, &b) != nil {
			return "unreadable batch", Task{}
		}
		return fmt.Sprintf("batch of %d tasks", len(b.Tasks)), Task{}
	}
	task, err := ParseTask(t.Payload)
	if err != nil {
		return "unreadable", Task{}
	}
	if task.Name != "" {
		return task.Name, task
	}
	calls := make([]string, 0, len(task.Stages))
	for _, stage := range task.Stages {
		calls = append(calls, stage.Name+"."+stage.Method)
	}
	return strings.Join(slices.Compact(calls), ", "), task
}
