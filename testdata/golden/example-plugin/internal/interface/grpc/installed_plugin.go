package grpc

import (
	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
	"github.com/cloudforet-io/plugin/internal/handler/guard"
)

// installedPluginServer answers the InstalledPlugin service of the API. A method that the API
// has and the handler lacks does not compile.
type installedPluginServer struct {
	api.UnsafeInstalledPluginServer
	*guard.InstalledPlugin
}
