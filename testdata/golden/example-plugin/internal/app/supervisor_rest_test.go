package app_test

import (
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apirecordtest"
	"github.com/cloudforet-io/spacegen/core/resttest"
	"github.com/stretchr/testify/assert"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
)

// TestSupervisorIsServedByREST calls every method of Supervisor by each of its REST
// forms: the call reaches the method, whatever that makes of it.
func TestSupervisorIsServedByREST(t *testing.T) {
	service := start(t, settings)
	for method, req := range map[string]proto.Message{
		"publish":        &api.PublishSupervisorRequest{},
		"register":       &api.RegisterSupervisorRequest{},
		"update":         &api.RegisterSupervisorRequest{},
		"deregister":     &api.SupervisorRequest{},
		"enable":         &api.SupervisorRequest{},
		"disable":        &api.SupervisorRequest{},
		"recover_plugin": &api.RecoverPluginRequest{},
		"get":            &api.SupervisorRequest{},
		"list":           &api.SupervisorQuery{},
		"stat":           &api.SupervisorStatQuery{},
		"list_plugins":   &api.InstalledPluginQuery{},
	} {
		for _, binding := range resttest.Bindings(t, protoreflect.FullName("spaceone.api.plugin.v1.Supervisor."+method)) {
			before := resttest.Calls(t, service.admin, "Supervisor."+method)
			status, answer := resttest.Caller{Address: service.rest}.Do(t, binding, apirecordtest.Fill(req, 1))
			assert.Eventually(t, func() bool { return resttest.Calls(t, service.admin, "Supervisor."+method) == before+1 },
				time.Minute, 20*time.Millisecond, "%v does not reach %s: %d %s", binding, method, status, answer)
		}
	}
}
