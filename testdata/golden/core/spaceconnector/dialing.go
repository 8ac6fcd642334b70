package spaceconnector

import (
	"context"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/protobuf/types/descriptorpb"
)

const (
	// pongTimeout is how long a peer may take to say that it is there.
	pongTimeout = 5 * time.Second
	// anyonesPing is how often a server may be pinged about which nothing is known,
	// such as a plugin: gRPC's own default. One that is pinged more often hangs up.
	anyonesPing = 5*time.Minute + 10*time.Second
	// connectTimeout is how long an address may take to answer at all, and
	// longestPause how soon one that did not is tried again.
	connectTimeout = 5 * time.Second
	longestPause   = 10 * time.Second
	// attempts are how often a call that changes nothing is made, and firstPause how
	// long it waits before the second.
	attempts   = 3
	firstPause = 100 * time.Millisecond
)

// serviceConfig spreads calls over all addresses of a name, and asks a server again
// what it offers if it was unavailable. Methods of services are not retried by gRPC,
// which doesn't know what they change; requests that reached nobody always are.
const serviceConfig = `{
	"loadBalancingConfig": [{"round_robin": {}}],
	"methodConfig": [{
		"name": [{"service": "grpc.reflection.v1.ServerReflection"}, {"service": "grpc.reflection.v1alpha.ServerReflection"}],
		"retryPolicy": {
			"maxAttempts": 3, "initialBackoff": "0.1s", "maxBackoff": "1s", "backoffMultiplier": 2,
			"retryableStatusCodes": ["UNAVAILABLE"]
		}
	}]
}`

// dialing is how connections are made and watched.
func dialing(ping time.Duration) []grpc.DialOption {
	wait := backoff.DefaultConfig
	wait.MaxDelay = longestPause
	options := []grpc.DialOption{
		grpc.WithDefaultServiceConfig(serviceConfig),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: wait, MinConnectTimeout: connectTimeout}),
	}
	if ping > 0 {
		options = append(options, grpc.WithKeepaliveParams(keepalive.ClientParameters{
			Time: ping, Timeout: pongTimeout, PermitWithoutStream: true,
		}))
	}
	return options
}

// reads reports whether a method changes nothing, as its declaration says or its
// verb. Of a call that may have, nobody knows whether it did before the connection
// was lost.
func (m method) reads() bool {
	if options, ok := m.descriptor.Options().(*descriptorpb.MethodOptions); ok &&
		options.GetIdempotencyLevel() == descriptorpb.MethodOptions_NO_SIDE_EFFECTS {
		return true
	}
	verb, _, _ := strings.Cut(strings.ToLower(string(m.descriptor.Name())), "_")
	return slices.Contains([]string{"get", "list", "stat", "analyze", "check"}, verb)
}

// pause waits before a call is made again, and reports whether there is time for it.
func pause(ctx context.Context, failures int) bool {
	again := time.NewTimer(firstPause << (failures - 1))
	defer again.Stop()
	select {
	case <-again.C:
		return true
	case <-ctx.Done():
		return false
	}
}
