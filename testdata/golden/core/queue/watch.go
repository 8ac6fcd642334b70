package queue

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// watchInterval is how often the archive is looked at.
const watchInterval = 30 * time.Second

// watch tells of the tasks that asynq archives by itself, and without a word:
// those whose workers have died once too often. Each consumer of the queue tells
// of them, since any may be the only one.
type watch struct {
	cancel context.CancelFunc
	done   sync.WaitGroup
}

func (w *watch) start(ctx context.Context, c *Consumer) {
	ctx, w.cancel = context.WithCancel(ctx)
	w.done.Go(func() {
		tick := time.NewTicker(watchInterval)
		defer tick.Stop()
		for seen := time.Now(); ; {
			select {
			case <-ctx.Done():
				return
			case now := <-tick.C:
				if err := c.tellOfDead(ctx, seen, now); err != nil {
					if ctx.Err() == nil {
						c.log.WarnContext(ctx, "archive cannot be looked at", "queue", c.channel.name, "error", err)
					}
					continue
				}
				seen = now
			}
		}
	})
}

// stop ends the watch; one that was not started has ended.
func (w *watch) stop() {
	if w.cancel != nil {
		w.cancel()
	}
	w.done.Wait()
}

// tellOfDead tells of the tasks that were archived from one time to another,
// in whole seconds.
func (c *Consumer) tellOfDead(ctx context.Context, from, to time.Time) error {
	ids, err := c.channel.redis.ZRangeByScore(ctx, "asynq:{"+c.channel.channel+"}:archived", &redis.ZRangeBy{
		Min: strconv.FormatInt(from.Unix(), 10), Max: "(" + strconv.FormatInt(to.Unix(), 10),
	}).Result()
	if err != nil {
		return err
	}
	inspector := asynq.NewInspectorFromRedisClient(c.channel.redis)
	for _, id := range ids {
		info, err := inspector.GetTaskInfo(c.channel.channel, id)
		if errors.Is(err, asynq.ErrTaskNotFound) {
			continue // somebody has seen to it
		}
		if err != nil {
			return err
		}
		if info.LastErr == asynq.ErrLeaseExpired.Error() {
			cause := errors.New("the workers that ran it have died")
			c.log.ErrorContext(ctx, "task is in the archive", "task_id", id, "error", cause)
			c.options.Archived(ctx, id, cause)
		}
	}
	return nil
}
