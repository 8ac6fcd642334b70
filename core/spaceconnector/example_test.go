package spaceconnector_test

import (
	"context"
	"fmt"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/reflection"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/spaceconnector"
)

// Dispatch calls a method of another service by name, here Health.Check of monitor. The
// caller's token and domain, which the context carries, go along.
func ExampleConnector_Dispatch() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	monitor := grpc.NewServer()
	healthv1.RegisterHealthServer(monitor, health.NewServer())
	reflection.Register(monitor) // services made by spacegen do so
	go func() { _ = monitor.Serve(listener) }()
	defer monitor.Stop()

	connector := spaceconnector.New(spaceconnector.Options{
		Endpoints: map[string]string{"monitor": "grpc://" + listener.Addr().String()},
	})
	defer func() { _ = connector.Close() }()

	ctx := pipeline.WithMetadata(context.Background(), pipeline.Metadata{DomainID: "domain-1"})
	answer, err := connector.Dispatch(ctx, "monitor", "Health.Check", map[string]any{"service": ""})
	fmt.Println(answer["status"], err)

	_, err = connector.Dispatch(ctx, "monitor", "Health.Check", map[string]any{"service": "nowhere"})
	fmt.Println(apierror.From(err).Status, err)
	// Output:
	// SERVING <nil>
	// NotFound call Health.Check of monitor: ERROR_INTERNAL_API: unknown service
}
