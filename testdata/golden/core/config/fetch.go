package config

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

const (
	fetchTimeout = 10 * time.Second
	maxDocument  = 4 << 20 // bytes
)

// fetch reads a document: a path, or a URI of the schemes file, http, https and
// consul (consul://host:port/key, from its key-value store). A file with
// ?optional=true may be missing; then the text is nil. ?key=… is for the caller.
func fetch(ctx context.Context, uri string) ([]byte, error) {
	if !strings.Contains(uri, "://") {
		return readFile(uri, uri, false)
	}
	u, err := url.Parse(uri)
	uri = withoutPassword(uri) // from here on it is only named
	if err != nil {
		return nil, fmt.Errorf("configuration %s: it is no URI", uri)
	}
	switch u.Scheme {
	case "file":
		return readFile(uri, u.Host+u.Path, u.Query().Get("optional") == "true")
	case "http", "https":
		return get(ctx, uri, u)
	case "consul":
		key := &url.URL{Scheme: "http", Host: u.Host, Path: "/v1/kv" + u.Path, RawQuery: "raw=true"}
		return get(ctx, uri, key)
	default:
		return nil, fmt.Errorf("configuration %s: scheme %s is none of file, http, https, consul", uri, u.Scheme)
	}
}

func readFile(uri, path string, optional bool) ([]byte, error) {
	text, err := os.ReadFile(path) //nolint:gosec // reading what it is told to is its purpose
	if optional && errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("configuration %s: %w", uri, err)
	}
	if text == nil {
		text = []byte{}
	}
	return text, nil
}

func get(ctx context.Context, uri string, u *url.URL) (text []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("configuration %s: %w", uri, err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("configuration %s: %w", uri, err)
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("configuration %s: the server answers %s", uri, res.Status)
	}
	text, err = io.ReadAll(io.LimitReader(res.Body, maxDocument+1))
	if err != nil {
		return nil, fmt.Errorf("configuration %s: %w", uri, err)
	}
	if len(text) > maxDocument {
		return nil, fmt.Errorf("configuration %s: larger than %d bytes", uri, maxDocument)
	}
	return text, nil
}
