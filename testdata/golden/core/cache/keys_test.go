package cache

import (
	"context"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

func TestIncrement(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c Cache) {
		ctx := t.Context()
		add := func(key string, amount int64) int64 {
			t.Helper()
			sum, err := c.Increment(ctx, key, amount, time.Minute)
			require.NoError(t, err)
			return sum
		}
		assert.EqualValues(t, 1, add("n", 1))
		assert.EqualValues(t, 41, add("n", 40))
		assert.EqualValues(t, -9, add("n", -50))
		assert.EqualValues(t, -9, add("n", 0))
		value, found, err := c.Get(ctx, "n")
		require.NoError(t, err)
		assert.True(t, found)
		assert.Equal(t, "-9", string(value))

		require.NoError(t, c.Set(ctx, "set", []byte("7"), time.Hour))
		assert.EqualValues(t, 8, add("set", 1))
		left, _, err := c.TTL(ctx, "set")
		require.NoError(t, err)
		assert.Greater(t, left, 50*time.Minute, "it keeps its time")
		require.NoError(t, c.Delete(ctx, "set"))
		assert.EqualValues(t, 1, add("set", 1))

		for name, text := range map[string]string{"text": "seven", "fraction": "1.5", "nothing": "", "too large": "9223372036854775808"} {
			require.NoError(t, c.Set(ctx, "x", []byte(text), 0))
			_, err := c.Increment(ctx, "x", 1, 0)
			assert.ErrorIs(t, err, ErrNoNumber, name)
		}
		add("max", math.MaxInt64)
		_, err = c.Increment(ctx, "max", 1, 0)
		assert.ErrorIs(t, err, ErrNoNumber)
		add("min", math.MinInt64)
		_, err = c.Increment(ctx, "min", -1, 0)
		assert.ErrorIs(t, err, ErrNoNumber)

		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() { _, err := c.Increment(ctx, "many", 2, 0); assert.NoError(t, err) })
		}
		wg.Wait()
		assert.EqualValues(t, 100, add("many", 0))
	})
}

func TestIncrementEndsLeases(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c Cache) {
		lease, err := c.Lease(t.Context(), "n")
		require.NoError(t, err)
		_, err = c.Increment(t.Context(), "n", 1, 0)
		require.NoError(t, err)
		filled, err := c.Fill(t.Context(), "n", lease, []byte("0"), 0)
		require.NoError(t, err)
		assert.False(t, filled)
	})
}

func TestTTL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := New(Options{TTL: time.Hour})
		require.NoError(t, err)
		defer func() { require.NoError(t, c.Close()) }()
		_, err = c.Increment(t.Context(), "n", 1, time.Minute)
		require.NoError(t, err)
		time.Sleep(20 * time.Second)
		_, err = c.Increment(t.Context(), "n", 1, time.Hour)
		require.NoError(t, err)
		left, found, err := c.TTL(t.Context(), "n")
		require.NoError(t, err)
		assert.True(t, found)
		assert.InDelta(t, 40*time.Second, left, float64(2*time.Second))
		time.Sleep(42 * time.Second)
		_, found, err = c.TTL(t.Context(), "n")
		require.NoError(t, err)
		assert.False(t, found)
		require.NoError(t, c.Set(t.Context(), "default", nil, 0))
		left, _, err = c.TTL(t.Context(), "default")
		require.NoError(t, err)
		assert.InDelta(t, time.Hour, left, float64(2*time.Second))
	})
	server := miniredis.RunT(t)
	c := open(t, server.Addr(), nil)
	prefix := c.(*redisCache).prefix
	_, err := c.Increment(t.Context(), "n", 1, time.Minute)
	require.NoError(t, err)
	server.FastForward(20 * time.Second)
	_, err = c.Increment(t.Context(), "n", 1, time.Hour)
	require.NoError(t, err)
	left, found, err := c.TTL(t.Context(), "n")
	require.NoError(t, err)
	assert.True(t, found)
	assert.InDelta(t, 40*time.Second, left, float64(time.Second))
	_, found, err = c.TTL(t.Context(), "never there")
	require.NoError(t, err)
	assert.False(t, found)
	require.NoError(t, server.Set(prefix+"other's", "1"))
	left, found, err = c.TTL(t.Context(), "other's")
	require.NoError(t, err)
	assert.True(t, found)
	assert.Zero(t, left, "it never expires")
}

func TestKeys(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c Cache) {
		ctx := t.Context()
		all := []string{"a", "ab", "abc", "a*c", "a/b", "a\nb", "b", "b]", "[b", "region:1", "region:2"}
		for _, key := range all {
			require.NoError(t, c.Set(ctx, key, []byte("x"), 0))
		}
		_, err := c.Lease(ctx, "ab")
		require.NoError(t, err)
		for pattern, want := range map[string][]string{
			"*":            {"[b", "a", "a\nb", "a*c", "a/b", "ab", "abc", "b", "b]", "region:1", "region:2"},
			"a":            {"a"},
			"a?":           {"ab"},
			"a?b":          {"a\nb", "a/b"},
			"a*b":          {"a\nb", "a/b", "ab"},
			`a\*c`:         {"a*c"},
			"a[*]c":        {"a*c"},
			"[ab]":         {"a", "b"},
			"[a-c]":        {"a", "b"},
			"[^b]":         {"a"},
			`b[\]]`:        {"b]"},
			`\[b`:          {"[b"},
			"region:*":     {"region:1", "region:2"},
			"region:[2-9]": {"region:2"},
			"nothing*":     {},
			"A*":           {},
			"":             {},
		} {
			got, err := c.Keys(ctx, pattern)
			require.NoError(t, err, pattern)
			assert.Equal(t, want, got, pattern)
		}
		for _, pattern := range []string{"[a", "[", "[]", "[^]", `[\]`, "[c-a]"} {
			_, err := c.Keys(ctx, pattern)
			assert.ErrorContains(t, err, "is none", pattern)
			assert.ErrorContains(t, c.DeletePattern(ctx, pattern), "is none", pattern)
		}
	})
}

