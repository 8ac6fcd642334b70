package main

import (
	"context"
	"log"
	"net/http"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/protojson"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
)

// serveREST puts a gateway in front of the gRPC server.
func serveREST(ctx context.Context, address, behind string) {
	mux := runtime.NewServeMux(
		runtime.WithMarshalerOption(runtime.MIMEWildcard, &runtime.JSONPb{
			MarshalOptions: protojson.MarshalOptions{UseProtoNames: true, EmitUnpopulated: true},
		}),
		runtime.WithIncomingHeaderMatcher(func(key string) (string, bool) {
			return strings.ReplaceAll(strings.ToLower(key), "-", "_"), strings.HasPrefix(key, "X-")
		}))
	options := []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}
	if err := api.RegisterRegionHandlerFromEndpoint(ctx, mux, behind, options); err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe(address, mux)) //nolint:gosec // a benchmark has no slow clients
}
