package proxy_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/console/internal/proxy"
)

// serve puts a proxy before services and gives its address.
func serve(t *testing.T, services map[string]string, log *slog.Logger) string {
	t.Helper()
	addresses := map[string]*url.URL{}
	for name, address := range services {
		u, err := url.Parse(address)
		require.NoError(t, err)
		addresses[name] = u
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	server := httptest.NewServer(proxy.New(addresses, log))
	t.Cleanup(server.Close)
	return server.URL
}

func post(t *testing.T, url string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(`{"query":{}}`))
	require.NoError(t, err)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response, string(text)
}

func code(t *testing.T, body string) (code, message string) {
	t.Helper()
	var e struct {
		Detail struct{ Code, Message string }
	}
	require.NoError(t, json.Unmarshal([]byte(body), &e), body)
	return e.Detail.Code, e.Detail.Message
}

func TestCallsReachTheService(t *testing.T) {
	got := make(chan *http.Request, 1)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got <- r
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Content-Security-Policy", "script-src *")
		w.Header().Set("Set-Cookie", "a=b")
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.Copy(w, r.Body)
	}))
	defer service.Close()
	console := serve(t, map[string]string{"inventory": service.URL + "/base"}, nil)

	response, body := post(t, console+"/api/inventory/inventory/v1/region/list?x=1",
		"Token", "secret", "X-Domain-Id", "domain-1", "Cookie", "c=d", "Origin", console, "Sec-Fetch-Site", "same-origin")
	assert.Equal(t, http.StatusTeapot, response.StatusCode)
	assert.JSONEq(t, `{"query":{}}`, body)
	assert.Equal(t, "no-store", response.Header.Get("Cache-Control"))
	for _, header := range []string{"Access-Control-Allow-Origin", "Content-Security-Policy", "Set-Cookie"} {
		assert.Empty(t, response.Header.Get(header), header)
	}
	r := <-got
	assert.Equal(t, "/base/inventory/v1/region/list?x=1", r.URL.String())
	assert.Equal(t, "secret", r.Header.Get("Token"))
	assert.Equal(t, "domain-1", r.Header.Get("X-Domain-Id"))
	assert.Equal(t, "127.0.0.1", r.Header.Get("X-Forwarded-For"))
	for _, header := range []string{"Cookie", "Origin", "Sec-Fetch-Site"} {
		assert.Empty(t, r.Header.Get(header), header)
	}
}

// lateEnd is a call whose end is seen late, as on a machine that is busy.
type lateEnd struct {
	io.ReadCloser
	read bool
}

func (b *lateEnd) Read(p []byte) (int, error) {
	if b.read {
		time.Sleep(50 * time.Millisecond)
	}
	b.read = true
	return b.ReadCloser.Read(p[:min(1, len(p))])
}

func TestAnswerThatBeginsBeforeTheEndOfTheCall(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "be")
		_ = http.NewResponseController(w).Flush()
		time.Sleep(200 * time.Millisecond)
		_, _ = io.WriteString(w, "gun")
	}))
	defer service.Close()
	address, err := url.Parse(service.URL)
	require.NoError(t, err)
	passed := proxy.New(map[string]*url.URL{"inventory": address}, slog.New(slog.DiscardHandler))
	console := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = &lateEnd{ReadCloser: r.Body}
		passed.ServeHTTP(w, r)
	}))
	defer console.Close()
	response, err := http.Post(console.URL+"/api/inventory/x", "application/json", strings.NewReader("{"))
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	assert.Equal(t, "begun", string(text))
}

func TestCallThatIsTooLarge(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the call reached the service")
	}))
	defer service.Close()
	r, err := http.Post(serve(t, map[string]string{"inventory": service.URL}, nil)+"/api/inventory/x", "application/json",
		strings.NewReader(strings.Repeat(" ", 16<<20+1)))
	require.NoError(t, err)
	text, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	require.NoError(t, r.Body.Close())
	assert.Equal(t, http.StatusRequestEntityTooLarge, r.StatusCode)
	_, message := code(t, string(text))
	assert.Contains(t, message, "at most 16777216 bytes")
}

func TestServiceThatIsNotThere(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	gone := "http://" + listener.Addr().String()
	require.NoError(t, listener.Close())
	var logged bytes.Buffer
	console := serve(t, map[string]string{"inventory": gone}, slog.New(slog.NewTextHandler(&logged, nil)))
	response, body := post(t, console+"/api/inventory/x")
	assert.Equal(t, http.StatusBadGateway, response.StatusCode)
	assert.Equal(t, "application/json", response.Header.Get("Content-Type"))
	c, message := code(t, body)
	assert.Equal(t, "ERROR_SERVICE_UNREACHABLE", c)
	assert.Contains(t, message, "The service inventory cannot be reached.")
	assert.NotContains(t, body, gone, "addresses inside are for the log")
	assert.Contains(t, logged.String(), gone)
}

func TestServiceThatDiesInMidAnswer(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, _ *http.Request) {
		panic(http.ErrAbortHandler)
	}))
	defer service.Close()
	response, body := post(t, serve(t, map[string]string{"inventory": service.URL}, nil)+"/api/inventory/x")
	assert.Equal(t, http.StatusBadGateway, response.StatusCode)
	c, _ := code(t, body)
	assert.Equal(t, "ERROR_SERVICE_UNREACHABLE", c)
}

func TestUnknownService(t *testing.T) {
	console := serve(t, map[string]string{"inventory": "http://127.0.0.1:1", "cost": "http://127.0.0.1:1"}, nil)
	for _, path := range []string{"/api/inventry/x", "/api/", "/api/inventory-2/x"} {
		response, body := post(t, console+path)
		assert.Equal(t, http.StatusNotFound, response.StatusCode, path)
		_, message := code(t, body)
		assert.Contains(t, message, "(services = cost, inventory)", path)
	}
}

func TestOtherPagesMayNotCall(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the call reached the service")
	}))
	defer service.Close()
	console := serve(t, map[string]string{"inventory": service.URL}, nil)
	for _, headers := range [][]string{
		{"Sec-Fetch-Site", "cross-site"},
		{"Origin", "https://evil.example"},
	} {
		response, body := post(t, console+"/api/inventory/x", headers...)
		assert.Equal(t, http.StatusForbidden, response.StatusCode)
		c, _ := code(t, body)
		assert.Equal(t, "ERROR_PERMISSION_DENIED", c)
	}
}
