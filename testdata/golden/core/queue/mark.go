package queue

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// markRetention is how long a mark is kept that nobody moves.
const markRetention = 400 * 24 * time.Hour

// moveMark moves a mark forward, and gives where it was.
var moveMark = redis.NewScript(`
local was = redis.call('GET', KEYS[1])
if not was or tonumber(was) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
end
return was`)

// Mark moves a mark forward to a time, to the millisecond, and gives where it was: zero if
// there was none. Marks have names, and are kept beside the queue for as long as its tasks
// are; they never move back.
func (s *Set) Mark(ctx context.Context, queue, name string, to time.Time) (was time.Time, err error) {
	c, err := s.channel(queue)
	if err != nil {
		return time.Time{}, err
	}
	at, err := moveMark.Run(ctx, c.redis, []string{"mark:{" + c.channel + "}:" + name}, to.UnixMilli(), int(markRetention.Seconds())).Int64()
	switch {
	case errors.Is(err, redis.Nil):
		return time.Time{}, nil
	case err != nil:
		return time.Time{}, c.failure(ctx, "marking a time at", err)
	default:
		return time.UnixMilli(at).UTC(), nil
	}
}
