//go:build unix

package chaostest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"path"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/resolver/manual"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
)

// callTimeout is what a caller has patience for.
const callTimeout = 15 * time.Second

// reconnect is how long a caller waits, at most, before it looks again for a replica that
// was away.
const reconnect = 200 * time.Millisecond

// A caller calls the service as its clients do: by gRPC or, where it has none, by REST. Of
// several replicas it asks one after the other.
type caller struct {
	service Service
	conn    *grpc.ClientConn
	http    *http.Client
	rest    []string // addresses
	turn    atomic.Uint64
}

func (w *world) dial(t *testing.T, replicas ...*instance) *caller {
	t.Helper()
	c := &caller{service: w.Service}
	if w.byREST() {
		c.http = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
		t.Cleanup(c.http.CloseIdleConnections)
		for _, r := range replicas {
			c.rest = append(c.rest, r.rest)
		}
		return c
	}
	var addresses []resolver.Address
	for _, r := range replicas {
		addresses = append(addresses, resolver.Address{Addr: r.grpc})
	}
	where := manual.NewBuilderWithScheme("replicas")
	where.InitialState(resolver.State{Addresses: addresses})
	var err error
	c.conn, err = grpc.NewClient("replicas:///service", grpc.WithResolvers(where), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultServiceConfig(`{"loadBalancingConfig": [{"round_robin": {}}]}`),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(1<<30)),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: backoff.Config{BaseDelay: reconnect / 4, Multiplier: 2, MaxDelay: reconnect}, MinConnectTimeout: time.Second}))
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.conn.Close() })
	return c
}

// create creates one in a domain, which no other one is in.
func (c *caller) create(ctx context.Context, domain string, n int) codes.Code {
	code, _ := c.call(ctx, "create", domain, c.service.Request(n))
	return code
}

// list lists what is in a domain; in all, if it is empty.
func (c *caller) list(ctx context.Context, domain string) codes.Code {
	code, _ := c.call(ctx, "list", domain, &emptypb.Empty{})
	return code
}

// has reports whether there is something in a domain.
func (c *caller) has(ctx context.Context, domain string) bool {
	code, answer := c.call(ctx, "list", domain, &emptypb.Empty{})
	if c.conn == nil {
		return code == codes.OK && bytes.Contains(answer, []byte(`"results":[{`))
	}
	return code == codes.OK && len(answer) > 0 // there is a first result, or a number of them
}

// call gives how a call was answered, and with what.
func (c *caller) call(ctx context.Context, verb, domain string, req proto.Message) (codes.Code, []byte) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if c.conn == nil {
		return c.post(ctx, path.Join(path.Dir(c.service.Path), verb), domain, req)
	}
	if domain != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "x_domain_id", domain, "x_workspace_id", domain)
	}
	answer := new(emptypb.Empty) // all fields are unknown to it, and kept
	code := status.Code(c.conn.Invoke(ctx, path.Join(path.Dir(c.service.Method), verb), req, answer))
	return code, answer.ProtoReflect().GetUnknown()
}

func (c *caller) post(ctx context.Context, to, domain string, req proto.Message) (codes.Code, []byte) {
	body, err := protojson.Marshal(req)
	if err != nil {
		return codes.Internal, nil
	}
	address := c.rest[c.turn.Add(1)%uint64(len(c.rest))]
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+to, bytes.NewReader(body))
	if err != nil {
		return codes.Internal, nil
	}
	r.Header.Set("Content-Type", "application/json")
	if domain != "" {
		r.Header.Set("X-Domain-Id", domain)
		r.Header.Set("X-Workspace-Id", domain)
	}
	res, err := c.http.Do(r)
	if err != nil {
		dialing, _ := errors.AsType[*net.OpError](err)
		switch {
		case ctx.Err() != nil:
			return codes.DeadlineExceeded, nil
		case dialing != nil && dialing.Op == "dial":
			return codes.Unavailable, nil
		default:
			return codes.Unknown, nil // nobody knows how far it got
		}
	}
	defer res.Body.Close() //nolint:errcheck // it is read below
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return codes.Unknown, nil
	}
	return codeOf(res.StatusCode), answer
}

// codeOf is the code that an HTTP status stands for.
func codeOf(status int) codes.Code {
	switch status {
	case http.StatusOK:
		return codes.OK
	case http.StatusServiceUnavailable, http.StatusBadGateway:
		return codes.Unavailable
	case http.StatusGatewayTimeout:
		return codes.DeadlineExceeded
	case http.StatusTooManyRequests:
		return codes.ResourceExhausted
	case http.StatusInternalServerError:
		return codes.Internal
	default:
		return codes.InvalidArgument
	}
}
