package app_test

import (
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apirecordtest"
	"github.com/cloudforet-io/spacegen/core/resttest"
	"github.com/stretchr/testify/assert"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
)

// TestDomainIsServedByREST calls every method of Domain by each of its REST
// forms: the call reaches the method, whatever that makes of it.
func TestDomainIsServedByREST(t *testing.T) {
	service := start(t, settings)
	for method, req := range map[string]proto.Message{
		"create":        &api.CreateDomainRequest{},
		"update":        &api.UpdateDomainRequest{},
		"delete":        &api.DomainRequest{},
		"enable":        &api.DomainRequest{},
		"disable":       &api.DomainRequest{},
		"get":           &api.DomainRequest{},
		"get_auth_info": &api.GetDomainAuthRequest{},
		"list":          &api.DomainSearchQuery{},
	} {
		for _, binding := range resttest.Bindings(t, protoreflect.FullName("spaceone.api.identity.v2.Domain."+method)) {
			before := resttest.Calls(t, service.admin, "Domain."+method)
			status, answer := resttest.Caller{Address: service.rest}.Do(t, binding, apirecordtest.Fill(req, 1))
			assert.Eventually(t, func() bool { return resttest.Calls(t, service.admin, "Domain."+method) == before+1 },
				time.Minute, 20*time.Millisecond, "%v does not reach %s: %d %s", binding, method, status, answer)
		}
	}
}
