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
	counts *counts

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
	return &redisCache{client: redis.NewClient(options), prefix: o.Prefix, ttl: o.TTL, log: o.Log, counts: o.counts}
}

func (c *redisCache) Get(ctx context.Context, key string) ([]byte, bool, error) {
	if c.paused() {
		c.counts.failed()
		return nil, false, nil
	}
	value, err := c.client.Get(ctx, c.prefix+key).Bytes()
	switch {
	case err == nil:
		c.counts.read(true)
		return value, true, nil
	case errors.Is(err, redis.Nil):
		c.counts.read(false)
	default:
		if ctx.Err() == nil {
			c.counts.failed()
		}
		c.failed(ctx, "reading from the cache failed", err)
	}
	return nil, false, nil
}

func (c *redisCache) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if c.paused() {
		return nil
	}
	_, err := c.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Set(ctx, c.prefix+key, value, c.lifetime(ttl))
		p.Del(ctx, c.leaseKey(key))
		return nil
	})
	if err != nil {
		c.failed(ctx, "writing to the cache failed", err)
	}
	return nil
}

// Delete asks Redis even during a pause: what it misses to delete is served
// as stale until its time is up. For the same reason it outlives the caller.
func (c *redisCache) Delete(ctx context.Context, keys ...string) error {
	c.forget(keys)
	if len(keys) == 0 {
		return nil
	}
	full := make([]string, 0, 2*len(keys))
	for _, key := range keys {
		full = append(full, c.prefix+key, c.leaseKey(key))
	}
	ctx = context.WithoutCancel(ctx)
	if err := c.client.Del(ctx, full...).Err(); err != nil {
		c.failed(ctx, "deleting from the cache failed; entries may be stale until they expire", err)
	}
	return nil
}

// giveLease gives the lease that there is, or a new one.
var giveLease = redis.NewScript(`
if redis.call("SET", KEYS[1], ARGV[1], "NX", "PX", ARGV[2]) then return ARGV[1] end
redis.call("PEXPIRE", KEYS[1], ARGV[2])
return redis.call("GET", KEYS[1])
`)

func (c *redisCache) Lease(ctx context.Context, key string) (Lease, error) {
	if c.paused() {
		return "", nil
	}
	lease, err := giveLease.Run(ctx, c.client, []string{c.leaseKey(key)}, string(newLease()), leaseTime.Milliseconds()).Text()
	if err != nil {
		c.failed(ctx, "asking the cache for a lease failed", err)
		return "", nil
	}
	return Lease(lease), nil
}

// fillUnder sets a value if its lease goes on.
var fillUnder = redis.NewScript(`
if redis.call("GET", KEYS[2]) ~= ARGV[1] then return 0 end
redis.call("SET", KEYS[1], ARGV[2], "PX", ARGV[3])
return 1
`)

func (c *redisCache) Fill(ctx context.Context, key string, lease Lease, value []byte, ttl time.Duration) (bool, error) {
	if lease == "" || c.paused() {
		return false, nil
	}
	filled, err := fillUnder.Run(ctx, c.client, []string{c.prefix + key, c.leaseKey(key)},
		string(lease), value, max(c.lifetime(ttl).Milliseconds(), 1)).Bool()
	if err != nil {
		c.failed(ctx, "writing to the cache failed", err)
		return false, nil
	}
	return filled, nil
}

func (c *redisCache) leaseKey(key string) string { return c.prefix + key + leaseSuffix }

func (c *redisCache) lifetime(ttl time.Duration) time.Duration {
	if ttl <= 0 {
		return c.ttl
	}
	return ttl
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
