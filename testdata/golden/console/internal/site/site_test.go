package site_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/console/internal/site"
)

var script = strings.Repeat("console.log(1);", 100)

func built(t *testing.T) *site.Site {
	t.Helper()
	s, err := site.New(fstest.MapFS{
		"placeholder.html":       {Data: []byte("not built")},
		"app/index.html":         {Data: []byte("<title>app</title>")},
		"app/favicon.svg":        {Data: []byte("<svg/>")},
		"app/assets/index-1a.js": {Data: []byte(script)},
	}, site.Configuration{
		Title: `<"Acme">`, Services: map[string]string{"identity": "/api/identity"},
		More: map[string]any{"THEME": map[string]any{"dark": true}, "title": "of another"},
	})
	require.NoError(t, err)
	require.True(t, s.Built())
	return s
}

func get(s http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestFilesAndFallback(t *testing.T) {
	s := built(t)
	const html = "text/html,*/*"
	for name, tc := range map[string]struct {
		path, accept string
		status       int
		body, cache  string
	}{
		"page":            {"/", html, 200, "<title>app</title>", "no-store"},
		"page by name":    {"/index.html", "*/*", 200, "<title>app</title>", "no-store"},
		"route":           {"/inventory/region", "*/*", 200, "<title>app</title>", "no-store"},
		"id with a dot":   {"/inventory/region/a.b", html, 200, "<title>app</title>", "no-store"},
		"asset":           {"/assets/index-1a.js", "*/*", 200, script, "public, max-age=31536000, immutable"},
		"file":            {"/favicon.svg", "*/*", 200, "<svg/>", "public, max-age=3600"},
		"configuration":   {"/config.json", "*/*", 200, `{"THEME":{"dark":true},"services":{"identity":"/api/identity"},"title":"\u003c\"Acme\"\u003e"}`, "no-store"},
		"missing asset":   {"/assets/gone-2b.js", html, 404, "404 page not found\n", "no-store"},
		"missing file":    {"/gone.png", "image/*", 404, "404 page not found\n", "no-store"},
		"out of the site": {"/../placeholder.html", "*/*", 404, "404 page not found\n", "no-store"},
	} {
		t.Run(name, func(t *testing.T) {
			w := get(s, tc.path, "Accept", tc.accept)
			assert.Equal(t, tc.status, w.Code)
			assert.Equal(t, tc.body, w.Body.String())
			assert.Equal(t, tc.cache, w.Header().Get("Cache-Control"))
		})
	}
}

func TestGzip(t *testing.T) {
	s := built(t)
	for accepted, want := range map[string]bool{
		"": false, "br": false, "gzip": true, "br, GZIP;q=0.5": true, "gzip;q=0": false, "gzip; q=0.000": false,
	} {
		w := get(s, "/assets/index-1a.js", "Accept-Encoding", accepted)
		assert.Equal(t, "Accept-Encoding", w.Header().Get("Vary"))
		if !want {
			assert.Empty(t, w.Header().Get("Content-Encoding"), accepted)
			assert.Equal(t, script, w.Body.String())
			continue
		}
		require.Equal(t, "gzip", w.Header().Get("Content-Encoding"), accepted)
		assert.Less(t, w.Body.Len(), len(script))
		z, err := gzip.NewReader(w.Body)
		require.NoError(t, err)
		text, err := io.ReadAll(z)
		require.NoError(t, err)
		assert.Equal(t, script, string(text))
	}
	small := get(s, "/favicon.svg", "Accept-Encoding", "gzip")
	assert.Empty(t, small.Header().Get("Content-Encoding"), "what gets no smaller is sent as it is")
}

func TestOnlyRead(t *testing.T) {
	s := built(t)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader("x")))
	assert.Equal(t, http.StatusMethodNotAllowed, w.Code)
	assert.Equal(t, "GET, HEAD", w.Header().Get("Allow"))

	w = httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodHead, "/assets/index-1a.js", nil))
	assert.Equal(t, http.StatusOK, w.Code)
	assert.Equal(t, "1500", w.Header().Get("Content-Length"))
	assert.Empty(t, w.Body.String())
}

func TestAppThatHasNotBeenBuilt(t *testing.T) {
	s, err := site.New(fstest.MapFS{"placeholder.html": {Data: []byte("run make app")}}, site.Configuration{})
	require.NoError(t, err)
	assert.False(t, s.Built())
	w := get(s, "/inventory/region")
	assert.Equal(t, http.StatusServiceUnavailable, w.Code)
	assert.Contains(t, w.Body.String(), "make app")

	_, err = site.New(fstest.MapFS{}, site.Configuration{})
	require.ErrorContains(t, err, "placeholder.html")
}

func TestSomethingIsEmbedded(t *testing.T) {
	_, err := site.New(site.Embedded(), site.Configuration{})
	require.NoError(t, err)
}
