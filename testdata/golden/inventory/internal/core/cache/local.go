package cache

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/maypok86/otter/v2"
)

type localCache struct {
	loads
	entries *otter.Cache[string, entry]
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
	return &localCache{entries: entries}, nil
}

func (c *localCache) Get(_ context.Context, key string) ([]byte, bool, error) {
	e, found := c.entries.GetIfPresent(key)
	// Copies, here and below: nobody may change what others are given.
	return bytes.Clone(e.value), found, nil
}

func (c *localCache) Set(_ context.Context, key string, value []byte, ttl time.Duration) error {
	c.entries.Set(key, entry{value: bytes.Clone(value), ttl: ttl})
	return nil
}

func (c *localCache) Delete(_ context.Context, keys ...string) error {
	c.invalidate(keys)
	for _, key := range keys {
		c.entries.Invalidate(key)
	}
	return nil
}

func (c *localCache) Close() error {
	c.entries.InvalidateAll()
	c.entries.StopAllGoroutines()
	return nil
}
