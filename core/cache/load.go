package cache

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"time"

	"golang.org/x/sync/singleflight"
)

// loadTimeout bounds a load, which goes on when the caller that began it
// leaves, because others may wait for it.
const loadTimeout = 30 * time.Second

// loads is what the caches of this package share: one load at a time for a key
// and a lease. Whoever comes after the lease has ended, and so after a change,
// begins a load of his own.
type loads struct{ group singleflight.Group }

func flight(key string, lease Lease) string { return string(lease) + " " + key }

// forget has nobody join the loads of keys that are under no lease: no lease
// ends, then, with a deletion.
func (l *loads) forget(keys []string) {
	for _, key := range keys {
		l.group.Forget(flight(key, ""))
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

	lease, err := c.Lease(ctx, key)
	if err != nil {
		lease = "" // the value is loaded, if not kept
	}
	shared, ok := c.(interface{ loading() *loads })
	if !ok {
		encoded, err := loadAndFill(ctx, c, key, lease, ttl, load)
		if err != nil {
			return zero, err
		}
		return decode[T](key, encoded)
	}

	result := shared.loading().group.DoChan(flight(key, lease), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTimeout)
		defer cancel()
		return loadAndFill(ctx, c, key, lease, ttl, load)
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

func loadAndFill[T any](ctx context.Context, c Cache, key string, lease Lease, ttl time.Duration, load func(context.Context) (T, error)) (encoded []byte, err error) {
	// singleflight would bring the process down.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("loading %s: panic: %v\n%s", key, p, debug.Stack())
		}
	}()
	value, err := load(ctx)
	if err != nil {
		return nil, err
	}
	if encoded, err = json.Marshal(value); err != nil {
		return nil, fmt.Errorf("encoding %s for the cache: %w", key, err)
	}
	// The value is there: not being able to keep it is no reason to fail.
	_, _ = c.Fill(ctx, key, lease, encoded, ttl)
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
