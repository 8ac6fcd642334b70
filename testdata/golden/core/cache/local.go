package cache

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/maypok86/otter/v2"
)

type localCache struct {
	loads
	entries *otter.Cache[string, entry]
	counts  *counts

	mu     sync.Mutex // makes an entry and its lease change as one; reads need none
	leases *otter.Cache[string, Lease]
}

type entry struct {
	value []byte
	ttl   time.Duration
}

func newLocal(o Options) (*localCache, error) {
	entries, err := otter.New(&otter.Options[string, entry]{
		MaximumSize: o.MaxSize,
		ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[string, entry]) time.Duration {
			if e.Value.ttl > 0 {
				return e.Value.ttl
			}
			return o.TTL
		}),
	})
	if err != nil {
		return nil, fmt.Errorf("opening the local cache: %w", err)
	}
	leases, err := otter.New(&otter.Options[string, Lease]{
		MaximumSize:      o.MaxSize,
		ExpiryCalculator: otter.ExpiryWriting[string, Lease](leaseTime),
	})
	if err != nil {
		return nil, fmt.Errorf("opening the local cache: %w", err)
	}
	return &localCache{entries: entries, leases: leases, counts: o.counts}, nil
}

func (c *localCache) Get(_ context.Context, key string) ([]byte, bool, error) {
	e, found := c.entries.GetIfPresent(key)
	c.counts.read(found)
	// Copies, here and below: nobody may change what others are given.
	return bytes.Clone(e.value), found, nil
}

func (c *localCache) Set(_ context.Context, key string, value []byte, ttl time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.leases.Invalidate(key)
	c.entries.Set(key, entry{value: bytes.Clone(value), ttl: ttl})
	return nil
}

func (c *localCache) Delete(_ context.Context, keys ...string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, key := range keys {
		c.leases.Invalidate(key)
		c.entries.Invalidate(key)
	}
	return nil
}

func (c *localCache) Lease(_ context.Context, key string) (Lease, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	lease, given := c.leases.GetIfPresent(key)
	if !given {
		lease = newLease()
	}
	c.leases.Set(key, lease) // once more, so that it lasts
	return lease, nil
}

func (c *localCache) Fill(_ context.Context, key string, lease Lease, value []byte, ttl time.Duration) (bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if current, given := c.leases.GetIfPresent(key); !given || current != lease {
		return false, nil
	}
	c.entries.Set(key, entry{value: bytes.Clone(value), ttl: ttl})
	return true, nil
}

func (c *localCache) Increment(_ context.Context, key string, amount int64, ttl time.Duration) (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var number int64
	if e, found := c.entries.GetEntry(key); found {
		var err error
		if number, err = strconv.ParseInt(string(e.Value.value), 10, 64); err != nil {
			return 0, ErrNoNumber
		}
		ttl = max(e.ExpiresAfter(), 1) // what is left; 0 would be the default
	}
	sum := number + amount
	if (sum > number) != (amount > 0) && amount != 0 {
		return 0, ErrNoNumber
	}
	c.leases.Invalidate(key)
	c.entries.Set(key, entry{value: strconv.AppendInt(nil, sum, 10), ttl: ttl})
	return sum, nil
}

func (c *localCache) Keys(_ context.Context, pattern string) ([]string, error) {
	matches, err := matcher(pattern)
	if err != nil {
		return nil, err
	}
	found := []string{}
	for key := range c.entries.Keys() {
		if matches.MatchString(key) {
			found = append(found, key)
		}
	}
	slices.Sort(found)
	return found, nil
}

func (c *localCache) TTL(_ context.Context, key string) (time.Duration, bool, error) {
	e, found := c.entries.GetEntryQuietly(key)
	if !found {
		return 0, false, nil
	}
	return max(e.ExpiresAfter(), 1), true, nil
}

func (c *localCache) DeletePattern(_ context.Context, pattern string) error {
	matches, err := matcher(pattern)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for key := range c.leases.Keys() {
		if matches.MatchString(key) {
			c.leases.Invalidate(key)
		}
	}
	for key := range c.entries.Keys() {
		if matches.MatchString(key) {
			c.entries.Invalidate(key)
		}
	}
	return nil
}

func (c *localCache) Flush(context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.leases.InvalidateAll()
	c.entries.InvalidateAll()
	return nil
}

func (c *localCache) Close() error {
	c.entries.InvalidateAll()
	c.leases.InvalidateAll()
	c.entries.StopAllGoroutines()
	c.leases.StopAllGoroutines()
	return nil
}
