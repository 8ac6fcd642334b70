// Package spaceconnector calls other services of the platform by name and
// method, as Domain.get_public_key of identity. It learns their messages by
// server reflection, so that a caller needs none of their code.
package spaceconnector

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/cloudforet-io/spacegen/templates/service/internal/core/apierror"
	"github.com/cloudforet-io/spacegen/templates/service/internal/core/pipeline"
)

const defaultTimeout = 10 * time.Second

// Options are what a connector is made of.
type Options struct {
	// Endpoints says where services are: grpc://identity:50051, or
	// grpc+ssl://host:443; a path (…/v1) is taken and not needed.
	Endpoints map[string]string
	Token     string        // the system token, for calls without one of their own
	Timeout   time.Duration // of a call whose context has no deadline; 0 is 10 s
}

// A Connector calls other services. It keeps one connection to each.
type Connector struct {
	options Options
	mu      sync.Mutex
	peers   map[string]*peer
}

// New makes a connector. It connects when it is first used.
func New(o Options) *Connector {
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
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
	return c.dispatch(ctx, service, method, params, pipeline.Metadata{Token: c.options.Token})
}

func (c *Connector) dispatch(ctx context.Context, service, method string, params map[string]any, md pipeline.Metadata) (map[string]any, error) {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.options.Timeout)
		defer cancel()
	}
	p, err := c.peer(service)
	if err != nil {
		return nil, err
	}
	answer, err := p.call(c.outgoing(ctx, md), method, params)
	if err != nil {
		return nil, fmt.Errorf("call %s of %s: %w", method, service, err)
	}
	return answer, nil
}

func (c *Connector) outgoing(ctx context.Context, md pipeline.Metadata) context.Context {
	if md.Token == "" {
		md.Token = c.options.Token
	}
	for _, pair := range [][2]string{
		{"token", md.Token}, {"x_domain_id", md.DomainID}, {"x_workspace_id", md.WorkspaceID},
	} {
		if pair[1] != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, pair[0], pair[1])
		}
	}
	return ctx
}

// peer gives the connection to a service.
func (c *Connector) peer(service string) (*peer, error) {
	endpoint, ok := c.options.Endpoints[service]
	if !ok {
		return nil, apierror.Configuration("ENDPOINTS", "no endpoint of the service "+service)
	}
	return c.connect(service, endpoint)
}

// connect gives the connection to an endpoint, made if there is none yet of the
// name.
func (c *Connector) connect(service, endpoint string) (*peer, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p, ok := c.peers[service]; ok {
		return p, nil
	}
	target, security, err := parseEndpoint(endpoint)
	if err != nil {
		return nil, apierror.Configuration("ENDPOINTS", fmt.Sprintf("%s of the service %s: %v", endpoint, service, err))
	}
	conn, err := grpc.NewClient(target, grpc.WithTransportCredentials(security),
		grpc.WithStatsHandler(otelgrpc.NewClientHandler()))
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", service, err)
	}
	p := &peer{conn: conn, methods: map[string]method{}}
	c.peers[service] = p
	return p, nil
}

func parseEndpoint(endpoint string) (target string, security credentials.TransportCredentials, err error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return "", nil, err
	}
	if u.Host == "" {
		return "", nil, fmt.Errorf("no host; write it as grpc://host:port")
	}
	switch u.Scheme {
	case "grpc":
		return u.Host, insecure.NewCredentials(), nil
	case "grpc+ssl", "grpcs":
		return u.Host, credentials.NewTLS(&tls.Config{MinVersion: tls.VersionTLS12}), nil
	default:
		return "", nil, fmt.Errorf("scheme %q is none of grpc, grpc+ssl", u.Scheme)
	}
}

// Stream calls a method of whatever listens at an endpoint, such as a plugin,
// and gives its answers as they come; a method that does not stream has one.
// An error is the last of them. Ending the loop ends the call. No token goes
// along, since a plugin need not be trusted; how long it may take is for ctx to
// say.
func (c *Connector) Stream(ctx context.Context, endpoint, method string, params map[string]any) iter.Seq2[map[string]any, error] {
	return func(yield func(map[string]any, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		p, err := c.connect(endpoint, endpoint)
		if err == nil {
			err = p.stream(ctx, method, params, func(answer map[string]any) bool { return yield(answer, nil) })
		}
		if err != nil {
			yield(nil, fmt.Errorf("call %s at %s: %w", method, endpoint, err))
		}
	}
}

// call makes a call with JSON-like parameters and answer.
func (p *peer) call(ctx context.Context, name string, params map[string]any) (map[string]any, error) {
	m, err := p.method(ctx, name)
	if err != nil {
		return nil, err
	}
	req, err := m.request(params)
	if err != nil {
		return nil, err
	}
	res := dynamicpb.NewMessage(m.descriptor.Output())
	if err := p.conn.Invoke(ctx, m.path, req, res); err != nil {
		return nil, apierror.From(err)
	}
	return plain(res)
}

// stream makes a call whose answers stream, until one is refused.
func (p *peer) stream(ctx context.Context, name string, params map[string]any, yield func(map[string]any) bool) error {
	m, err := p.method(ctx, name)
	if err != nil {
		return err
	}
	req, err := m.request(params)
	if err != nil {
		return err
	}
	stream, err := p.conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, m.path)
	if err != nil {
		return apierror.From(err)
	}
	if err := stream.SendMsg(req); err != nil && !errors.Is(err, io.EOF) { // RecvMsg says why it ended
		return apierror.From(err)
	}
	if err := stream.CloseSend(); err != nil {
		return apierror.From(err)
	}
	for {
		res := dynamicpb.NewMessage(m.descriptor.Output())
		if err := stream.RecvMsg(res); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return apierror.From(err)
		}
		answer, err := plain(res)
		if err != nil {
			return err
		}
		if !yield(answer) {
			return nil
		}
	}
}

// request makes a method's message of JSON-like parameters.
func (m method) request(params map[string]any) (proto.Message, error) {
	if params == nil {
		params = map[string]any{}
	}
	text, err := json.Marshal(params)
	if err != nil {
		return nil, apierror.Invalid("params", err.Error())
	}
	req := dynamicpb.NewMessage(m.descriptor.Input())
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(text, req); err != nil {
		return nil, apierror.Invalid("params", strings.TrimSpace(err.Error()))
	}
	return req, nil
}

// plain gives a message as JSON-like values.
func plain(res proto.Message) (map[string]any, error) {
	text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(res)
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	answer := map[string]any{}
	return answer, json.Unmarshal(text, &answer)
}
