package cache

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"
)

// loadTimeout bounds a load, which goes on when the caller that began it
// leaves, because others may wait for it.
const loadTimeout = 30 * time.Second

// loads is what the caches of this package share: one load a key at a time.
type loads struct {
	group singleflight.Group
	epoch atomic.Uint64 // counts deletions
}

// invalidate keeps a load that has read its value before the deletion from
// storing it after.
func (l *loads) invalidate(keys []string) {
	l.epoch.Add(1)
	for _, key := range keys {
		l.group.Forget(key)
	}
}

func (l *loads) loading() *loads { return l }

// GetOrLoad gives the value of the key, or loads and keeps it for ttl (the
// cache's default if 0). Callers that miss the same key at the same time share
// one load; each gets a value of its own, as decoded from JSON. Errors are not
// kept. The load must not depend on who asks, nor read what a transaction has
// not committed: the key has to name everything that the value depends on.
func GetOrLoad[T any](ctx context.Context, c Cache, key string, ttl time.Duration, load func(context.Context) (T, error)) (T, error) {
	var zero T
	if value, found, err := lookUp[T](ctx, c, key); err == nil && found {
		return value, nil
	}

	shared, ok := c.(interface{ loading() *loads })
	if !ok {
		encoded, err := loadAndStore(ctx, c, nil, key, ttl, load)
		if err != nil {
			return zero, err
		}
		return decode[T](key, encoded)
	}

	l := shared.loading()
	result := l.group.DoChan(key, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTimeout)
		defer cancel()
		return loadAndStore(ctx, c, l, key, ttl, load)
	})
	select {
	case <-ctx.Done():
		return zero, fmt.Errorf("waiting for %s: %w", key, ctx.Err())
	case r := <-result:
		if r.Err != nil {
			return zero, r.Err
		}
		return decode[T](key, r.Val.([]byte))
	}
}

// lookUp treats an entry that cannot be decoded, as an older release may have
// left it, as a miss.
func lookUp[T any](ctx context.Context, c Cache, key string) (T, bool, error) {
	var zero T
	encoded, found, err := c.Get(ctx, key)
	if err != nil || !found {
		return zero, false, err
	}
	value, err := decode[T](key, encoded)
	return value, err == nil, err
}

func loadAndStore[T any](ctx context.Context, c Cache, l *loads, key string, ttl time.Duration, load func(context.Context) (T, error)) (encoded []byte, err error) {
	// singleflight would bring the process down.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("loading %s: panic: %v\n%s", key, p, debug.Stack())
		}
	}()
	var before uint64
	if l != nil {
		before = l.epoch.Load()
	}
	value, err := load(ctx)
	if err != nil {
		return nil, err
	}
	if encoded, err = json.Marshal(value); err != nil {
		return nil, fmt.Errorf("encoding %s for the cache: %w", key, err)
	}
	if l != nil && l.epoch.Load() != before {
		return encoded, nil
	}
	// The value is there: not being able to keep it is no reason to fail.
	_ = c.Set(ctx, key, encoded, ttl)
	if l != nil && l.epoch.Load() != before {
		_ = c.Delete(ctx, key) // it was deleted in between
	}
	return encoded, nil
}

func decode[T any](key string, encoded []byte) (T, error) {
	var value T
	if err := json.Unmarshal(encoded, &value); err != nil {
		var zero T
		return zero, fmt.Errorf("decoding %s from the cache: %w", key, err)
	}
	return value, nil
}
