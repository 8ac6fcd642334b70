package app_test

import (
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apirecordtest"
	"github.com/cloudforet-io/spacegen/core/resttest"
	"github.com/stretchr/testify/assert"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
)

// TestJobIsServedByREST calls every method of Job by each of its REST
// forms: the call reaches the method, whatever that makes of it.
func TestJobIsServedByREST(t *testing.T) {
	service := start(t, settings)
	for method, req := range map[string]proto.Message{
		"delete": &api.JobRequest{},
		"get":    &api.JobRequest{},
		"list":   &api.JobQuery{},
	} {
		for _, binding := range resttest.Bindings(t, protoreflect.FullName("spaceone.api.inventory.v1.Job."+method)) {
			before := resttest.Calls(t, service.admin, "Job."+method)
			status, answer := resttest.Caller{Address: service.rest}.Do(t, binding, apirecordtest.Fill(req, 1))
			assert.Eventually(t, func() bool { return resttest.Calls(t, service.admin, "Job."+method) == before+1 },
				time.Minute, 20*time.Millisecond, "%v does not reach %s: %d %s", binding, method, status, answer)
		}
	}
}
