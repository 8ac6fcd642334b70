package server

import (
	"context"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// defaultFirstMessage is how long a caller whom nobody knows yet may be silent.
const defaultFirstMessage = 10 * time.Second

// streams lets streams in, each once it is known who calls: whoever opens one and
// sends nothing, or is nobody, would keep others out. Until then a stream holds no
// slot, and has only so long to send its first message.
type streams struct {
	*limiter
	first time.Duration
}

func (l *streams) stream(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	if ofServer(info.FullMethod) {
		return next(srv, stream)
	}
	s := &admittedStream{ServerStream: stream, method: info.FullMethod, limits: l, release: func() {}}
	defer func() { s.release() }()
	s.ctx = pipeline.WithAdmission(stream.Context(), s.admission)
	return next(srv, s)
}

// admittedStream takes its slot when the pipeline admits it. A method that does
// without a pipeline takes one when it answers, or asks for a second message.
type admittedStream struct {
	grpc.ServerStream
	ctx    context.Context
	method string
	limits *streams

	mu       sync.Mutex
	admitted bool
	awaited  bool // by a caller who is let in by his first message
	received bool // his first message
	release  func()
}

func (s *admittedStream) Context() context.Context { return s.ctx }

// admission is what the pipeline asks for.
func (s *admittedStream) admission(_ context.Context, heard bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !heard && !s.received {
		s.awaited = true
		return nil
	}
	return s.admit()
}

// admit takes a slot, if the stream has none yet.
func (s *admittedStream) admit() error {
	if s.admitted {
		return nil
	}
	release, err := s.limits.acquire(s.ctx, s.method)
	if err != nil {
		return err
	}
	s.admitted, s.release = true, release
	return nil
}

func (s *admittedStream) SendMsg(m any) error {
	s.mu.Lock()
	err := s.admit()
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.ServerStream.SendMsg(m)
}

func (s *admittedStream) RecvMsg(m any) error {
	s.mu.Lock()
	if s.received {
		if err := s.admit(); err != nil {
			s.mu.Unlock()
			return err
		}
	}
	known := s.admitted
	s.mu.Unlock()
	if known {
		return s.ServerStream.RecvMsg(m)
	}
	if err := s.firstMessage(m); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.received = true
	if s.awaited {
		return s.admit()
	}
	return nil
}

// firstMessage waits for a message, but not for ever. What comes later finds a
// stream that has ended.
func (s *admittedStream) firstMessage(m any) error {
	received := make(chan error, 1)
	go func() { received <- s.ServerStream.RecvMsg(m) }()
	enough := time.NewTimer(s.limits.first)
	defer enough.Stop()
	select {
	case err := <-received:
		return err
	case <-enough.C:
		return apierror.New(codes.DeadlineExceeded, "ERROR_GRPC_TIMEOUT",
			"Request timeout. (reason = no message came within %s)", s.limits.first)
	}
}
