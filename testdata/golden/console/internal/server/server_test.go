package server_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/console/internal/config"
	"github.com/cloudforet-io/console/internal/server"
)

var (
	quiet = slog.New(slog.DiscardHandler)
	app   = fstest.MapFS{"app/index.html": {Data: []byte("app")}, "placeholder.html": {Data: []byte("none")}}
)

func handler(t *testing.T, services string) http.Handler {
	t.Helper()
	c := &config.Config{Title: "Acme"}
	if services != "" {
		require.NoError(t, c.Set("services", services))
	}
	h, err := server.NewHandler(c, app, quiet)
	require.NoError(t, err)
	return h
}

func get(h http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func TestPagesLoadNothingFromElsewhere(t *testing.T) {
	h := handler(t, "inventory=http://127.0.0.1:1")
	for _, path := range []string{"/", "/inventory/region", "/config.json", "/assets/gone.js", "/api/inventory/openapi.json"} {
		header := get(h, path).Header()
		policy := header.Get("Content-Security-Policy")
		assert.True(t, strings.HasPrefix(policy, "default-src 'none';"), path)
		assert.Contains(t, policy, "frame-ancestors 'none'", path)
		assert.NotContains(t, policy, "unsafe", path)
		assert.NotContains(t, policy, "*", path)
		assert.Equal(t, "nosniff", header.Get("X-Content-Type-Options"), path)
		assert.Empty(t, header.Get("Strict-Transport-Security"), path)
	}
	assert.Contains(t, get(h, "/").Header().Get("Content-Security-Policy"), "script-src 'self';")
	assert.Contains(t, get(h, "/api/inventory/x").Header().Get("Content-Security-Policy"), "sandbox")
}

func TestConfigurationOfTheApp(t *testing.T) {
	w := get(handler(t, "inventory=http://127.0.0.1:1,identity=http://127.0.0.1:2"), "/config.json")
	assert.JSONEq(t, `{"title":"Acme","services":{"identity":"/api/identity","inventory":"/api/inventory"}}`, w.Body.String())
	w = get(handler(t, ""), "/config.json")
	assert.JSONEq(t, `{"title":"Acme","services":{}}`, w.Body.String())
}

func TestHealth(t *testing.T) {
	w := get(handler(t, "inventory=http://127.0.0.1:1"), "/healthz")
	assert.Equal(t, http.StatusOK, w.Code)
	assert.Equal(t, "ok\n", w.Body.String())
}

func TestStopLetsCallsFinish(t *testing.T) {
	begun, finish := make(chan struct{}), make(chan struct{})
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(begun)
		<-finish
		_, _ = w.Write([]byte("done"))
	}))
	defer service.Close()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	stopped := make(chan error, 1)
	h := handler(t, "slow="+service.URL)
	go func() { stopped <- server.Run(ctx, listener, h, quiet) }()

	answer := make(chan string, 1)
	go func() {
		response, err := http.Get("http://" + listener.Addr().String() + "/api/slow/x")
		if err != nil {
			answer <- err.Error()
			return
		}
		defer func() { _ = response.Body.Close() }()
		text, _ := io.ReadAll(response.Body)
		answer <- string(text)
	}()
	<-begun
	stop()
	select {
	case err := <-stopped:
		t.Fatalf("stopped with a call under way: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(finish)
	assert.Equal(t, "done", <-answer)
	require.NoError(t, <-stopped)
	_, err = http.Get("http://" + listener.Addr().String() + "/healthz")
	require.Error(t, err, "nobody listens any more")
}
