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
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// A guarded connection is one to a plugin.
type guarded struct {
	conn    grpc.ClientConnInterface
	id      string
	options Options
	breaker *gobreaker.TwoStepCircuitBreaker[any]
	failed  func() // is called when the plugin can't be reached

	mu      sync.Mutex
	calls   int       // under way
	used    time.Time // when one last began or ended
	reached bool      // by one of them
	stood   bool      // the connection has said so
}

// Invoke calls a method that does not stream.
func (g *guarded) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	done, err := g.allow()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, g.options.Timeout)
	defer cancel()
	if err = g.conn.Invoke(ctx, method, args, reply, append(opts, g.bounded())...); err == nil {
		err = understood(reply)
	}
	err = g.explain(method, err)
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
	s := &stream{guarded: g, method: method, cancel: cancel}
	s.done = sync.OnceFunc(func() { cancel(); done(s.failure()) })
	// A caller that has enough ends its context, and asks for no more.
	context.AfterFunc(ctx, s.done)
	if s.ClientStream, err = g.conn.NewStream(ctx, desc, method, append(opts, g.bounded())...); err != nil {
		err = s.fail(g.explain(method, err))
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
	g.use(1)
	return func(err error) {
		g.use(-1)
		if isFailure(err) {
			g.failed()
		} else {
			g.reach()
		}
		done(err)
	}, nil
}

// use notes that as many calls more, or less, are under way.
func (g *guarded) use(calls int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.calls += calls
	g.used = time.Now()
}

// idle reports whether no call is under way, nor was since then.
func (g *guarded) idle(since time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.calls == 0 && g.used.Before(since)
}

// reach notes that the plugin answered.
func (g *guarded) reach() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.reached = true
	g.stood = g.stood || g.state() == connectivity.Ready
}

// broken reports whether the plugin was reached, and the connection is gone since.
// One that is being made may be the first: gRPC makes calls by it before it says
// that it stands.
func (g *guarded) broken() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch g.state() {
	case connectivity.Ready:
		g.stood = true
		return false
	case connectivity.Connecting:
		return g.reached && g.stood
	default:
		return g.reached
	}
}

// state is that of the connection; one that says nothing is taken to stand.
func (g *guarded) state() connectivity.State {
	if conn, ok := g.conn.(interface{ GetState() connectivity.State }); ok {
		return conn.GetState()
	}
	return connectivity.Ready
}

// bounded bounds the size of an answer.
func (g *guarded) bounded() grpc.CallOption { return grpc.MaxCallRecvMsgSize(g.options.MaxMessage) }

// explain says of an error which plugin it is of, and what it means.
func (g *guarded) explain(method string, err error) error {
	switch {
	case err == nil:
		return nil
	case status.Code(err) == codes.Unimplemented:
		return g.wrap(apierror.New(codes.Unimplemented, "ERROR_NOT_IMPLEMENTED", "it has no method %s", method).Because(err))
	default:
		return g.wrap(apierror.From(err))
	}
}

func (g *guarded) wrap(err error) error { return fmt.Errorf("plugin %s: %w", g.id, err) }

// understood refuses an answer of another type than the one that was asked
// for: nothing in it is known.
func understood(answer any) error {
	m, ok := answer.(proto.Message)
	if !ok || len(m.ProtoReflect().GetUnknown()) == 0 || m.ProtoReflect().Descriptor().Fields().Len() == 0 {
		return nil // one that should be empty says enough by being there
	}
	for range m.ProtoReflect().Range {
		return nil // newer, with fields that are not known yet
	}
	return apierror.New(codes.Internal, "ERROR_PLUGIN_ANSWER", "it answers with something else than %s", m.ProtoReflect().Descriptor().FullName())
}

// A stream is a call whose answers stream.
type stream struct {
	grpc.ClientStream
	guarded *guarded
	method  string
	cancel  context.CancelFunc
	done    func()
	answers int   // so far
	bytes   int64 // so far

	mu    sync.Mutex
	ended error
}

// RecvMsg waits for a message, but not for ever.
func (s *stream) RecvMsg(m any) error {
	idle := s.guarded.options.Idle
	silent := time.AfterFunc(idle, func() {
		_ = s.fail(s.guarded.wrap(apierror.New(codes.DeadlineExceeded, "ERROR_GRPC_TIMEOUT", "it said nothing for %s", idle)))
		s.cancel()
	})
	err := s.ClientStream.RecvMsg(m)
	silent.Stop()
	if err == nil {
		if err = s.take(m); err == nil {
			return nil
		}
	}
	if !errors.Is(err, io.EOF) {
		err = s.fail(s.guarded.explain(s.method, err))
	}
	s.done()
	return err
}

// take counts an answer, and refuses one that is too much.
func (s *stream) take(m any) error {
	if err := understood(m); err != nil {
		return err
	}
	s.answers++
	if answer, ok := m.(proto.Message); ok {
		s.bytes += int64(proto.Size(answer))
	}
	switch o := s.guarded.options; {
	case s.answers > o.MaxAnswers:
		return apierror.New(codes.ResourceExhausted, "ERROR_PLUGIN_ANSWER", "it gives more than %d answers", o.MaxAnswers)
	case s.bytes > o.MaxBytes:
		return apierror.New(codes.ResourceExhausted, "ERROR_PLUGIN_ANSWER", "its answers are more than %d bytes", o.MaxBytes)
	}
	return nil
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
