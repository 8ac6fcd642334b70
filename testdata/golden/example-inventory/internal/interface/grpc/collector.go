package grpc

import (
	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/handler/guard"
)

// collectorServer answers the Collector service of the API. A method that the API
// has and the handler lacks does not compile.
type collectorServer struct {
	api.UnsafeCollectorServer
	*guard.Collector
}
