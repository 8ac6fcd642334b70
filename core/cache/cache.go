// Package cache keeps values for a limited time: in Redis, where all replicas of a
// service share them, or in the memory of the process. Most callers need only GetOrLoad,
// and Delete after a change.
//
// Get, Set, Delete, Lease and Fill never make a call fail: while Redis is away, every
// read is a miss, and every write is dropped and logged. What has no such answer
// (Increment, Keys, TTL, DeletePattern, Flush) fails with ErrAway instead. Two things can leave a stale entry behind until it
// expires: a deletion that Redis missed, and a process that was killed after it
// committed a change and before it deleted the entry. Where that is not acceptable, give
// entries a short time to live, or read from the database.
//
// What was read from the database before a change is never stored after it, by any
// replica: a reader takes a lease on a key before it reads, and a deletion of that key
// ends all leases on it, and on no other key. In Redis, leases are keys beside the
// entries; they last a minute.
package cache

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// Cache stores bytes by key.
type Cache interface {
	// Get gives the value of the key, and whether there is one.
	Get(ctx context.Context, key string) (value []byte, found bool, err error)
	// Set keeps the value for ttl, or for the default of the cache if ttl is 0.
	// It ends the leases on the key.
	Set(ctx context.Context, key string, value []byte, ttl time.Duration) error
	// Delete forgets the keys, and ends the leases on them; those that do not
	// exist are no error.
	Delete(ctx context.Context, keys ...string) error

	// Lease is the right to fill a key with what is read after it was given. Any
	// number of readers share one, as long as nobody ends it. It is empty while
	// the cache is away, and fills nothing.
	Lease(ctx context.Context, key string) (Lease, error)
	// Fill is Set for a value that was read under a lease. It is false, and does
	// nothing, if that has ended.
	Fill(ctx context.Context, key string, lease Lease, value []byte, ttl time.Duration) (bool, error)
	// Increment adds to the whole number that is stored under the key, from 0 if there
	// is none, and gives the sum; a negative amount takes away. A new number lives for
	// ttl, or for the default of the cache if ttl is 0; one that is there keeps its time.
	// A value that is no whole number of 64 bits is ErrNoNumber. The value is the number
	// in decimal digits. It ends the leases on the key.
	Increment(ctx context.Context, key string, amount int64, ttl time.Duration) (int64, error)
	// Keys gives the keys that match a pattern, sorted. In it * is any text, ? one byte,
	// [abc] and [a-z] one of several, [^a] any but one, and \ takes the meaning from what
	// follows. A key that ends in #lease is the cache's own, and is not among them.
	Keys(ctx context.Context, pattern string) ([]string, error)
	// TTL gives how long the value of the key lives on, and whether there is one. 0 is
	// for ever: only other programs store such values.
	TTL(ctx context.Context, key string) (left time.Duration, found bool, err error)
	// DeletePattern forgets the keys that match a pattern, and ends the leases on them,
	// also on those that have no value yet.
	DeletePattern(ctx context.Context, pattern string) error
	// Flush forgets all keys of the cache. In Redis they are those that begin with its
	// prefix; without a prefix it is refused, since others may keep things there.
	Flush(ctx context.Context) error

	// Close frees what the cache holds.
	Close() error
}

var (
	// ErrAway says that Redis does not answer, so that nothing is known of what it holds.
	ErrAway = errors.New("cache: Redis does not answer")
	// ErrNoNumber says that a value cannot be added to.
	ErrNoNumber = errors.New("cache: the value is no whole number, or the sum is too large for one")
)

// Lease is unlike all others that were ever given on its key.
type Lease string

func newLease() Lease { return Lease(rand.Text()) }

// leaseTime is how long a lease lasts that nobody asks for again: longer than a
// load may take.
const leaseTime = 2 * loadTimeout

const (
	defaultTTL     = 5 * time.Minute
	defaultMaxSize = 10_000
	defaultPort    = 6379
	defaultTimeout = 500 * time.Millisecond
)

// Options says which cache to open; they are those of one entry of CACHES.
type Options struct {
	// Engine is RedisCache or LocalCache, by itself or as the last part of a
	// dotted name. Empty: Redis if a host is named, else local.
	Engine string

	Host     string
	Port     int // 6379 if 0
	DB       int
	Username string
	Password string
	TLS      bool

	// MaxSize is how many entries the local cache holds, 10,000 if 0. The
	// least valuable ones make room for new ones.
	MaxSize int
	// TTL is how long an entry lives that is stored without a ttl, five
	// minutes if 0.
	TTL time.Duration
	// Prefix is put before every key in Redis, so that services can share one; without
	// it there is no Flush.
	Prefix string
	// Timeout bounds every exchange with Redis, half a second if 0.
	Timeout time.Duration

	Log *slog.Logger

	counts *counts
}

// New opens the cache that the options describe. It does not wait for Redis.
func New(o Options) (Cache, error) {
	o.TTL = cmp.Or(o.TTL, defaultTTL)
	o.MaxSize = cmp.Or(o.MaxSize, defaultMaxSize)
	o.Port = cmp.Or(o.Port, defaultPort)
	o.Timeout = cmp.Or(o.Timeout, defaultTimeout)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.TTL < 0 || o.MaxSize < 0 || o.Timeout < 0 {
		return nil, fmt.Errorf("cache: max_size, ttl and timeout cannot be negative")
	}

	switch engine := engineOf(o.Engine); engine {
	case "redis":
		if o.Host == "" {
			return nil, fmt.Errorf("cache: engine %q needs a host", o.Engine)
		}
		return newRedis(o), nil
	case "local":
		return newLocal(o)
	case "":
		if o.Host != "" {
			return newRedis(o), nil
		}
		return newLocal(o)
	default:
		return nil, fmt.Errorf("cache: unknown engine %q; known are RedisCache and LocalCache", o.Engine)
	}
}

// engineOf reduces a name such as spaceone.core.cache.redis_cache.RedisCache
// to the word that counts.
func engineOf(name string) string {
	last := name[strings.LastIndexAny(name, ".:")+1:]
	return strings.TrimSuffix(strings.ToLower(last), "cache")
}
