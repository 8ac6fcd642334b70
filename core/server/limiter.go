package server

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// A limiter lets so many calls in at once as there are slots. Another one waits
// a little for one of them to end, and is told to come back if none does: a
// caller who waits for ever learns nothing. Health and reflection take no slot:
// a probe must be answered under load, and clients keep such streams open.
type limiter struct {
	what  string // is limited
	slots chan struct{}
	wait  time.Duration

	refused prometheus.Counter
}

func newLimiter(what string, slots int, wait time.Duration, metrics prometheus.Registerer) *limiter {
	return &limiter{what: what, slots: make(chan struct{}, slots), wait: wait, refused: refusals(metrics, what)}
}

func (l *limiter) acquire(ctx context.Context, method string) (release func(), err error) {
	if ofServer(method) {
		return func() {}, nil
	}
	enough := time.NewTimer(l.wait)
	defer enough.Stop()
	select {
	case l.slots <- struct{}{}:
		return func() { <-l.slots }, nil
	case <-ctx.Done():
		return nil, apierror.From(ctx.Err())
	case <-enough.C:
		l.refused.Inc()
		return nil, apierror.New(codes.ResourceExhausted, codeBusy,
			"Too many %s at once: try again. (limit = %d)", l.what, cap(l.slots)).After(time.Second)
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
