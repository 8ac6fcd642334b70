package queue

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hibiken/asynq"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
)

// Options are those of one entry of QUEUES.
type Options struct {
	// Backend is redis, or a dotted name that ends in RedisQueue, and needs a host;
	// memory or embedded keep the queue in the process. Empty: Redis if a host is
	// named, else in the process.
	Backend string

	Host     string
	Port     int // 6379 if 0
	DB       int
	Username string
	Password string
	TLS      bool
	// Channel is the name of the queue on Redis; the entry's name if empty.
	Channel string
	// MaxWaiting is how many tasks may wait in the queue: a put beyond it is refused with a
	// FullError. 0: any number.
	MaxWaiting int
}

// Set holds the queues of the service by the names of their entries.
type Set struct {
	queues   map[string]*channel
	clients  []redis.UniversalClient
	embedded *embedded
	away     []error // what kept a Redis from answering Open
	outbox   Outbox  // nil: tasks leave without one
	refused  *prometheus.CounterVec
}

// channel is one queue on one Redis.
type channel struct {
	name     string // of the entry
	channel  string // on Redis
	redis    redis.UniversalClient
	client   *asynq.Client
	embedded bool
	bound    atomic.Int64 // how many tasks may wait; 0: any number
	putting  sync.Mutex   // within the process puts count one after another
}

// answerTimeout is how long a process that starts waits for the answer of a Redis.
const answerTimeout = 2 * time.Second

// Open makes the queues ready. A Redis that refuses the user or the password is an
// error. One that does not answer is not, and Away tells of it: it may come later, and
// until then puts are unavailable and no task is taken. Queues without a host share one
// store, which lasts until Close.
func Open(ctx context.Context, queues map[string]Options) (*Set, error) {
	s := &Set{queues: map[string]*channel{}, refused: newRefused()}
	remote := map[Options]redis.UniversalClient{}
	for _, name := range slices.Sorted(maps.Keys(queues)) {
		if err := s.add(ctx, name, queues[name], remote); err != nil {
			_ = s.Close()
			return nil, fmt.Errorf("queue %s: %w", name, err)
		}
	}
	return s, nil
}

func (s *Set) add(ctx context.Context, name string, o Options, remote map[Options]redis.UniversalClient) error {
	local, err := o.inProcess()
	if err != nil {
		return err
	}
	c := &channel{name: name, channel: o.Channel, embedded: local}
	if c.channel == "" {
		c.channel = name
	}
	if o.MaxWaiting < 0 {
		return fmt.Errorf("max_waiting cannot be %d", o.MaxWaiting)
	}
	c.bound.Store(int64(o.MaxWaiting))

	server := o.server()
	switch {
	case local && s.embedded == nil:
		s.embedded = newEmbedded()
		s.clients = append(s.clients, s.embedded.client)
		fallthrough
	case local:
		c.redis = s.embedded.client
	case remote[server] != nil:
		c.redis = remote[server]
	default:
		client := connect(server)
		remote[server] = client
		s.clients = append(s.clients, client)
		c.redis = client
		if err := ask(ctx, client); redis.IsAuthError(err) {
			return fmt.Errorf("connecting to redis at %s: %w", client.Options().Addr, err)
		} else if err != nil {
			s.away = append(s.away, fmt.Errorf("queue %s: redis at %s does not answer: %w", name, client.Options().Addr, err))
		}
	}
	c.client = asynq.NewClientFromRedisClient(c.redis)
	s.queues[name] = c
	return nil
}

// inProcess tells whether the queue needs no Redis.
func (o Options) inProcess() (bool, error) {
	backend := strings.ToLower(o.Backend[strings.LastIndexAny(o.Backend, ".:")+1:])
	switch backend {
	case "memory", "embedded":
		return true, nil
	case "":
		return o.Host == "", nil
	case "redis", "redisqueue":
		if o.Host == "" {
			return false, errors.New("its BACKEND is Redis, and HOST is empty; set HOST, or set BACKEND to memory to keep tasks in this process")
		}
		return false, nil
	default:
		return false, fmt.Errorf("unknown backend %q; known are RedisQueue and memory", o.Backend)
	}
}

// Names lists the queues.
func (s *Set) Names() []string { return slices.Sorted(maps.Keys(s.queues)) }

// Durable tells whether the queue outlives the process. It is false for one
// that does not exist.
func (s *Set) Durable(queue string) bool {
	c := s.queues[queue]
	return c != nil && !c.embedded
}

// Check reports a queue that is not configured.
func (s *Set) Check(queue string) error {
	_, err := s.channel(queue)
	return err
}

func (s *Set) channel(queue string) (*channel, error) {
	if c := s.queues[queue]; c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("unknown queue %q; QUEUES has %s", queue, strings.Join(s.Names(), ", "))
}

// Away reports what kept Redis from answering Open; it is nil if nothing did.
func (s *Set) Away() error { return errors.Join(s.away...) }

// Ping reports the first Redis that does not answer.
func (s *Set) Ping(ctx context.Context) error {
	for _, client := range s.clients {
		if err := client.Ping(ctx).Err(); err != nil {
			return fmt.Errorf("asking the queue's redis: %w", err)
		}
	}
	return nil
}

// Close closes all connections. What is in the process only is lost.
func (s *Set) Close() error {
	var first error
	for _, client := range s.clients {
		if err := client.Close(); err != nil && first == nil {
			first = fmt.Errorf("closing the queue's redis: %w", err)
		}
	}
	s.clients = nil
	if s.embedded != nil {
		s.embedded.close()
		s.embedded = nil
	}
	return first
}
