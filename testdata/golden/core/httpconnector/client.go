// Package httpconnector calls the HTTP API of somebody else: a payment provider, a
// registry, a service of another team.
//
// A Client reads its configuration from CONNECTORS, authenticates, makes calls again
// that fail and may be repeated, leaves a peer alone that does not answer, passes the
// trace on, and turns whatever goes wrong into errors of package apierror.
//
// Only calls that may be repeated are made again: those of the methods that HTTP calls
// idempotent, and others that carry an [IdempotencyKey], by which the peer knows them.
package httpconnector

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/cloudforet-io/spacegen/core/config"
)

// Options are what a Client is made of.
type Options struct {
	// Name is the entry of CONNECTORS that configures it: PaymentConnector.
	Name   string
	Config *config.Config
	Log    *slog.Logger // nothing is logged if nil
	// Metrics count the calls; nil: nobody does.
	Metrics *Metrics
	// Transport makes the calls, below authentication and the circuit breaker; nil is
	// a transport of the client's own.
	Transport http.RoundTripper
}

// A Client calls one HTTP API. Its methods may be called at the same time.
type Client struct {
	name     string
	settings Settings
	base     *url.URL
	err      error // what is wrong with the configuration
	absent   bool  // there is none
	log      *slog.Logger
	metrics  *Metrics
	http     *retryablehttp.Client
	secrets  secrets
	close    func()
}

// New makes a client. What is wrong with its configuration is told by [Client.Check],
// which services ask when they start, and by every call.
func New(o Options) *Client {
	c := &Client{name: o.Name, log: cmp.Or(o.Log, slog.New(slog.DiscardHandler)), metrics: o.Metrics, close: func() {}}
	entry, configured := o.entry()
	if !configured {
		c.absent, c.err = true, c.misconfigured("url", "it is missing")
		c.log.Warn("a connector is not configured; its calls fail", "setting", c.key("url"))
		return c
	}
	if c.settings, c.err = read(c.key(""), entry); c.err != nil {
		return c
	}
	c.base, _ = url.Parse(c.settings.URL) // read has checked it
	transport := o.Transport
	if transport == nil {
		own := http.DefaultTransport.(*http.Transport).Clone()
		transport, c.close = own, own.CloseIdleConnections
	}
	c.secrets = c.settings.secrets()
	c.http = c.assemble(transport)
	return c
}

// entry is the connector's entry of CONNECTORS.
func (o Options) entry() (map[string]any, bool) {
	if o.Config == nil {
		return nil, false
	}
	entry := o.Config.Connectors[o.Name]
	return entry, len(entry) > 0
}

// Check reports what is wrong with the configuration. A client that is not configured at
// all is none of it: the service runs, and calls of the client fail.
func (c *Client) Check() error {
	if c.absent {
		return nil
	}
	return c.err
}

// Close lets go of connections that are kept for later calls.
func (c *Client) Close() error {
	c.close()
	return nil
}

// Get reads what stands at a path into a value: see [Client.Call].
func (c *Client) Get(ctx context.Context, path string, into any, opts ...Option) error {
	return c.Call(ctx, http.MethodGet, path, nil, into, opts...)
}

// Head asks for the header of what stands at a path, for which into is an *[Answer].
func (c *Client) Head(ctx context.Context, path string, into any, opts ...Option) error {
	return c.Call(ctx, http.MethodHead, path, nil, into, opts...)
}

// Post sends a value to a path and reads the answer into another. It is made once, unless
// it carries an [IdempotencyKey].
func (c *Client) Post(ctx context.Context, path string, body, into any, opts ...Option) error {
	return c.Call(ctx, http.MethodPost, path, body, into, opts...)
}

// Put sets what stands at a path.
func (c *Client) Put(ctx context.Context, path string, body, into any, opts ...Option) error {
	return c.Call(ctx, http.MethodPut, path, body, into, opts...)
}

// Patch changes what stands at a path. It is made once, unless it carries an
// [IdempotencyKey].
func (c *Client) Patch(ctx context.Context, path string, body, into any, opts ...Option) error {
	return c.Call(ctx, http.MethodPatch, path, body, into, opts...)
}

// Delete removes what stands at a path.
func (c *Client) Delete(ctx context.Context, path string, into any, opts ...Option) error {
	return c.Call(ctx, http.MethodDelete, path, nil, into, opts...)
}

// Call makes a call of any method.
//
// The path stands below the configured address. Names in braces are replaced by
// [Param], as in "/v1/orders/{order_id}".
//
// The body is JSON unless it is nil (none), url.Values (a form) or [Raw]. The answer is
// read as JSON into a pointer; a *[]byte takes it as it is, an *[Answer] with its status
// and header, and nil drops it. Messages of protos have their own JSON, of which fields
// that are not known are left out.
//
// An answer other than 2xx is an error of package apierror, behind which stands a
// [*PeerError].
func (c *Client) Call(ctx context.Context, method, path string, body, into any, opts ...Option) error {
	if c.err != nil {
		return c.err
	}
	request, err := c.request(method, path, body, opts)
	if err != nil {
		return fmt.Errorf("call %s: %s %s: %w", c.name, method, path, err)
	}
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, callKey{}, request.call(ctx)), c.settings.Timeout)
	defer cancel()
	started := time.Now()
	answer, err := c.send(ctx, request)
	c.metrics.called(ctx, c.name, method, answer, err, time.Since(started))
	if err == nil {
		err = answer.read(into)
	}
	if err != nil {
		return c.explain(ctx, request, err)
	}
	return nil
}

// send makes the call, again and again if need be.
func (c *Client) send(ctx context.Context, r *request) (*Answer, error) {
	var body any // of no type, so that none is none
	if r.body != nil {
		body = r.body
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, r.method, r.url.String(), body)
	if err != nil {
		return nil, err
	}
	req.Header = r.header
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	answer, err := answerOf(res)
	if err != nil {
		return nil, err
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return nil, c.refused(r, answer)
	}
	return answer, nil
}
