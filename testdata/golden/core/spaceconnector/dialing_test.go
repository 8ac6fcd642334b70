package spaceconnector

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	described "google.golang.org/grpc/reflection"
	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/resolver/manual"
	"google.golang.org/grpc/status"
)

// patience is how long a test waits for what must happen.
const patience = time.Minute

// replica is a server that counts the calls it gets.
type replica struct {
	*health.Server
	address string

	mu    sync.Mutex
	calls int
	fails int // the next so many calls
}

func (r *replica) Check(ctx context.Context, req *healthv1.HealthCheckRequest) (*healthv1.HealthCheckResponse, error) {
	if r.called() {
		return nil, status.Error(codes.Unavailable, "it is just stopping")
	}
	return r.Server.Check(ctx, req)
}

func (r *replica) called() (failed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls++
	r.fails--
	return r.fails >= 0
}

func (r *replica) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls
}

func newReplica(t *testing.T) *replica {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r := &replica{Server: health.NewServer(), address: listener.Addr().String()}
	s := grpc.NewServer()
	healthv1.RegisterHealthServer(s, r)
	described.Register(s)
	go func() { _ = s.Serve(listener) }()
	t.Cleanup(s.Stop)
	return r
}

// named makes a client of a name that leads to several addresses.
func named(t *testing.T, ping time.Duration, addresses ...string) (*Client, *manual.Resolver) {
	t.Helper()
	names := manual.NewBuilderWithScheme("test")
	names.InitialState(stateOf(addresses))
	conn, err := grpc.NewClient("test:///identity", append(dialing(ping),
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithResolvers(names))...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, conn.Close()) })
	return NewClient(conn), names
}

func stateOf(addresses []string) resolver.State {
	var state resolver.State
	for _, address := range addresses {
		state.Endpoints = append(state.Endpoints, resolver.Endpoint{Addresses: []resolver.Address{{Addr: address}}})
	}
	return state
}

func check(t *testing.T, c *Client) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err := c.Call(ctx, "Health.Check", nil)
	return err
}

func TestCallsGoToAllReplicas(t *testing.T) {
	one, two, three := newReplica(t), newReplica(t), newReplica(t)
	client, names := named(t, 0, one.address, two.address)
	assert.Eventually(t, func() bool { return check(t, client) == nil && one.count() > 0 && two.count() > 0 }, patience, time.Millisecond)
	names.UpdateState(stateOf([]string{one.address, two.address, three.address}))
	assert.Eventually(t, func() bool { return check(t, client) == nil && three.count() > 0 }, patience, time.Millisecond, "a new one gets some")
}

func TestReadsAreRetried(t *testing.T) {
	server := newReplica(t)
	client, _ := named(t, 0, server.address)
	server.fails = attempts - 1
	require.NoError(t, check(t, client))
	assert.Equal(t, attempts, server.count())
	server.mu.Lock()
	server.fails = attempts
	server.mu.Unlock()
	assert.Equal(t, codes.Unavailable, status.Code(check(t, client)), "not for ever")
}

func TestWhatMayBeMadeTwice(t *testing.T) {
	client, _ := named(t, 0, newReplica(t).address)
	for name, want := range map[string]bool{"Health.Check": true, "Health.List": true, "Health.Watch": false} {
		m, err := client.method(t.Context(), name)
		require.NoError(t, err)
		assert.Equal(t, want, m.reads(), name)
	}
}

// TestPeerThatGoesSilent keeps its connections and answers nothing, as a machine that
// is gone does. It costs some calls, and then none.
func TestPeerThatGoesSilent(t *testing.T) {
	t.Parallel()
	alive, gone := newReplica(t), newReplica(t)
	wire := newWire(t, gone.address)
	client, _ := named(t, 10*time.Second, alive.address, wire.address)
	require.Eventually(t, func() bool { return check(t, client) == nil && alive.count() > 0 && gone.count() > 0 }, patience, time.Millisecond)
	wire.cut()
	require.Eventually(t, func() bool { return check(t, client) != nil }, patience, time.Millisecond)
	require.Eventually(t, func() bool {
		for range 6 {
			if check(t, client) != nil {
				return false
			}
		}
		return true
	}, patience, 10*time.Millisecond, "calls still go to a peer that is gone")
}

// wire leads to a server, until it is cut: then nothing arrives, and nobody is told.
type wire struct {
	address string
	mu      sync.Mutex
	isCut   bool
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	w := &wire{address: listener.Addr().String()}
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				return
			}
			t.Cleanup(func() { _, _ = near.Close(), far.Close() }) // its own part ends by that
			go w.carry(far, near)
			go w.carry(near, far)
		}
	}()
	return w
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.isCut = true
}

func (w *wire) carry(to io.Writer, from io.Reader) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		w.mu.Lock()
		cut := w.isCut
		w.mu.Unlock()
		if cut {
			continue
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}
