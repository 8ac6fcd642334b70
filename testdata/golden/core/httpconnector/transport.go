package httpconnector

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"github.com/sony/gobreaker/v2"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

var (
	// errOpen: the peer is left alone.
	errOpen = errors.New("it failed again and again and is left alone for a while")
	// errTooLarge: the answer is longer than MaxBody.
	errTooLarge = errors.New("the answer is larger than max_body")
)

// assemble puts the parts of a call together. From the outside in: attempts, a span for
// each, authentication, the circuit breaker, the limit of the answer, the network.
func (c *Client) assemble(network http.RoundTripper) *retryablehttp.Client {
	var parts http.RoundTripper = bounded{next: network, limit: c.settings.MaxBody}
	parts = c.breaker(parts)
	parts = c.settings.Auth.transport(parts, c.tokens(network))
	client := retryablehttp.NewClient()
	client.Logger = nil
	client.HTTPClient = &http.Client{
		Transport: traced(c.name, parts), Timeout: c.settings.AttemptTimeout, CheckRedirect: stay,
	}
	client.RetryMax = c.settings.Retries
	client.RetryWaitMin, client.RetryWaitMax = c.settings.RetryWait, c.settings.RetryWaitMax
	client.CheckRetry = again
	client.Backoff = pause
	client.ErrorHandler = retryablehttp.PassthroughErrorHandler
	client.RequestLogHook = func(_ retryablehttp.Logger, req *http.Request, retry int) {
		if retry > 0 {
			call := callOf(req.Context())
			c.metrics.retried(c.name, call.method)
			c.log.WarnContext(req.Context(), "a call failed and is made again",
				"connector", c.name, "call", call.method+" "+call.path, "retry", retry)
		}
	}
	return client
}

// traced makes a span for each attempt and passes the trace on; baggage stays here.
func traced(name string, next http.RoundTripper) http.RoundTripper {
	return otelhttp.NewTransport(discreet{next},
		otelhttp.WithPropagators(propagation.TraceContext{}),
		otelhttp.WithSpanNameFormatter(func(_ string, req *http.Request) string {
			return name + " " + req.Method + " " + callOf(req.Context()).path
		}))
}

// discreet takes the query out of the address that a span has: it may hold credentials.
type discreet struct{ next http.RoundTripper }

func (d discreet) RoundTrip(req *http.Request) (*http.Response, error) {
	if span := trace.SpanFromContext(req.Context()); span.IsRecording() && req.URL.RawQuery != "" {
		at := *req.URL
		at.RawQuery = ""
		span.SetAttributes(attribute.String("url.full", at.String()))
	}
	return d.next.RoundTrip(req)
}

// stay follows redirects within the peer. One that leads elsewhere is an answer like any
// other: credentials must not go there.
func stay(req *http.Request, via []*http.Request) error {
	from := via[0].URL
	if req.URL.Scheme != from.Scheme || req.URL.Host != from.Host || len(via) > 5 {
		return http.ErrUseLastResponse
	}
	return nil
}

// again reports whether a call is made once more.
func again(ctx context.Context, res *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	var token *tokenError
	if errors.As(err, &token) {
		return token.transient(), nil // nothing was sent to the peer yet
	}
	if !callOf(ctx).repeatable || errors.Is(err, errOpen) || errors.Is(err, errTooLarge) {
		return false, nil
	}
	more, _ := retryablehttp.DefaultRetryPolicy(ctx, res, err)
	if !more || res == nil {
		return more, nil
	}
	// Who asks for more time than there is has said no.
	until, bounded := ctx.Deadline()
	return !bounded || time.Now().Add(retryAfter(res.Header)).Before(until), nil
}

// pause is how long the next attempt waits: as long as the peer asks for, or else twice
// as long as the last, give or take, so that many callers do not come back at once.
func pause(shortest, longest time.Duration, attempt int, res *http.Response) time.Duration {
	if res != nil {
		if wait := retryAfter(res.Header); wait > 0 {
			return wait
		}
	}
	wait := retryablehttp.DefaultBackoff(shortest, longest, attempt, nil)
	return wait/2 + rand.N(wait/2+1) //nolint:gosec // spreads callers; nobody has to be unable to guess it
}

// retryAfter is what a peer says of when to come back: 0 if nothing.
func retryAfter(header http.Header) time.Duration {
	text := header.Get("Retry-After")
	if text == "" {
		return 0
	}
	// The library reads seconds and dates, of these statuses alone.
	res := &http.Response{StatusCode: http.StatusServiceUnavailable, Header: header}
	return max(retryablehttp.DefaultBackoff(0, 0, 0, res), 0)
}

// bounded reads the answer as a part of the attempt, so that one that breaks off is made
// again, and no more of it than is allowed.
type bounded struct {
	next  http.RoundTripper
	limit int64
}

func (b bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := b.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, b.limit+1))
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if int64(len(body)) > b.limit {
		return nil, fmt.Errorf("%w (%d bytes)", errTooLarge, b.limit)
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}

// breaking leaves a peer alone that failed again and again.
type breaking struct {
	next    http.RoundTripper
	breaker *gobreaker.TwoStepCircuitBreaker[any]
}

var (
	errFailed   = errors.New("the peer failed")
	errNoMatter = errors.New("nobody can tell")
)

func (c *Client) breaker(next http.RoundTripper) http.RoundTripper {
	if c.settings.Breaker.Failures == 0 {
		return next
	}
	return breaking{next: next, breaker: gobreaker.NewTwoStepCircuitBreaker[any](gobreaker.Settings{
		Name: c.name, Timeout: c.settings.Breaker.Open,
		ReadyToTrip: func(counts gobreaker.Counts) bool {
			return int(counts.ConsecutiveFailures) >= c.settings.Breaker.Failures
		},
		IsExcluded: func(err error) bool { return errors.Is(err, errNoMatter) },
		OnStateChange: func(name string, _, to gobreaker.State) {
			c.log.Warn("circuit breaker", "connector", name, "circuit", to.String())
		},
	})}
}

func (b breaking) RoundTrip(req *http.Request) (*http.Response, error) {
	done, err := b.breaker.Allow()
	if err != nil {
		return nil, errOpen
	}
	res, err := b.next.RoundTrip(req)
	done(verdict(req.Context(), res, err))
	return res, err
}

// verdict is what an attempt says of the peer. An answer that says no is an answer; and a
// caller who left has not learned whether there would have been one.
func verdict(ctx context.Context, res *http.Response, err error) error {
	switch caller := callOf(ctx).caller; {
	case err != nil && caller != nil && caller.Err() != nil:
		return errNoMatter
	case errors.Is(err, errTooLarge):
		return nil
	case err != nil, res.StatusCode >= 500 && res.StatusCode != http.StatusNotImplemented:
		return errFailed
	default:
		return nil
	}
}
