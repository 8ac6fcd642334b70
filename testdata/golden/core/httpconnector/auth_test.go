package httpconnector_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

func TestBasicAndBearer(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte("one\n"), 0o600))
	for name, test := range map[string]struct {
		auth map[string]any
		want string
	}{
		"none":   {map[string]any{}, ""},
		"bearer": {map[string]any{"type": "bearer", "token": "abc"}, "Bearer abc"},
		"file":   {map[string]any{"type": "bearer", "token_file": file}, "Bearer one"},
		"basic":  {map[string]any{"type": "basic", "username": "me", "password": "pw"}, "Basic bWU6cHc="},
	} {
		p := newPeer(t, answers(200))
		require.NoError(t, client(t, settings(p.url, map[string]any{"auth": test.auth})).Get(t.Context(), "/", nil), name)
		req, _ := p.last(t)
		assert.Equal(t, test.want, req.Header.Get("Authorization"), name)
	}
}

func TestATokenFileIsReadForEachCall(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	p := newPeer(t, answers(200))
	c := client(t, settings(p.url, map[string]any{"auth": map[string]any{"type": "bearer", "token_file": file}}))
	err := c.Get(t.Context(), "/", nil)
	assert.Equal(t, codes.Internal, apierror.From(err).Status)
	assert.Empty(t, p.asked(), "no call without the token")
	for _, token := range []string{"one", "two"} {
		require.NoError(t, os.WriteFile(file, []byte(token), 0o600))
		require.NoError(t, c.Get(t.Context(), "/", nil))
		req, _ := p.last(t)
		assert.Equal(t, "Bearer "+token, req.Header.Get("Authorization"))
	}
}

// issuer gives tokens, numbered, that are good for so many seconds, and knows which was
// revoked.
type issuer struct {
	seconds int
	failing int // answers

	mu      sync.Mutex
	forms   []string
	current string
}

func (i *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.failing > 0 {
		i.failing--
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	if id, secret, _ := r.BasicAuth(); id != "me" || secret != "shh-secret" {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = fmt.Fprintf(w, `{"error": "invalid_client", "error_description": "secret %s is wrong"}`, secret)
		return
	}
	_ = r.ParseForm()
	i.forms = append(i.forms, r.PostForm.Encode())
	i.current = fmt.Sprintf("token-%d", len(i.forms))
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": i.current, "token_type": "bearer", "expires_in": i.seconds})
}

func (i *issuer) got() []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return append([]string(nil), i.forms...)
}

// guarded lets in who has the issuer's last token.
func (i *issuer) guarded(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer "+i.current {
		w.WriteHeader(http.StatusUnauthorized)
	}
}

func (i *issuer) auth(t *testing.T, secret string) map[string]any {
	t.Helper()
	server := httptest.NewServer(i)
	t.Cleanup(server.Close)
	return map[string]any{
		"type": "client_credentials", "url": server.URL + "/token", "client_id": "me", "client_secret": secret,
		"scopes": []any{"read", "write"}, "params": map[string]any{"audience": "payments"}, "style": "header",
	}
}

func TestATokenIsGotOnce(t *testing.T) {
	i := &issuer{seconds: 3600}
	p := newPeer(t, i.guarded)
	c := client(t, settings(p.url, map[string]any{"auth": i.auth(t, "shh-secret")}))
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { assert.NoError(t, c.Get(t.Context(), "/", nil)) })
	}
	all.Wait()
	assert.Equal(t, []string{"audience=payments&grant_type=client_credentials&scope=read+write"}, i.got())
	assert.Len(t, p.asked(), 20)
}

func TestATokenIsRenewed(t *testing.T) {
	t.Run("when its time is up", func(t *testing.T) {
		i := &issuer{seconds: 1} // which is too little for another call
		p := newPeer(t, i.guarded)
		c := client(t, settings(p.url, map[string]any{"auth": i.auth(t, "shh-secret")}))
		for range 2 {
			require.NoError(t, c.Get(t.Context(), "/", nil))
		}
		assert.Len(t, i.got(), 2)
	})
	t.Run("when the peer refuses it", func(t *testing.T) {
		i := &issuer{seconds: 3600}
		p := newPeer(t, i.guarded)
		c := client(t, settings(p.url, map[string]any{"auth": i.auth(t, "shh-secret")}))
		require.NoError(t, c.Get(t.Context(), "/", nil))
		i.mu.Lock()
		i.current = "revoked"
		i.mu.Unlock()
		require.NoError(t, c.Post(t.Context(), "/", thing{Name: "y"}, nil), "a POST, too: nothing was done yet")
		assert.Len(t, i.got(), 2)
		_, body := p.last(t)
		assert.JSONEq(t, `{"name": "y"}`, body)
	})
	t.Run("not when a fresh one is refused", func(t *testing.T) {
		i := &issuer{seconds: 3600}
		p := newPeer(t, answers(http.StatusUnauthorized))
		c := client(t, settings(p.url, map[string]any{"auth": i.auth(t, "shh-secret")}))
		assert.ErrorContains(t, c.Get(t.Context(), "/", nil), "401")
		assert.Len(t, i.got(), 1)
		assert.Len(t, p.asked(), 1)
	})
}

func TestATokenThatCannotBeGot(t *testing.T) {
	t.Run("for a while", func(t *testing.T) {
		i := &issuer{seconds: 3600, failing: 2}
		p := newPeer(t, i.guarded)
		c := client(t, settings(p.url, map[string]any{"auth": i.auth(t, "shh-secret")}))
		require.NoError(t, c.Post(t.Context(), "/", nil, nil), "nothing was sent to the peer before")
		assert.Len(t, p.asked(), 1)
	})
	t.Run("ever", func(t *testing.T) {
		i := &issuer{seconds: 3600}
		p := newPeer(t, i.guarded)
		err := client(t, settings(p.url, map[string]any{"auth": i.auth(t, "another-secret")})).Get(t.Context(), "/", nil)
		fault := apierror.From(err)
		assert.Equal(t, codes.Internal, fault.Status)
		assert.ErrorContains(t, fault.Cause, "invalid_client")
		assert.NotContains(t, fault.Cause.Error(), "another-secret", "which the issuer repeated")
		assert.Empty(t, p.asked())
	})
}

func TestCredentialsStayWithThePeer(t *testing.T) {
	other := newPeer(t, answers(200))
	p := newPeer(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.url+"/elsewhere", http.StatusFound)
	})
	c := client(t, settings(p.url, map[string]any{
		"auth": map[string]any{"type": "bearer", "token": "abc"}, "headers": map[string]any{"X-Api-Key": "k"},
	}))
	assert.ErrorContains(t, c.Get(t.Context(), "/", nil), "302")
	assert.Empty(t, other.asked())
}

func TestTheTraceGoesOn(t *testing.T) {
	p := newPeer(t, answers(503, 200))
	parent := trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1, 2, 3}, SpanID: trace.SpanID{4, 5, 6}, TraceFlags: trace.FlagsSampled,
	})
	ctx := trace.ContextWithRemoteSpanContext(t.Context(), parent)
	require.NoError(t, client(t, settings(p.url, nil)).Get(ctx, "/things", nil))
	require.Len(t, p.asked(), 2)
	for _, req := range p.asked() {
		assert.Contains(t, req.Header.Get("Traceparent"), parent.TraceID().String())
	}
}
