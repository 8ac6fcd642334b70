package httpconnector_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/httpconnector"
)

func TestACallThatMayBeRepeatedIsOneForItsCaller(t *testing.T) {
	p := newPeer(t, answers(503, 503, 200))
	var got thing
	require.NoError(t, client(t, settings(p.url, nil)).Get(t.Context(), "/v1/things", &got))
	assert.Equal(t, "x", got.Name)
	assert.Len(t, p.asked(), 3)
}

func TestWhatMayBeRepeated(t *testing.T) {
	key := httpconnector.IdempotencyKey("order-1")
	for name, test := range map[string]struct {
		method string
		opts   []httpconnector.Option
		want   int // attempts
	}{
		"a GET":             {method: http.MethodGet, want: 3},
		"a PUT":             {method: http.MethodPut, want: 3},
		"a DELETE":          {method: http.MethodDelete, want: 3},
		"a POST":            {method: http.MethodPost, want: 1},
		"a PATCH":           {method: http.MethodPatch, want: 1},
		"a POST with a key": {method: http.MethodPost, opts: []httpconnector.Option{key}, want: 3},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t, answers(http.StatusServiceUnavailable))
			c := client(t, settings(p.url, map[string]any{"retries": 2}))
			err := c.Call(t.Context(), test.method, "/things", thing{Name: "y"}, nil, test.opts...)
			assert.Equal(t, codes.Unavailable, apierror.From(err).Status)
			require.Len(t, p.asked(), test.want)
			for i, req := range p.asked() {
				assert.JSONEq(t, `{"name": "y"}`, p.bodies[i], "the body is sent anew")
				if test.opts != nil {
					assert.Equal(t, "order-1", req.Header.Get("Idempotency-Key"), "the key stays")
				}
			}
		})
	}
}

func TestAnswersThatNoAttemptChanges(t *testing.T) {
	for status, want := range map[int]codes.Code{
		400: codes.InvalidArgument, 401: codes.Internal, 403: codes.Internal, 404: codes.NotFound,
		409: codes.Aborted, 412: codes.FailedPrecondition, 422: codes.InvalidArgument, 501: codes.Internal,
	} {
		p := newPeer(t, answers(status))
		fault := apierror.From(client(t, settings(p.url, nil)).Get(t.Context(), "/things", nil))
		assert.Equal(t, want, fault.Status, status)
		assert.Equal(t, "ERROR_EXTERNAL_API", fault.Code)
		assert.Contains(t, fault.Message, http.StatusText(status))
		assert.Len(t, p.asked(), 1, status)
	}
}

func TestWhoAsksForMoreTimeThanThereIsIsNotAskedAgain(t *testing.T) {
	p := newPeer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	fault := apierror.From(client(t, settings(p.url, nil)).Get(t.Context(), "/things", nil))
	assert.Equal(t, codes.Unavailable, fault.Status)
	assert.Equal(t, time.Hour, fault.RetryAfter, "the caller learns when to come back")
	assert.Len(t, p.asked(), 1)
}

func TestAnAnswerThatBreaksOffIsAskedForAgain(t *testing.T) {
	first := make(chan struct{}, 1)
	first <- struct{}{}
	p := newPeer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "13")
		select {
		case <-first:
			_, _ = w.Write([]byte(`{"na`)) // the server closes the connection, as the rest is missing
		default:
			_, _ = w.Write([]byte(`{"name": "x"}`))
		}
	})
	var got thing
	require.NoError(t, client(t, settings(p.url, nil)).Get(t.Context(), "/things", &got))
	assert.Equal(t, "x", got.Name)
	assert.Len(t, p.asked(), 2)
}

func TestAnAttemptThatTakesTooLongIsMadeAgain(t *testing.T) {
	released := make(chan struct{})
	first := make(chan struct{}, 1)
	first <- struct{}{}
	p := newPeer(t, func(w http.ResponseWriter, _ *http.Request) {
		select {
		case <-first:
			<-released
			return
		default:
		}
		close(released)
		_, _ = w.Write([]byte(`{"name": "x"}`))
	})
	var got thing
	c := client(t, settings(p.url, map[string]any{"attempt_timeout": "100ms"}))
	require.NoError(t, c.Get(t.Context(), "/things", &got))
	assert.Equal(t, "x", got.Name)
}

func TestTheCallersContextEndsACall(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	p := newPeer(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	err := client(t, settings(p.url, nil)).Get(ctx, "/things", nil)
	assert.Equal(t, codes.Canceled, apierror.From(err).Status)
	assert.Len(t, p.asked(), 1)

	ctx, cancel = context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	err = client(t, settings(p.url, nil)).Get(ctx, "/things", nil)
	assert.Equal(t, codes.DeadlineExceeded, apierror.From(err).Status)
	assert.Len(t, p.asked(), 1)
}

func TestTheTimeoutIsOfAllAttempts(t *testing.T) {
	p := newPeer(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	c := client(t, settings(p.url, map[string]any{"timeout": "50ms", "attempt_timeout": "1h"}))
	fault := apierror.From(c.Get(t.Context(), "/things", nil))
	assert.Equal(t, codes.Unavailable, fault.Status, "the caller had more time: the peer is what failed")
	assert.Contains(t, fault.Message, "did not answer in time")
}

func TestTheBreakerOpensAndCloses(t *testing.T) {
	broken := make(chan bool, 1)
	broken <- true
	p := newPeer(t, func(w http.ResponseWriter, _ *http.Request) {
		is := <-broken
		broken <- is
		if is {
			w.WriteHeader(http.StatusBadGateway)
		}
	})
	c := client(t, settings(p.url, map[string]any{
		"retries": 0, "breaker": map[string]any{"failures": 2, "open": "200ms"},
	}))
	for range 2 {
		assert.ErrorContains(t, c.Get(t.Context(), "/things", nil), "502")
	}
	fault := apierror.From(c.Get(t.Context(), "/things", nil))
	assert.Equal(t, codes.Unavailable, fault.Status)
	assert.Contains(t, fault.Message, "left alone")
	assert.Equal(t, 200*time.Millisecond, fault.RetryAfter)
	assert.Len(t, p.asked(), 2, "an open breaker asks nobody")

	<-broken
	broken <- false
	require.Eventually(t, func() bool { return c.Get(t.Context(), "/things", nil) == nil }, time.Minute, 20*time.Millisecond)
	require.NoError(t, c.Get(t.Context(), "/things", nil), "it is closed again")
}

func TestAnAnswerThatSaysNoLeavesTheBreakerClosed(t *testing.T) {
	p := newPeer(t, answers(http.StatusNotFound))
	c := client(t, settings(p.url, map[string]any{"breaker": map[string]any{"failures": 1}}))
	for range 3 {
		assert.ErrorContains(t, c.Get(t.Context(), "/things", nil), "404")
	}
}

func TestACallerWhoLeavesDoesNotOpenTheBreaker(t *testing.T) {
	waits := make(chan context.CancelFunc, 1)
	p := newPeer(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case cancel := <-waits:
			cancel()
			<-r.Context().Done()
		default:
		}
	})
	c := client(t, settings(p.url, map[string]any{"breaker": map[string]any{"failures": 1}}))
	ctx, cancel := context.WithCancel(t.Context())
	waits <- cancel
	require.Error(t, c.Get(ctx, "/things", nil))
	require.NoError(t, c.Get(t.Context(), "/things", nil))
}
