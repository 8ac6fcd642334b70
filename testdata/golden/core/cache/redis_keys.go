package cache

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	leaseSuffix = "#lease"
	scanned     = 500 // keys that Redis looks at before it lets others have their turn
)

// add adds to a number. One that never expires is somebody else's, or new.
var add = redis.NewScript(`
local sum = redis.call("INCRBY", KEYS[1], ARGV[1])
if redis.call("PTTL", KEYS[1]) < 0 then redis.call("PEXPIRE", KEYS[1], ARGV[2]) end
redis.call("DEL", KEYS[2])
return sum
`)

func (c *redisCache) Increment(ctx context.Context, key string, amount int64, ttl time.Duration) (int64, error) {
	if c.paused() {
		return 0, ErrAway
	}
	sum, err := add.Run(ctx, c.client, []string{c.prefix + key, c.leaseKey(key)}, amount, max(c.lifetime(ttl).Milliseconds(), 1)).Int64()
	switch {
	case err == nil:
		return sum, nil
	case isNoNumber(err):
		return 0, ErrNoNumber
	default:
		return 0, c.away(ctx, "counting in the cache failed", err)
	}
}

// isNoNumber reports whether Redis refused to add to a value.
func isNoNumber(err error) bool {
	reply, ok := errors.AsType[redis.Error](err)
	return ok && slices.ContainsFunc([]string{"not an integer", "overflow", "WRONGTYPE"}, func(reason string) bool {
		return strings.Contains(reply.Error(), reason)
	})
}

func (c *redisCache) Keys(ctx context.Context, pattern string) ([]string, error) {
	if _, err := matcher(pattern); err != nil {
		return nil, err
	}
	found := []string{}
	err := c.scan(ctx, pattern, func(keys []string) error {
		for _, key := range keys {
			if !strings.HasSuffix(key, leaseSuffix) {
				found = append(found, strings.TrimPrefix(key, c.prefix))
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(found)
	return slices.Compact(found), nil // Redis may give a key twice
}

func (c *redisCache) TTL(ctx context.Context, key string) (time.Duration, bool, error) {
	if c.paused() {
		return 0, false, ErrAway
	}
	left, err := c.client.PTTL(ctx, c.prefix+key).Result()
	switch {
	case err != nil:
		return 0, false, c.away(ctx, "reading from the cache failed", err)
	case left == -2: // there is no such key
		return 0, false, nil
	case left < 0:
		return 0, true, nil
	default:
		return max(left, 1), true, nil
	}
}

func (c *redisCache) DeletePattern(ctx context.Context, pattern string) error {
	if _, err := matcher(pattern); err != nil {
		return err
	}
	remove := func(keys []string) error { return c.client.Del(ctx, keys...).Err() }
	ctx = context.WithoutCancel(ctx) // as Delete: half of them would be stale
	// Leases first: nobody may fill a key again with what he read before.
	return errors.Join(c.scan(ctx, pattern+leaseSuffix, remove), c.scan(ctx, pattern, remove))
}

func (c *redisCache) Flush(ctx context.Context) error {
	if c.prefix == "" {
		return errors.New("cache: Flush would delete what others keep in the same Redis; give the cache a prefix (CACHES.<alias>.prefix)")
	}
	return c.DeletePattern(ctx, "*")
}

// scan hands out the keys of the cache that match a pattern, some at a time.
func (c *redisCache) scan(ctx context.Context, pattern string, do func(keys []string) error) error {
	if c.paused() {
		return ErrAway
	}
	for cursor := uint64(0); ; {
		keys, next, err := c.client.Scan(ctx, cursor, literal(c.prefix)+pattern, scanned).Result()
		if err == nil && len(keys) > 0 {
			err = do(keys)
		}
		if err != nil {
			return c.away(ctx, "looking through the cache failed", err)
		}
		if cursor = next; cursor == 0 {
			return nil
		}
	}
}

// away notes that Redis failed, and says so to the caller.
func (c *redisCache) away(ctx context.Context, what string, err error) error {
	c.failed(ctx, what, err)
	return fmt.Errorf("%w: %w", ErrAway, err)
}
