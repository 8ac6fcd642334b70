package grpc

import (
	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/handler/guard"
)

// systemServer answers the System service of the API. A method that the API
// has and the handler lacks does not compile.
type systemServer struct {
	api.UnsafeSystemServer
	*guard.System
}
