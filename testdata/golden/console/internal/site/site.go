// Package site serves the web app: its page, its assets and its configuration.
package site

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// Configuration is what the app reads when it starts: config.json.
type Configuration struct {
	Title    string            `json:"title"`
	Services map[string]string `json:"services"` // name → path of its API here

	More map[string]any `json:"-"` // keys beside these
}

// MarshalJSON puts what is known over what is More.
func (c Configuration) MarshalJSON() ([]byte, error) {
	all := map[string]any{}
	maps.Copy(all, c.More)
	all["title"], all["services"] = c.Title, c.Services
	return json.Marshal(all)
}

const (
	page        = "app/index.html"
	placeholder = "placeholder.html"

	// Assets have a hash of their content in their names.
	immutable = "public, max-age=31536000, immutable"
	brief     = "public, max-age=3600"
	never     = "no-store"
)

// A file is one file of the app, ready to be sent.
type file struct {
	body, gzipped []byte
	contentType   string
	cache         string
	status        int
}

// Site serves the app. Whatever is no file of it is the app's page, which finds
// out from the path what to show.
type Site struct {
	files map[string]*file // by path: /assets/index-1a2b3c.js
	page  *file
}

// New reads the app out of a folder as Embedded gives it.
func New(dist fs.FS, configuration Configuration) (*Site, error) {
	s := &Site{files: map[string]*file{}}
	err := fs.WalkDir(dist, "app", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := fs.ReadFile(dist, name)
		if err != nil {
			return err
		}
		at := strings.TrimPrefix(name, "app")
		s.files[at], err = newFile(at, body)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the app: %w", err)
	}
	if s.page = s.files["/index.html"]; s.page == nil {
		body, err := fs.ReadFile(dist, placeholder)
		if err != nil {
			return nil, fmt.Errorf("read the app: there is neither %s nor %s: %w", page, placeholder, err)
		}
		if s.page, err = newFile("/index.html", body); err != nil {
			return nil, err
		}
		s.page.status = http.StatusServiceUnavailable
	}
	text, err := json.Marshal(configuration)
	if err != nil {
		return nil, fmt.Errorf("write config.json: %w", err)
	}
	s.files["/config.json"], err = newFile("/config.json", text)
	return s, err
}

// Built reports whether the app is there.
func (s *Site) Built() bool { return s.page.status == http.StatusOK }

func newFile(at string, body []byte) (*file, error) {
	f := &file{body: body, contentType: mime.TypeByExtension(path.Ext(at)), cache: brief, status: http.StatusOK}
	switch {
	case strings.HasPrefix(at, "/assets/"):
		f.cache = immutable
	case at == "/index.html" || at == "/config.json":
		f.cache = never
	}
	if f.contentType == "" {
		f.contentType = "application/octet-stream"
	}
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(body); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	if out.Len() < len(body) {
		f.gzipped = out.Bytes()
	}
	return f, nil
}

// ServeHTTP sends a file, or the page for every path that the app may have made
// up. A missing asset is missing: a page in its place would be a script that
// does not parse.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "This page is only read.", http.StatusMethodNotAllowed)
		return
	}
	f, ok := s.files[r.URL.Path]
	if !ok || f == s.page {
		if path.Ext(r.URL.Path) != "" && r.URL.Path != "/index.html" && !acceptsPage(r) {
			w.Header().Set("Cache-Control", never)
			http.NotFound(w, r)
			return
		}
		f = s.page
	}
	f.send(w, r)
}

// acceptsPage reports whether a browser asks for something to show: an id in
// the path may hold a dot.
func acceptsPage(r *http.Request) bool {
	return !strings.HasPrefix(r.URL.Path, "/assets/") && strings.Contains(r.Header.Get("Accept"), "text/html")
}

func (f *file) send(w http.ResponseWriter, r *http.Request) {
	body, header := f.body, w.Header()
	header.Set("Content-Type", f.contentType)
	header.Set("Cache-Control", f.cache)
	if f.gzipped != nil {
		header.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header.Get("Accept-Encoding")) {
			header.Set("Content-Encoding", "gzip")
			body = f.gzipped
		}
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(f.status)
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // a caller who left can't be told
	}
}

// acceptsGzip reads Accept-Encoding: a weight of 0 refuses.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
		return err != nil || q > 0
	}
	return false
}
