package plugin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/sony/gobreaker/v2"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/templates/service/internal/core/apierror"
)

// A guarded connection is one to a plugin.
type guarded struct {
	conn          grpc.ClientConnInterface
	id            string
	breaker       *gobreaker.TwoStepCircuitBreaker[any]
	timeout, idle time.Duration
}

// Invoke calls a method that does not stream.
func (g *guarded) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	done, err := g.allow()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, g.timeout)
	defer cancel()
	if err = g.conn.Invoke(ctx, method, args, reply, opts...); err != nil {
		err = g.wrap(apierror.From(err))
	}
	done(err)
	return err
}

// NewStream calls a method that streams. A message is taken from the plugin
// when somebody asks for it: gRPC's flow control makes the plugin wait until
// then.
func (g *guarded) NewStream(ctx context.Context, desc *grpc.StreamDesc, method string, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	done, err := g.allow()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	s := &stream{guarded: g, cancel: cancel}
	s.done = sync.OnceFunc(func() { cancel(); done(s.failure()) })
	// A caller that has enough ends its context, and asks for no more.
	context.AfterFunc(ctx, s.done)
	if s.ClientStream, err = g.conn.NewStream(ctx, desc, method, opts...); err != nil {
		err = s.fail(g.wrap(apierror.From(err)))
		s.done()
		return nil, err
	}
	return s, nil
}

func (g *guarded) allow() (func(error), error) {
	done, err := g.breaker.Allow()
	if err != nil {
		return nil, g.wrap(apierror.New(codes.Unavailable, "ERROR_GRPC_CONNECTION", "it failed again and again and is left alone for a while"))
	}
	return done, nil
}

func (g *guarded) wrap(err error) error { return fmt.Errorf("plugin %s: %w", g.id, err) }

// A stream is a call whose answers stream.
type stream struct {
	grpc.ClientStream
	guarded *guarded
	cancel  context.CancelFunc
	done    func()

	mu    sync.Mutex
	ended error
}

// RecvMsg waits for a message, but not for ever.
func (s *stream) RecvMsg(m any) error {
	silent := time.AfterFunc(s.guarded.idle, func() {
		_ = s.fail(s.guarded.wrap(apierror.New(codes.DeadlineExceeded, "ERROR_GRPC_TIMEOUT", "it said nothing for %s", s.guarded.idle)))
		s.cancel()
	})
	err := s.ClientStream.RecvMsg(m)
	silent.Stop()
	if err == nil {
		return nil
	}
	if !errors.Is(err, io.EOF) {
		err = s.fail(s.guarded.wrap(apierror.From(err)))
	}
	s.done()
	return err
}

// fail remembers why the stream ended: the first reason is the cause of others.
func (s *stream) fail(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended == nil {
		s.ended = err
	}
	return s.ended
}

func (s *stream) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}
