package grpc

import (
	api "github.com/cloudforet-io/cost-analysis/gen/go/spaceone/api/cost_analysis/v1"
	"github.com/cloudforet-io/cost-analysis/internal/handler/guard"
)

// policyServer answers the Policy service of the API. A method that the API
// has and the handler lacks does not compile.
type policyServer struct {
	api.UnsafePolicyServer
	*guard.Policy
}
