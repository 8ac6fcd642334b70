package grpc

import (
	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/handler/guard"
)

// roleServer answers the Role service of the API. A method that the API
// has and the handler lacks does not compile.
type roleServer struct {
	api.UnsafeRoleServer
	*guard.Role
}
