package cache

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"os"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// each runs a test on every kind of cache. A real Redis takes part if
// TEST_REDIS_ADDR names one.
func each(t *testing.T, test func(t *testing.T, c Cache)) {
	t.Helper()
	addresses := map[string]string{"local": "", "redis": miniredis.RunT(t).Addr()}
	if address := os.Getenv("TEST_REDIS_ADDR"); address != "" {
		addresses["real redis"] = address
	}
	for name, address := range addresses {
		t.Run(name, func(t *testing.T) { test(t, open(t, address, nil)) })
	}
}

// open opens a cache on the Redis, or a local one if there is no address.
func open(t *testing.T, address string, log *slog.Logger) Cache {
	t.Helper()
	o := Options{Prefix: t.Name() + strconv.FormatInt(time.Now().UnixNano(), 36) + ":", Log: log, Timeout: 5 * time.Second}
	if address != "" {
		host, port, err := net.SplitHostPort(address)
		require.NoError(t, err)
		o.Host = host
		o.Port, err = strconv.Atoi(port)
		require.NoError(t, err)
	}
	c, err := New(o)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, c.Close()) })
	return c
}

func TestCache(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c Cache) {
		ctx := t.Context()

		_, found, err := c.Get(ctx, "a")
		require.NoError(t, err)
		assert.False(t, found)

		value := []byte("one")
		require.NoError(t, c.Set(ctx, "a", value, time.Minute))
		require.NoError(t, c.Set(ctx, "b", []byte{0, 255}, 0))
		require.NoError(t, c.Set(ctx, "empty", nil, 0))
		value[0] = 'X'
		for key, want := range map[string]string{"a": "one", "b": "\x00\xff", "empty": ""} {
			got, found, err := c.Get(ctx, key)
			require.NoError(t, err)
			require.True(t, found, key)
			require.Equal(t, want, string(got))
			if len(got) > 0 {
				got[0] = 'X' // must not be seen by who asks next
			}
		}
		got, _, _ := c.Get(ctx, "a")
		assert.Equal(t, "one", string(got))

		require.NoError(t, c.Delete(ctx, "a", "b", "never there"))
		require.NoError(t, c.Delete(ctx))
		_, found, _ = c.Get(ctx, "a")
		assert.False(t, found)
		_, found, _ = c.Get(ctx, "empty")
		assert.True(t, found)
	})
}

func TestLocalExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := New(Options{TTL: time.Hour})
		require.NoError(t, err)
		defer func() { require.NoError(t, c.Close()) }()
		has := func(key string) bool {
			_, found, err := c.Get(t.Context(), key)
			require.NoError(t, err)
			return found
		}
		require.NoError(t, c.Set(t.Context(), "short", []byte("x"), time.Minute))
		require.NoError(t, c.Set(t.Context(), "default", []byte("x"), 0))

		time.Sleep(59 * time.Second)
		assert.True(t, has("short"))
		time.Sleep(time.Minute)
		assert.False(t, has("short"))
		assert.True(t, has("default"))
		time.Sleep(time.Hour)
		assert.False(t, has("default"))
	})
}

func TestRedisExpires(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	c := open(t, server.Addr(), nil)
	require.NoError(t, c.Set(t.Context(), "short", []byte("x"), time.Minute))
	require.NoError(t, c.Set(t.Context(), "default", []byte("x"), 0))

	server.FastForward(2 * time.Minute)
	_, found, _ := c.Get(t.Context(), "short")
	assert.False(t, found)
	_, found, _ = c.Get(t.Context(), "default")
	assert.True(t, found)
	server.FastForward(defaultTTL)
	_, found, _ = c.Get(t.Context(), "default")
	assert.False(t, found)
}

func TestLocalIsBounded(t *testing.T) {
	t.Parallel()
	c, err := New(Options{MaxSize: 10})
	require.NoError(t, err)
	for i := range 10_000 {
		require.NoError(t, c.Set(t.Context(), strconv.Itoa(i), []byte("x"), 0))
	}
	local := c.(*localCache)
	local.entries.CleanUp()
	assert.LessOrEqual(t, local.entries.EstimatedSize(), 10)
	assert.NoError(t, c.Close())
}

// A cache that is away must not be noticed but in the log, nor cost a timeout
// with every call.
func TestRedisAway(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	var log bytes.Buffer
	c := open(t, server.Addr(), slog.New(slog.NewTextHandler(&log, nil)))
	require.NoError(t, c.Set(t.Context(), "a", []byte("x"), 0))
	server.Close()

	for range 50 {
		_, found, err := c.Get(t.Context(), "a")
		require.NoError(t, err)
		require.False(t, found)
		require.NoError(t, c.Set(t.Context(), "a", []byte("y"), 0))
	}
	assert.Equal(t, 1, bytes.Count(log.Bytes(), []byte("level=WARN")), "one failure, then a pause: %s", log.String())
	require.NoError(t, c.Delete(t.Context(), "a"))
	assert.Contains(t, log.String(), "stale", "a deletion is tried even during the pause")

	got, err := GetOrLoad(t.Context(), c, "a", 0, func(context.Context) (int, error) { return 7, nil })
	require.NoError(t, err)
	assert.Equal(t, 7, got)

	require.NoError(t, server.Restart())
	c.(*redisCache).resumeAt.Store(0)
	require.NoError(t, c.Set(t.Context(), "b", []byte("y"), 0))
	_, found, _ := c.Get(t.Context(), "b")
	assert.True(t, found, "it works again when Redis is back")
}

// A caller who leaves says nothing about Redis.
func TestRedisCallerGone(t *testing.T) {
	t.Parallel()
	c := open(t, miniredis.RunT(t).Addr(), nil)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, c.Set(t.Context(), "a", []byte("x"), 0))
	_, found, err := c.Get(gone, "a")
	require.NoError(t, err)
	assert.False(t, found)
	_, found, _ = c.Get(t.Context(), "a")
	assert.True(t, found, "no pause")

	require.NoError(t, c.Delete(gone, "a"))
	_, found, _ = c.Get(t.Context(), "a")
	assert.False(t, found, "what was changed must not stay in the cache because the caller left")
}

func TestNew(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		options Options
		want    any
		err     string
	}{
		"nothing":          {want: &localCache{}},
		"host":             {options: Options{Host: "redis"}, want: &redisCache{}},
		"local with host":  {options: Options{Engine: "LocalCache", Host: "redis"}, want: &localCache{}},
		"redis":            {options: Options{Engine: "RedisCache", Host: "redis"}, want: &redisCache{}},
		"dotted":           {options: Options{Engine: "spaceone.core.cache.redis_cache.RedisCache", Host: "redis"}, want: &redisCache{}},
		"redis, no host":   {options: Options{Engine: "RedisCache"}, err: "needs a host"},
		"unknown":          {options: Options{Engine: "memcached"}, err: `unknown engine "memcached"`},
		"negative ttl":     {options: Options{TTL: -1}, err: "negative"},
		"negative size":    {options: Options{MaxSize: -1}, err: "negative"},
		"negative timeout": {options: Options{Timeout: -1}, err: "negative"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := New(c.options)
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			assert.IsType(t, c.want, got)
			assert.NoError(t, got.Close())
		})
	}
}
