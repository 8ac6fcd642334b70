package pipeline

import (
	"context"
	"log/slog"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

// Stream is Call for a method that streams its requests, its responses or
// both. req is the request that a server stream starts with, nil for the other
// two kinds, whose requests reach the body as they come. Responses go out as
// the body sends them, so they are not mutated, and no database transaction
// stays open for as long as a stream lasts.
func Stream(ctx context.Context, p *Pipeline, m Method, req proto.Message, body func(context.Context) error) error {
	ctx, t, span := p.begin(ctx, m, false)
	start := time.Now()
	err := guarded(func() error {
		if err := p.before(ctx, t, req); err != nil {
			return err
		}
		if err := admit(ctx, t.Identity != nil || req != nil); err != nil {
			return err
		}
		// It may last for days, and has its line when it ends.
		t.Log.LogAttrs(ctx, slog.LevelInfo, "stream", append(t.logged(), t.request...)...)
		return body(ctx)
	})
	if fault := p.end(ctx, t, span, start, nil, err); fault != nil {
		return fault
	}
	return nil
}

// Checked gives a stream whose requests are held to the rules of their messages as they
// come: what receives one that breaks them gets the error of a call that does.
func (p *Pipeline) Checked(stream grpc.ServerStream) grpc.ServerStream {
	if p.check == nil {
		return stream
	}
	return checked{stream, p.check}
}

type checked struct {
	grpc.ServerStream
	check func(proto.Message) error
}

func (s checked) RecvMsg(m any) error {
	if err := s.ServerStream.RecvMsg(m); err != nil {
		return err
	}
	req, ok := m.(proto.Message)
	if !ok {
		return nil
	}
	return s.check(req)
}
