package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// restClients have a connection for each caller, as HTTP/1.1 needs it. What they are
// answered they look through as text: to parse it would be more work than to write it.
type restClients struct {
	client *http.Client
	url    string
	header http.Header
}

func dialREST(s *server, address string, callers int) clients {
	c := &restClients{
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: callers}},
		url:    "http://" + address + "/inventory/v1/region/",
		header: http.Header{"Content-Type": {"application/json"}},
	}
	for key, value := range s.identity() {
		c.header.Set(strings.ReplaceAll(key, "_", "-"), value)
	}
	return c
}

func (c *restClients) target(int) target { return c }

func (c *restClients) close() { c.client.CloseIdleConnections() }

func (c *restClients) post(ctx context.Context, method, body string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+method, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = c.header
	res, err := c.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close() //nolint:errcheck // it was read
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", res.Status, answer)
	}
	return answer, err
}

// names checks that an answer has a text in it.
func names(answer []byte, text string, err error) error {
	if err == nil && !bytes.Contains(answer, []byte(`"`+text+`"`)) {
		err = fmt.Errorf("the server answered with %s, and not with %q", answer, text)
	}
	return err
}

func (c *restClients) get(ctx context.Context, id string) error {
	answer, err := c.post(ctx, "get", `{"region_id": "`+id+`"}`)
	return names(answer, id, err)
}

func (c *restClients) list(ctx context.Context, provider string, start int) error {
	answer, err := c.post(ctx, "list", fmt.Sprintf(
		`{"query": {"filter": [{"k": "provider", "o": "eq", "v": %q}], "page": {"start": %d, "limit": %d}}}`, provider, start, pageSize))
	return is(fmt.Sprint(bytes.Count(answer, []byte(`"region_id"`))), fmt.Sprint(pageSize), err)
}

func (c *restClients) create(ctx context.Context, code string) error {
	answer, err := c.post(ctx, "create", `{"name": "A new region", "region_code": "`+code+
		`", "provider": "provider-new", "tags": {"environment": "production", "team": "platform"}}`)
	return names(answer, code, err)
}

func (c *restClients) update(ctx context.Context, id, name string) error {
	answer, err := c.post(ctx, "update", `{"region_id": "`+id+`", "name": "`+name+`"}`)
	return names(answer, name, err)
}
