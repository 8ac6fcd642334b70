package cache

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// pause is how long reads and writes leave Redis alone after it failed, so
// that not every call waits for the timeout of a server that is away.
const pause = time.Second

type redisCache struct {
	loads
	client *redis.Client
	prefix string
	ttl    time.Duration
	log    *slog.Logger

	resumeAt atomic.Int64 // nanoseconds since 1970
}

func newRedis(o Options) *redisCache {
	options := &redis.Options{
		Addr:                  net.JoinHostPort(o.Host, strconv.Itoa(o.Port)),
		DB:                    o.DB,
		Username:              o.Username,
		Password:              o.Password,
		DialTimeout:           o.Timeout,
		ReadTimeout:           o.Timeout,
		WriteTimeout:          o.Timeout,
		PoolTimeout:           o.Timeout,
		DialerRetries:         1,
		MaxRetries:            1,
		ContextTimeoutEnabled: true,
	}
	if o.TLS {
		options.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, ServerName: o.Host}
	}
	return &redisCache{client: redis.NewClient(options), prefix: o.Prefix, ttl: o.TTL, log: o.Log}
}

func (c *redisCache) Get(ctx context.Context, key string) ([]byte, bool, error) {
	if c.paused() {
		return nil, false, nil
	}
	value, err := c.client.Get(ctx, c.prefix+key).Bytes()
	switch {
	case err == nil:
		return value, true, nil
	case !errors.Is(err, redis.Nil):
		c.failed(ctx, "reading from the cache failed", err)
	}
	return nil, false, nil
}

func (c *redisCache) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if c.paused() {
		return nil
	}
	if ttl <= 0 {
		ttl = c.ttl
	}
	if err := c.client.Set(ctx, c.prefix+key, value, ttl).Err(); err != nil {
		c.failed(ctx, "writing to the cache failed", err)
	}
	return nil
}

// Delete asks Redis even during a pause: what it misses to delete is served
// as stale until its time is up. For the same reason it outlives the caller.
func (c *redisCache) Delete(ctx context.Context, keys ...string) error {
	c.invalidate(keys)
	if len(keys) == 0 {
		return nil
	}
	full := make([]string, len(keys))
	for i, key := range keys {
		full[i] = c.prefix + key
	}
	ctx = context.WithoutCancel(ctx)
	if err := c.client.Del(ctx, full...).Err(); err != nil {
		c.failed(ctx, "deleting from the cache failed; entries may be stale until they expire", err)
	}
	return nil
}

func (c *redisCache) Close() error { return c.client.Close() }

func (c *redisCache) paused() bool { return time.Now().UnixNano() < c.resumeAt.Load() }

func (c *redisCache) failed(ctx context.Context, what string, err error) {
	if ctx.Err() != nil {
		return // the caller gave up, which says nothing about Redis
	}
	c.resumeAt.Store(time.Now().Add(pause).UnixNano())
	c.log.WarnContext(ctx, what, "error", err)
}
