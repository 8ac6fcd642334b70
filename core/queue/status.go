package queue

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Status is how a queue stands.
type Status struct {
	Queue     string `json:"queue"`   // the entry of QUEUES
	Channel   string `json:"channel"` // its name in Redis
	Waiting   int    `json:"waiting"`
	Running   int    `json:"running"`
	Scheduled int    `json:"scheduled"` // for a time that was given when they were put
	Retry     int    `json:"retry"`     // failed, and wait to be run again
	Archived  int    `json:"archived"`  // given up: nobody runs them unless told to
	Done      int    `json:"done"`      // and remembered
	Failures  int    `json:"failures"`  // since midnight UTC, of whatever task
	Paused    bool   `json:"paused"`
	// Oldest is for how long the task waits that waits longest, in seconds; 0 if none
	// does, or if it was put back by hand, which nobody notes the time of.
	Oldest     float64 `json:"oldest_waiting_seconds"`
	MaxWaiting int     `json:"max_waiting,omitempty"` // how many may wait; 0: any number
}

// Status tells how a queue stands.
func (s *Set) Status(ctx context.Context, queue string) (Status, error) {
	c, err := s.channel(queue)
	if err != nil {
		return Status{}, err
	}
	all, err := statuses(ctx, c.redis, []*channel{c})
	if err != nil {
		return Status{}, c.failure(ctx, "looking at", err)
	}
	return all[0], nil
}

// statuses are those of queues in one Redis, which is asked twice however many there are.
func statuses(ctx context.Context, client redis.UniversalClient, channels []*channel) ([]Status, error) {
	type answers struct {
		waiting, running, scheduled, retry, archived, done, paused *redis.IntCmd

		failures, first, since *redis.StringCmd
	}
	asked := make([]answers, len(channels))
	now := time.Now()
	_, err := client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, c := range channels {
			asked[i] = answers{
				waiting: p.LLen(ctx, c.part("pending")), running: p.LLen(ctx, c.part("active")),
				scheduled: p.ZCard(ctx, c.part("scheduled")), retry: p.ZCard(ctx, c.part("retry")),
				archived: p.ZCard(ctx, c.part("archived")), done: p.ZCard(ctx, c.part("completed")),
				paused:   p.Exists(ctx, c.part("paused")),
				failures: p.Get(ctx, c.part("failed:"+now.UTC().Format(time.DateOnly))),
				first:    p.LIndex(ctx, c.part("pending"), -1),
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	_, err = client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, c := range channels {
			if id := asked[i].first.Val(); id != "" {
				asked[i].since = p.HGet(ctx, c.key(id), "pending_since")
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	all := make([]Status, len(channels))
	for i, c := range channels {
		a := asked[i]
		failures, _ := a.failures.Int()
		all[i] = Status{
			Queue: c.name, Channel: c.channel,
			Waiting: int(a.waiting.Val()), Running: int(a.running.Val()), Scheduled: int(a.scheduled.Val()),
			Retry: int(a.retry.Val()), Archived: int(a.archived.Val()), Done: int(a.done.Val()),
			Failures: failures, Paused: a.paused.Val() > 0, MaxWaiting: int(c.bound.Load()),
		}
		if a.since != nil {
			all[i].Oldest = sinceNanoseconds(a.since.Val(), now).Seconds()
		}
	}
	return all, nil
}

// sinceNanoseconds is how long ago a time was that asynq noted, 0 if it noted none.
func sinceNanoseconds(text string, now time.Time) time.Duration {
	nanoseconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return max(now.Sub(time.Unix(0, nanoseconds)), 0)
}

// Local tells whether a queue of these options is kept in the process, where no other
// one can look into it.
func (o Options) Local() (bool, error) { return o.inProcess() }

// part is where asynq keeps something of a queue.
func (c *channel) part(name string) string { return fmt.Sprintf("asynq:{%s}:%s", c.channel, name) }
