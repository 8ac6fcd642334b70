package grpc

import (
	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/handler/guard"
)

// userGroupServer answers the UserGroup service of the API. A method that the API
// has and the handler lacks does not compile.
type userGroupServer struct {
	api.UnsafeUserGroupServer
	*guard.UserGroup
}
