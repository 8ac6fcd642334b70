package grpc

import (
	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
	"github.com/cloudforet-io/plugin/internal/handler/guard"
)

// pluginServer answers the Plugin service of the API. A method that the API
// has and the handler lacks does not compile.
type pluginServer struct {
	api.UnsafePluginServer
	*guard.Plugin
}
