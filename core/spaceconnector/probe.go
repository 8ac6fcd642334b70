package spaceconnector

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/grpc/codes"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/cloudforet-io/spacegen/core/preflight"
)

// Probe looks whether another service, at the endpoint that endpoints has for it, can be
// reached. One that is not needed is missed with a warning.
func Probe(service string, endpoints map[string]string, needed bool) preflight.Probe {
	endpoint, ok := endpoints[service]
	return preflight.Probe{Name: "service " + service, Offline: !ok, Look: func(ctx context.Context) preflight.Finding {
		switch {
		case !ok && needed:
			return preflight.Bad(fmt.Errorf("ENDPOINTS has no %s, which is asked who calls", service))
		case !ok:
			return preflight.Passed("ENDPOINTS does not name it")
		}
		err := reach(ctx, service, endpoint)
		switch {
		case err == nil:
			return preflight.Good("%s", endpoint)
		case needed:
			return preflight.Bad(fmt.Errorf("%s: %w", endpoint, err))
		default:
			return preflight.Doubtful("%s: %v; calls that need it fail until it is there", endpoint, err)
		}
	}}
}

// reach asks a service whether it can work. One that knows nothing of health checks and
// says so has been reached.
func reach(ctx context.Context, service, endpoint string) (err error) {
	c := New(Options{Endpoints: map[string]string{service: endpoint}})
	defer func() { err = errors.Join(err, c.Close()) }()
	client, err := c.service(service)
	if err != nil {
		return err
	}
	answer, err := healthv1.NewHealthClient(client.Conn()).Check(ctx, &healthv1.HealthCheckRequest{})
	switch code := status.Code(err); {
	case code == codes.Unimplemented || code == codes.NotFound || code == codes.Unauthenticated || code == codes.PermissionDenied:
		return nil
	case err != nil:
		return err
	case answer.GetStatus() != healthv1.HealthCheckResponse_SERVING:
		return fmt.Errorf("it answers that it is %s", answer.GetStatus())
	default:
		return nil
	}
}
