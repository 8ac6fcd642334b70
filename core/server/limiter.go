package server

import (
	"context"
	"sync/atomic"
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
	slots atomic.Pointer[chan struct{}]
	wait  time.Duration

	refused prometheus.Counter
}

func newLimiter(what string, slots int, wait time.Duration, metrics prometheus.Registerer) *limiter {
	l := &limiter{what: what, wait: wait, refused: refusals(metrics, what)}
	l.resize(slots)
	return l
}

// resize changes how many calls are let in at once. Those that are in already hold slots
// of the number before, and until they end there may be as many calls as both allow.
func (l *limiter) resize(slots int) {
	fresh := make(chan struct{}, slots)
	l.slots.Store(&fresh)
}

func (l *limiter) acquire(ctx context.Context, method string) (release func(), err error) {
	if ofServer(method) {
		return func() {}, nil
	}
	slots := *l.slots.Load()
	enough := time.NewTimer(l.wait)
	defer enough.Stop()
	select {
	case slots <- struct{}{}:
		return func() { <-slots }, nil
	case <-ctx.Done():
		return nil, apierror.From(ctx.Err())
	case <-enough.C:
		l.refused.Inc()
		return nil, apierror.New(codes.ResourceExhausted, codeBusy,
			"Too many %s at once: try again. (limit = %d)", l.what, cap(slots)).After(time.Second)
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
