package queue

import (
	"cmp"
	"context"
	"crypto/tls"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// server is the part of the options that tells one Redis from another.
func (o Options) server() Options {
	o.Backend, o.Channel, o.MaxWaiting = "", "", 0
	o.Port = cmp.Or(o.Port, 6379)
	return o
}

func connect(o Options) *redis.Client { return redis.NewClient(o.client()) }

func (o Options) client() *redis.Options {
	options := &redis.Options{
		Addr:                  net.JoinHostPort(o.Host, strconv.Itoa(o.Port)),
		DB:                    o.DB,
		Username:              o.Username,
		Password:              o.Password,
		DialerRetries:         1, // commands are tried again themselves
		ContextTimeoutEnabled: true,
	}
	if o.TLS {
		options.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, ServerName: o.Host}
	}
	return options
}

// ask asks a Redis whether it is there, for as long as a start may wait for it.
func ask(ctx context.Context, client redis.UniversalClient) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	return client.Ping(ctx).Err()
}

// embedded is a Redis within the process; nothing listens for it.
type embedded struct {
	server *miniredis.Miniredis
	client redis.UniversalClient
	stop   chan struct{}
	done   sync.WaitGroup
}

// expiryInterval is how often keys of the embedded Redis are checked for
// expiry. It does not do that by itself, other than on every single command,
// which is slow once there are many keys.
const expiryInterval = 5 * time.Second

func newEmbedded() *embedded {
	e := &embedded{server: miniredis.NewMiniRedis(), stop: make(chan struct{})}
	e.client = redis.NewClient(&redis.Options{
		Addr:   "127.0.0.1:0", // never dialled, but looked up if it were a name
		Dialer: func(context.Context, string, string) (net.Conn, error) { return e.server.Dial() },
	})
	e.done.Go(e.expire)
	return e
}

func (e *embedded) expire() {
	tick := time.NewTicker(expiryInterval)
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case <-e.stop:
			return
		case now := <-tick.C:
			e.server.FastForward(now.Sub(last))
			last = now
		}
	}
}

func (e *embedded) close() {
	close(e.stop)
	e.done.Wait()
	e.server.Close()
}
