package httpconnector_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/httpconnector"
)

// peer answers as it is told to, and remembers what it was asked.
type peer struct {
	url string

	mu       sync.Mutex
	requests []*http.Request
	bodies   []string
}

func newPeer(t *testing.T, answer http.HandlerFunc) *peer {
	t.Helper()
	p := &peer{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, max(r.ContentLength, 0))
		if len(body) > 0 {
			_, _ = r.Body.Read(body)
		}
		p.mu.Lock()
		p.requests, p.bodies = append(p.requests, r), append(p.bodies, string(body))
		p.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

// asked are the requests so far.
func (p *peer) asked() []*http.Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]*http.Request(nil), p.requests...)
}

func (p *peer) last(t *testing.T) (*http.Request, string) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	require.NotEmpty(t, p.requests)
	return p.requests[len(p.requests)-1], p.bodies[len(p.bodies)-1]
}

// answers gives one status after the other, and the last one from then on.
func answers(statuses ...int) http.HandlerFunc {
	var mu sync.Mutex
	return func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		w.WriteHeader(statuses[0])
		_, _ = w.Write([]byte(`{"name": "x"}`))
		if len(statuses) > 1 {
			statuses = statuses[1:]
		}
	}
}

// settings are those of a test, with pauses that nobody notices.
func settings(url string, more map[string]any) map[string]any {
	all := map[string]any{"url": url, "retry_wait": "1ms", "retry_wait_max": "2ms"}
	maps.Copy(all, more)
	return all
}

func client(t *testing.T, settings map[string]any) *httpconnector.Client {
	t.Helper()
	c := httpconnector.New(httpconnector.Options{Name: "PaymentConnector", Config: &config.Config{
		Connectors: map[string]map[string]any{"PaymentConnector": settings},
	}})
	require.NoError(t, c.Check())
	t.Cleanup(func() { assert.NoError(t, c.Close()) })
	return c
}

type thing struct {
	Name string `json:"name"`
}
