package server

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"

	"github.com/cloudforet-io/spacegen/templates/service/internal/core/apierror"
	"github.com/cloudforet-io/spacegen/templates/service/internal/core/pipeline"
)

// A limiter keeps more calls than there are slots waiting, as long as their
// callers wait. Health checks are never kept waiting.
type limiter struct{ slots chan struct{} }

func (l *limiter) acquire(ctx context.Context, method string) (release func(), err error) {
	if strings.HasPrefix(method, "/grpc.health.") {
		return func() {}, nil
	}
	select {
	case l.slots <- struct{}{}:
		return func() { <-l.slots }, nil
	case <-ctx.Done():
		return nil, apierror.From(ctx.Err())
	}
}

func (l *limiter) unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	release, err := l.acquire(ctx, info.FullMethod)
	if err != nil {
		return nil, err
	}
	defer release()
	return next(ctx, req)
}

func (l *limiter) stream(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	release, err := l.acquire(stream.Context(), info.FullMethod)
	if err != nil {
		return err
	}
	defer release()
	return next(srv, stream)
}

func recoverUnary(log *slog.Logger) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (res any, err error) {
		defer func() {
			if value := recover(); value != nil {
				err = panicked(ctx, log, info.FullMethod, value)
			}
		}()
		return next(ctx, req)
	}
}

func recoverStream(log *slog.Logger) grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) (err error) {
		defer func() {
			if value := recover(); value != nil {
				err = panicked(stream.Context(), log, info.FullMethod, value)
			}
		}()
		return next(srv, stream)
	}
}

func panicked(ctx context.Context, log *slog.Logger, method string, value any) error {
	log.ErrorContext(ctx, "panic", "method", method, "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
	return apierror.Unknown(fmt.Errorf("panic: %v", value))
}

func metadataUnary(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	return next(withMetadata(ctx), req)
}

func metadataStream(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	return next(srv, &streamWithContext{stream, withMetadata(stream.Context())})
}

type streamWithContext struct {
	grpc.ServerStream
	ctx context.Context
}

func (s *streamWithContext) Context() context.Context { return s.ctx }

// withMetadata reads what the platform's clients send beside a request.
func withMetadata(ctx context.Context) context.Context {
	incoming, _ := metadata.FromIncomingContext(ctx)
	first := func(keys ...string) string {
		for _, key := range keys {
			if values := incoming.Get(key); len(values) > 0 {
				return values[0]
			}
		}
		return ""
	}
	md := pipeline.Metadata{
		Token:       first("token"),
		DomainID:    first("x_domain_id", "x-domain-id"),
		WorkspaceID: first("x_workspace_id", "x-workspace-id"),
		Traceparent: first("traceparent"),
	}
	if bearer, ok := strings.CutPrefix(first("authorization"), "Bearer "); ok && md.Token == "" {
		md.Token = bearer
	}
	if p, ok := peer.FromContext(ctx); ok {
		md.Peer = p.Addr.String()
	}
	if forwarded := first("x-forwarded-for"); md.Peer == "bufconn" && forwarded != "" {
		md.Peer = forwarded // by the REST server, of this process
	}
	return pipeline.WithMetadata(ctx, md)
}
