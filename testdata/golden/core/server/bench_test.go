package server_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace/noop"
	"google.golang.org/grpc/metadata"

	"github.com/cloudforet-io/spacegen/core/server"
)

// BenchmarkCall calls a method that does nothing, as a platform's client does.
func BenchmarkCall(b *testing.B) {
	_, conn, _ := serve(b, &probe{}, server.GRPCOptions{CallTimeout: patience, Tracer: noop.NewTracerProvider()})
	ctx := metadata.AppendToOutgoingContext(b.Context(), "x_domain_id", "domain-1", "x_workspace_id", "workspace-1")
	b.ReportAllocs()
	for b.Loop() {
		_, err := call(ctx, conn, "hi")
		require.NoError(b, err)
	}
}
