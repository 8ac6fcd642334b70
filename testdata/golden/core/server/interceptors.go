package server

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// ofServer reports whether a method is gRPC's own: health and reflection.
func ofServer(method string) bool { return strings.HasPrefix(method, "/grpc.") }

// deadline ends calls whose callers would wait longer, or for ever. A stream may
// last as long as its caller wants it.
func deadline(allowed *atomic.Int64) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		timeout := time.Duration(allowed.Load())
		// A caller who waits less long ends the call by himself.
		if ends, ok := ctx.Deadline(); timeout > 0 && (!ok || time.Until(ends) > timeout) {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, timeout)
			defer cancel()
		}
		return next(ctx, req)
	}
}

// safeUnary is the outer net: a panic that nobody caught becomes INTERNAL, and
// an error without a status doesn't show its text to the caller.
func safeUnary(log *slog.Logger) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (res any, err error) {
		defer func() {
			if value := recover(); value != nil {
				err = panicked(ctx, log, info.FullMethod, value)
			}
		}()
		res, err = next(ctx, req)
		return res, outward(ctx, log, info.FullMethod, err)
	}
}

func safeStream(log *slog.Logger) grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) (err error) {
		defer func() {
			if value := recover(); value != nil {
				err = panicked(stream.Context(), log, info.FullMethod, value)
			}
		}()
		return outward(stream.Context(), log, info.FullMethod, next(srv, readableStream{stream}))
	}
}

func panicked(ctx context.Context, log *slog.Logger, method string, value any) error {
	log.ErrorContext(ctx, "panic", "method", method, "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
	return apierror.Unknown(fmt.Errorf("panic: %v", value))
}

// outward is an error as a caller may see it. A nil *apierror.Error must not
// become an error that is not nil, so nil goes out as it came.
func outward(ctx context.Context, log *slog.Logger, method string, err error) error {
	if _, ok := status.FromError(err); ok {
		return err
	}
	fault := apierror.From(err)
	if fault.Status == codes.Internal {
		log.ErrorContext(ctx, "unexpected error", "method", method, "error", err.Error())
	}
	return fault
}

// unknownMethod answers calls of methods that the service doesn't have.
func unknownMethod(_ any, stream grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(stream)
	return apierror.New(codes.Unimplemented, "ERROR_UNSUPPORTED_API", "API is not supported. (method = %s)", method)
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

// withMetadata reads what the platform's clients send beside a request, and whose trace
// it is part of, if no tracer has read that.
func withMetadata(ctx context.Context) context.Context {
	md := pipeline.Metadata{
		Token:       sent(ctx, "token"),
		DomainID:    sent(ctx, "x_domain_id", "x-domain-id"),
		WorkspaceID: sent(ctx, "x_workspace_id", "x-workspace-id"),
		Traceparent: sent(ctx, "traceparent"),
	}
	if md.Token == "" {
		md.Token = bearer(sent(ctx, "authorization"))
	}
	if p, ok := peer.FromContext(ctx); ok {
		md.Peer = p.Addr.String()
		// The REST server of this process names whom it speaks for.
		if p.Addr.Network() == "bufconn" {
			md.Peer = cmp.Or(sent(ctx, "x-forwarded-for"), md.Peer)
		}
	}
	if md.Traceparent != "" && !trace.SpanContextFromContext(ctx).IsValid() {
		ctx = propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{
			"traceparent": md.Traceparent, "tracestate": sent(ctx, "tracestate"),
		})
	}
	return pipeline.WithMetadata(ctx, md)
}

// sent is what a caller sent beside the request, under the first of these keys that he used.
func sent(ctx context.Context, keys ...string) string {
	for _, key := range keys {
		if values := metadata.ValueFromIncomingContext(ctx, key); len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

// bearer gives the token of an Authorization header; the scheme's case is free.
func bearer(authorization string) string {
	scheme, token, ok := strings.Cut(authorization, " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
