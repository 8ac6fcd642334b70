package grpc

import (
	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/handler/guard"
)

// jobServer answers the Job service of the API. A method that the API
// has and the handler lacks does not compile.
type jobServer struct {
	api.UnsafeJobServer
	*guard.Job
}
