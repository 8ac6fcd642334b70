package cache

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// replicas runs a test on two replicas over one Redis, and on one replica with a
// cache of its own.
func replicas(t *testing.T, test func(t *testing.T, a, b Cache)) {
	t.Helper()
	addresses := map[string]string{"redis": miniredis.RunT(t).Addr()}
	if address := os.Getenv("TEST_REDIS_ADDR"); address != "" {
		addresses["real redis"] = address
	}
	for name, address := range addresses {
		t.Run(name, func(t *testing.T) {
			a, b := open(t, address, nil), open(t, address, nil)
			b.(*redisCache).prefix = a.(*redisCache).prefix
			test(t, a, b)
		})
	}
	t.Run("local", func(t *testing.T) {
		c := open(t, "", nil)
		test(t, c, c)
	})
}

func TestLease(t *testing.T) {
	t.Parallel()
	replicas(t, func(t *testing.T, a, b Cache) {
		ctx := t.Context()
		lease := func(c Cache, key string) Lease {
			t.Helper()
			lease, err := c.Lease(ctx, key)
			require.NoError(t, err)
			require.NotEmpty(t, lease)
			return lease
		}
		fill := func(c Cache, lease Lease, value string) bool {
			t.Helper()
			filled, err := c.Fill(ctx, "k", lease, []byte(value), time.Minute)
			require.NoError(t, err)
			return filled
		}
		first := lease(a, "k")
		assert.Equal(t, first, lease(b, "k"), "readers share it")
		assert.True(t, fill(a, first, "one"))
		assert.True(t, fill(b, first, "two"), "of two who read under one lease neither is stale")
		got, found, err := a.Get(ctx, "k")
		require.NoError(t, err)
		assert.True(t, found)
		assert.Equal(t, "two", string(got))

		require.NoError(t, b.Delete(ctx, "other"))
		assert.True(t, fill(a, first, "one"), "other keys are no concern of it")
		require.NoError(t, b.Delete(ctx, "k"))
		assert.False(t, fill(a, first, "stale"))
		second := lease(a, "k")
		assert.NotEqual(t, first, second)
		assert.False(t, fill(a, first, "stale"), "nor under another's lease")
		require.NoError(t, b.Set(ctx, "k", []byte("newer"), 0))
		assert.False(t, fill(a, second, "stale"))
		assert.False(t, fill(a, "", "none"))
		got, _, err = a.Get(ctx, "k")
		require.NoError(t, err)
		assert.Equal(t, "newer", string(got))
	})
}

// One replica reads a row, another changes it and deletes the entry, the first
// stores what it has read.
func TestWhatWasReadBeforeAChangeIsNotKeptAfterIt(t *testing.T) {
	t.Parallel()
	replicas(t, func(t *testing.T, a, b Cache) {
		row := "old"
		// Within a load a test cannot end, since GetOrLoad waits for it: assert, not require.
		get := func(c Cache, meanwhile func()) string {
			got, err := GetOrLoad(t.Context(), c, "region-1", time.Hour, func(context.Context) (string, error) {
				read := row
				meanwhile()
				return read, nil
			})
			assert.NoError(t, err)
			return got
		}
		nothing := func() {}
		assert.Equal(t, "old", get(a, func() {
			row = "new"
			assert.NoError(t, b.Delete(t.Context(), "region-1"))
			assert.Equal(t, "new", get(a, nothing), "who asks after the change does not join a load from before it")
		}))
		assert.Equal(t, "new", get(b, nothing))
		assert.Equal(t, "new", get(a, func() { t.Error("it is kept") }))
	})
}

// Whoever reads and changes at random, on either replica: when all is quiet, what
// is in the cache is what is stored.
func TestNothingStaleStays(t *testing.T) {
	t.Parallel()
	replicas(t, func(t *testing.T, a, b Cache) {
		const keys = 3
		var mu sync.Mutex
		rows := make([]int, keys)
		load := func(i int) func(context.Context) (int, error) {
			return func(context.Context) (int, error) {
				mu.Lock()
				defer mu.Unlock()
				return rows[i], nil
			}
		}
		var wg sync.WaitGroup
		for worker, c := range []Cache{a, b, a, b} {
			wg.Go(func() {
				for n := range 200 {
					i := (n + worker) % keys
					if n%4 == worker {
						mu.Lock()
						rows[i]++
						mu.Unlock()
						assert.NoError(t, c.Delete(t.Context(), strconv.Itoa(i)))
					}
					_, err := GetOrLoad(t.Context(), c, strconv.Itoa(i), time.Hour, load(i))
					assert.NoError(t, err)
				}
			})
		}
		wg.Wait()
		for i := range rows {
			got, err := GetOrLoad(t.Context(), a, strconv.Itoa(i), time.Hour, load(i))
			require.NoError(t, err)
			assert.Equal(t, rows[i], got)
		}
	})
}

// Somebody changes other keys during each load: this one is loaded once.
func TestOthersDeletionsCostNothing(t *testing.T) {
	t.Parallel()
	replicas(t, func(t *testing.T, a, b Cache) {
		loads := 0
		for range 10 {
			_, err := GetOrLoad(t.Context(), a, "hot", time.Hour, func(ctx context.Context) (string, error) {
				loads++
				for i := range 10 {
					require.NoError(t, b.Delete(ctx, fmt.Sprint("other-", i)))
				}
				return "v", nil
			})
			require.NoError(t, err)
		}
		assert.Equal(t, 1, loads)
	})
}

// Leases do not pile up.
func TestLeasesAreBounded(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	c := open(t, server.Addr(), nil)
	for i := range 100 {
		_, err := c.Lease(t.Context(), strconv.Itoa(i))
		require.NoError(t, err)
	}
	assert.Len(t, server.Keys(), 100)
	server.FastForward(leaseTime)
	assert.Empty(t, server.Keys())

	l, err := New(Options{MaxSize: 10})
	require.NoError(t, err)
	for i := range 10_000 {
		_, err := l.Lease(t.Context(), strconv.Itoa(i))
		require.NoError(t, err)
	}
	leases := l.(*localCache).leases
	leases.CleanUp()
	assert.LessOrEqual(t, leases.EstimatedSize(), 10)
	require.NoError(t, l.Close())
}

func TestLocalLeaseExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := New(Options{})
		require.NoError(t, err)
		lease, err := c.Lease(t.Context(), "k")
		require.NoError(t, err)
		time.Sleep(leaseTime + time.Second)
		filled, err := c.Fill(t.Context(), "k", lease, nil, 0)
		require.NoError(t, err)
		assert.False(t, filled)
		require.NoError(t, c.Close())
	})
}

// While Redis is away everything is loaded, and who asks after a change, in this
// process, does not join a load from before it.
func TestLoadWithoutLease(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	c := open(t, server.Addr(), nil)
	server.Close()
	row := "old"
	get := func(meanwhile func()) string {
		got, err := GetOrLoad(t.Context(), c, "k", 0, func(context.Context) (string, error) {
			read := row
			meanwhile()
			return read, nil
		})
		require.NoError(t, err)
		return got
	}
	assert.Equal(t, "old", get(func() {
		row = "new"
		require.NoError(t, c.Delete(t.Context(), "k"))
		assert.Equal(t, "new", get(func() {}))
	}))
}