func TestDeletePattern(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c Cache) {
		ctx := t.Context()
		for _, key := range []string{"region:1", "region:2", "server:1"} {
			require.NoError(t, c.Set(ctx, key, []byte("x"), 0))
		}
		leases := map[string]Lease{}
		for _, key := range []string{"region:1", "region:3", "server:1"} {
			lease, err := c.Lease(ctx, key)
			require.NoError(t, err)
			leases[key] = lease
		}
		gone, cancel := context.WithCancel(ctx)
		cancel()
		require.NoError(t, c.DeletePattern(gone, "region:?"), "it outlives the caller, as Delete does")
		left, err := c.Keys(ctx, "*")
		require.NoError(t, err)
		assert.Equal(t, []string{"server:1"}, left)
		for key, want := range map[string]bool{"region:1": false, "region:3": false, "server:1": true} {
			filled, err := c.Fill(ctx, key, leases[key], []byte("read before"), 0)
			require.NoError(t, err)
			assert.Equal(t, want, filled, key)
		}
	})
}

func TestFlush(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c Cache) {
		ctx := t.Context()
		for i := range 1200 { // more than Redis looks at in one go
			require.NoError(t, c.Set(ctx, string(rune('a'+i%26))+time.Duration(i).String(), []byte("x"), 0))
		}
		lease, err := c.Lease(ctx, "a")
		require.NoError(t, err)
		require.NoError(t, c.Flush(ctx))
		left, err := c.Keys(ctx, "*")
		require.NoError(t, err)
		assert.Empty(t, left)
		filled, err := c.Fill(ctx, "a", lease, nil, 0)
		require.NoError(t, err)
		assert.False(t, filled)
	})
}

// TestFlushLeavesOthersAlone: several services may keep what they like in one Redis.
func TestFlushLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	mine, others := open(t, server.Addr(), nil), open(t, server.Addr(), nil)
	mine.(*redisCache).prefix = "a*[b]"
	require.NoError(t, server.Set("axb:queue", "kept"))
	require.NoError(t, mine.Set(t.Context(), "k", nil, 0))
	require.NoError(t, others.Set(t.Context(), "k", nil, 0))
	require.NoError(t, mine.Flush(t.Context()))
	_, found, _ := mine.Get(t.Context(), "k")
	assert.False(t, found)
	_, found, _ = others.Get(t.Context(), "k")
	assert.True(t, found)
	assert.True(t, server.Exists("axb:queue"))

	mine.(*redisCache).prefix = ""
	require.ErrorContains(t, mine.Flush(t.Context()), "give the cache a prefix")
	assert.True(t, server.Exists("axb:queue"))
}

// TestAway: what cannot be answered without Redis is no answer that looks like one.
func TestAway(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	c := open(t, server.Addr(), nil)
	server.Close()
	ctx := t.Context()
	for range 2 { // as Redis fails, and in the pause after it
		_, err := c.Increment(ctx, "n", 1, 0)
		require.ErrorIs(t, err, ErrAway)
		_, err = c.Keys(ctx, "*")
		require.ErrorIs(t, err, ErrAway)
		_, _, err = c.TTL(ctx, "n")
		require.ErrorIs(t, err, ErrAway)
		require.ErrorIs(t, c.DeletePattern(ctx, "*"), ErrAway)
		require.ErrorIs(t, c.Flush(ctx), ErrAway)
	}
}

func TestAliases(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	redis := Options{Host: server.Host(), Port: server.Server().Addr().Port}
	all := NewAliases(map[string]Options{"default": redis, "local": {Engine: "LocalCache"}, "broken": {Engine: "memcached"}})
	get := func(alias string) Cache {
		c, err := all.Get(alias)
		require.NoError(t, err)
		return c
	}
	require.NoError(t, get("default").Set(t.Context(), "k", nil, 0))
	_, found, err := get("default").Get(t.Context(), "k")
	require.NoError(t, err)
	assert.True(t, found, "it is the same one each time")
	_, found, err = get("local").Get(t.Context(), "k")
	require.NoError(t, err)
	assert.False(t, found, "they share nothing")

	_, err = all.Get("session")
	assert.Equal(t, "ERROR_CACHE_CONFIGURATION", apierror.From(err).Code)
	assert.ErrorContains(t, apierror.From(err).Cause, "broken, default, local")
	_, err = all.Get("broken")
	assert.ErrorContains(t, err, "CACHES.broken")
	require.NoError(t, all.Close())

	none := NewAliases(nil)
	c, err := none.Get(Default)
	require.NoError(t, err)
	assert.IsType(t, &localCache{}, c)
	require.NoError(t, none.Close())
}
