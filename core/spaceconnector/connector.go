// Package spaceconnector calls other services of the platform by name and method, such
// as Domain.get_public_key of identity. It learns their messages by server reflection,
// so a caller needs none of their code. The caller's token, domain, workspace and trace
// go along, and an error keeps the status and text that the other service gave it.
package spaceconnector

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

const (
	defaultTimeout       = 10 * time.Second
	defaultMessageLength = 16 << 20 // bytes
)

// Options are what a connector is made of.
type Options struct {
	// Endpoints says where services are: grpc://identity:50051, grpc+ssl://host:443,
	// or unix:///path; a path (…/v1) after a host is taken and not needed.
	Endpoints map[string]string
	// Token gives the system token, for calls without one of their own.
	Token   func() (string, error)
	Timeout time.Duration // of a call, unless Allow says otherwise; 0 is 10 s
	// MaxMessageLength bounds an answer, in bytes; 0 is 16 MiB.
	MaxMessageLength int
	// Keepalive is how often a service that is silent is asked whether it is still
	// there, 10 s at the least; 0: never.
	Keepalive time.Duration
}

// A Connector calls other services. It keeps one connection to each.
type Connector struct {
	options Options
	mu      sync.Mutex
	peers   map[string]*peer // by name or endpoint
}

type timeoutKey struct{}

// Allow gives calls another time than Options.Timeout. None lasts longer than
// its context.
func Allow(ctx context.Context, timeout time.Duration) context.Context {
	return context.WithValue(ctx, timeoutKey{}, timeout)
}

// Allowed is the time that Allow gave; 0 if it gave none.
func Allowed(ctx context.Context) time.Duration {
	timeout, _ := ctx.Value(timeoutKey{}).(time.Duration)
	return timeout
}

// New makes a connector. It connects when it is first used.
func New(o Options) *Connector {
	if o.Token == nil {
		o.Token = func() (string, error) { return "", nil }
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.MaxMessageLength <= 0 {
		o.MaxMessageLength = defaultMessageLength
	}
	return &Connector{options: o, peers: map[string]*peer{}}
}

// Close closes all connections.
func (c *Connector) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var errs []error
	for _, p := range c.peers {
		errs = append(errs, p.conn.Close())
	}
	c.peers = map[string]*peer{}
	return errors.Join(errs...)
}

// Dispatch calls a method, such as Domain.get_public_key, of a service. The
// caller's token, domain, workspace and trace go along; the system token stands
// in where the call has no token. Errors of the peer keep their status and text.
func (c *Connector) Dispatch(ctx context.Context, service, method string, params map[string]any) (map[string]any, error) {
	return c.dispatch(ctx, service, method, params, pipeline.TransactionFrom(ctx).Metadata)
}

// DispatchAsSystem is Dispatch with the system token, whoever calls.
func (c *Connector) DispatchAsSystem(ctx context.Context, service, method string, params map[string]any) (map[string]any, error) {
	return c.dispatch(ctx, service, method, params, pipeline.Metadata{})
}

func (c *Connector) dispatch(ctx context.Context, service, method string, params map[string]any, md pipeline.Metadata) (map[string]any, error) {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(Allowed(ctx), c.options.Timeout))
	defer cancel()
	client, err := c.service(service)
	if err != nil {
		return nil, err
	}
	if md.Token == "" {
		if md.Token, err = c.options.Token(); err != nil {
			return nil, err
		}
	}
	answer, err := client.Call(outgoing(ctx, md), method, params)
	if err != nil {
		return nil, fmt.Errorf("call %s of %s: %w", method, service, err)
	}
	return answer, nil
}

func outgoing(ctx context.Context, md pipeline.Metadata) context.Context {
	for _, pair := range [][2]string{
		{"token", md.Token}, {"x_domain_id", md.DomainID}, {"x_workspace_id", md.WorkspaceID},
	} {
		if pair[1] != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, pair[0], pair[1])
		}
	}
	return ctx
}

// A peer is a connection, and its client.
type peer struct {
	*Client
	conn *grpc.ClientConn
}

// service gives the client of a service.
func (c *Connector) service(service string) (*Client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	endpoint, ok := c.options.Endpoints[service]
	if !ok {
		return nil, apierror.Configuration("ENDPOINTS", "no endpoint of the service "+service)
	}
	return c.connect(service, endpoint, c.options.Keepalive)
}

// connect gives the client of an endpoint, made if there is none yet of the
// name. c.mu is held.
func (c *Connector) connect(service, endpoint string, ping time.Duration) (*Client, error) {
	if p, ok := c.peers[service]; ok {
		return p.Client, nil
	}
	target, security, err := parseEndpoint(endpoint)
	if err != nil {
		return nil, apierror.Configuration("ENDPOINTS", fmt.Sprintf("%s of the service %s: %v", endpoint, service, err))
	}
	conn, err := grpc.NewClient(target, append(dialing(ping),
		grpc.WithTransportCredentials(security),
		grpc.WithStatsHandler(otelgrpc.NewClientHandler()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(c.options.MaxMessageLength)))...)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", service, err)
	}
	client := NewClient(conn)
	c.peers[service] = &peer{client, conn}
	return client, nil
}

func parseEndpoint(endpoint string) (target string, security credentials.TransportCredentials, err error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return "", nil, err
	}
	if u.Scheme == "unix" {
		return endpoint, insecure.NewCredentials(), nil
	}
	if u.Host == "" {
		return "", nil, fmt.Errorf("no host; write it as grpc://host:port")
	}
	switch u.Scheme {
	case "grpc":
		return "dns:///" + u.Host, insecure.NewCredentials(), nil
	case "grpc+ssl", "grpcs":
		return "dns:///" + u.Host, credentials.NewTLS(&tls.Config{MinVersion: tls.VersionTLS12}), nil
	default:
		return "", nil, fmt.Errorf("scheme %q is none of grpc, grpc+ssl, unix", u.Scheme)
	}
}

// Endpoint gives the client of whatever listens at an endpoint, such as a
// plugin. No token goes along, since that need not be trusted.
func (c *Connector) Endpoint(endpoint string) (*Client, error) {
	ping := c.options.Keepalive
	if ping > 0 {
		ping = max(ping, anyonesPing)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.connect(endpoint, endpoint, ping)
}

// Release lets go of an endpoint at which nothing listens any more.
func (c *Connector) Release(endpoint string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok := c.peers[endpoint]
	if !ok {
		return nil
	}
	delete(c.peers, endpoint)
	return p.conn.Close()
}
