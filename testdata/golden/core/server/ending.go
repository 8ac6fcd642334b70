package server

import (
	"context"
	"errors"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// EndStreams ends the streams that are open and those that are opened from now
// on. Clients keep them for as long as they are connected, so whoever waits
// until all calls are finished would wait for them in vain. Their callers are
// told UNAVAILABLE, upon which they turn to another replica; calls that do not
// stream go on.
func (g *GRPC) EndStreams() {
	g.endStreams(apierror.New(codes.Unavailable, "ERROR_GRPC_CONNECTION", "Server is unavailable. (reason = it is stopping)"))
}

// ending lets EndStreams end a stream, whose handler sees its context end. One
// that returns no error all the same has said all that there was to say.
func (g *GRPC) ending(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	ctx, cancel := context.WithCancelCause(stream.Context())
	defer cancel(nil)
	defer context.AfterFunc(g.streaming, func() { cancel(context.Cause(g.streaming)) })()
	err := next(srv, &endingStream{stream, ctx})
	if fault, ended := errors.AsType[*apierror.Error](context.Cause(ctx)); ended && err != nil {
		return fault
	}
	return err
}

// endingStream is a stream that ends with its context, even while its handler
// waits for the next message.
type endingStream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s *endingStream) Context() context.Context { return s.ctx }

func (s *endingStream) SendMsg(m any) error {
	if s.ctx.Err() != nil {
		return apierror.From(context.Cause(s.ctx))
	}
	return s.ServerStream.SendMsg(m)
}

func (s *endingStream) RecvMsg(m any) error {
	received := make(chan error, 1)
	go func() { received <- s.ServerStream.RecvMsg(m) }()
	select {
	case err := <-received:
		return err
	case <-s.ctx.Done():
		return apierror.From(context.Cause(s.ctx))
	}
}
