package grpc

import (
	api "github.com/cloudforet-io/plugin-asset/gen/go/spaceone/api/inventory/plugin"
	"github.com/cloudforet-io/plugin-asset/internal/handler/guard"
)

// collectorServer answers the Collector service of the API. A method that the API
// has and the handler lacks does not compile.
type collectorServer struct {
	api.UnsafeCollectorServer
	*guard.Collector
}
